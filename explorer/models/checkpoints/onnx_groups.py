"""Recurrent nodes of an ONNX graph → networks, with what the graph puts before and after them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import Group, make_group
from explorer.models.checkpoints.onnx_settings import settings_of
from explorer.models.checkpoints.onnx_states import initial_of, lengths_of, starts_of
from explorer.models.checkpoints.onnx_weights import direction_of, kind_of, weights_of
from explorer.models.checkpoints.torch_groups import Found
from explorer.models.files import RECURRENT, Array, Contents, Graph, Node, named
from explorer.models.graphs import Paths, Reader, Wiring, readers_of, worded

_LOOPS = ("Loop", "Scan")
_MOST = 64
_READS_BACK = (
    "This node reads from the end: give it the sequence turned round, and step 1 here is the graph's last position."
)
_LAST = "In the graph the head reads the state of the last position alone; here its answer is shown after every step."


def onnx_groups(contents: Contents) -> Found:
    """Every recurrent node of an ONNX graph, in the graph's order, and what recurs without being one."""
    graph = contents.graph or Graph(())
    walk = _Walk(Wiring(graph, contents.tensors), contents, _names(graph))
    groups, problems = [], []
    for place in walk.names:
        try:
            groups.append(_group(place, walk))
        except CheckpointError as problem:
            problems.append(str(problem))
    return groups, problems + _not_followed(graph)


class _Walk:
    """A file's graph, followed from each of its recurrent nodes."""

    def __init__(self, wiring: Wiring, contents: Contents, names: Mapping[int, str]) -> None:
        self.wiring, self.contents, self.names = wiring, contents, names
        self.nodes = wiring.graph.nodes
        self.paths = Paths(wiring)
        self.before = {place: self.paths.before(place) for place in names}
        self.upper: dict[int | None, set[int]] = {}
        for place, before in self.before.items():
            self.upper.setdefault(before.follows, set()).add(place)


def _group(place: int, walk: _Walk) -> Group:
    node, contents = walk.nodes[place], walk.contents
    options = settings_of(node)
    weights = weights_of(node, walk.wiring, contents)
    initial, said = starts_of(node, walk.wiring, len(weights.cells), weights.cells[0]["weight_hh"].shape[1])
    reverse = direction_of(node) == "reverse"
    notes = (*weights.notes, *((_READS_BACK,) if reverse else ()), *said, *lengths_of(node))
    group = make_group(
        walk.names[place], [weights.cells], contents, weights.sources, options=options, notes=notes, initial=initial,
        reverse=reverse,
    )  # fmt: skip
    return _with_readers(_with_input(group, place, walk), place, walk)


def _with_input(group: Group, place: int, walk: _Walk) -> Group:
    """A group with what the graph puts before it."""
    before = walk.before[place]
    if before.follows is not None:
        continues = not any(walk.paths.recurs(name) for name in initial_of(walk.nodes[place]))
        own = () if continues else walk.paths.label([before.follows])
        return replace(group, between=own, follows=walk.names[before.follows] if continues else "")
    if before.table is None:
        return replace(group, between=before.between)
    table, name = before.table
    while (stored := walk.contents.tensors.get(name)) is not None and stored is not table:
        name += "_"
    return replace(group, embedding=name, made={} if stored is table else {name: table})


def _with_readers(group: Group, place: int, walk: _Walk) -> Group:
    """A group with its head, and what else the graph puts after it."""
    readers = readers_of(place, walk.paths)
    last = {reader: reader.then for reader in readers if reader.then is not None}
    head = next(iter(last)) if len(last) == 1 else None
    made, called = _layers(readers, walk.contents)
    return replace(
        group,
        after=walk.paths.after(place, frozenset(walk.upper.get(place, ())), head.linear if head else None),
        head=None if head is None else called[head],
        heads=tuple(called.values()),
        reads="ends" if head is not None and head.reads == "ends" else "step",
        made={**group.made, **made},
        notes=(*group.notes, *_head_notes(head, last)),
    )


def _head_notes(head: Reader | None, last: Mapping[Reader, tuple[str, ...] | None]) -> tuple[str, ...]:
    if head is None:
        several = ", ".join(named(one.linear.name) for one in list(last)[:2]) + (" …" if len(last) > 2 else "")
        return (f"{len(last)} linear layers read it, {several}: choose one as its head.",) if last else ()
    names = last[head] or ()
    then = names[0] + (" …" if len(names) > 1 else "") if names else ""
    return ((_LAST,) if head.reads == "last" else ()) + (
        (f"The graph goes on from the head with {then}; its values are shown before that.",) if then else ()
    )


def _layers(readers: list[Reader], contents: Contents) -> tuple[dict[str, Array], dict[Reader, str]]:
    """The linear layers that read a network as ``NAME.weight`` (outputs, features) and ``NAME.bias``."""
    made: dict[str, Array] = {}
    called: dict[Reader, str] = {}
    for one in readers:
        stem, turn = one.linear.name.replace("kernel", "layer"), 0
        parts = {"weight": one.linear.weight} | ({} if one.linear.bias is None else {"bias": one.linear.bias})
        while not _free(stem + "_" * turn, parts, contents, made):
            turn += 1
        made |= {f"{stem + '_' * turn}.{part}": values for part, values in parts.items()}
        called[one] = f"{stem + '_' * turn}.weight"
    return made, called


def _free(stem: str, parts: Mapping[str, Array], contents: Contents, made: Mapping[str, Array]) -> bool:
    """Whether these names are not taken by other tensors."""
    for part in ("weight", "bias"):
        name = f"{stem}.{part}"
        own = contents.tensors.get(name)
        if name in made or (own is not None and (part not in parts or not _alike(own, parts[part]))):
            return False
    return True


def _alike(one: Array, other: Array) -> bool:
    return one.shape == other.shape and np.may_share_memory(one, other) and np.array_equal(one, other, equal_nan=True)


def _names(graph: Graph) -> dict[int, str]:
    """A name for each recurrent node, by its place, no two alike."""
    found: dict[str, int] = {}
    for place, node in enumerate(graph.nodes):
        if node.operator in RECURRENT and len(found) < _MOST:
            name, turn = _name(node), 0
            while (numbered := f"{name}_{turn}" if turn else name) in found:
                turn += 1
            found[numbered] = place
    return {place: name for name, place in found.items()}


def _name(node: Node) -> str:
    """``/encoder/lstm/LSTM_1`` → ``encoder/lstm_1``: the operator's own name says nothing but its turn."""
    parts = [part for part in node.name.split("/") if part]
    if len(parts) > 1 and parts[-1].split("_")[0] == kind_of(node):
        turn = parts.pop().removeprefix(kind_of(node)).removesuffix("_quant")
        parts[-1] += turn
    return "/".join(parts)


def _not_followed(graph: Graph) -> list[str]:
    """A sentence for each place where something may recur that is not read."""
    said = [
        f"{worded(node.operator)} {named(node.name)} holds {_inside(node)}, which is not followed: export the model so "
        "that its recurrent layers stand in the graph itself."
        for node in graph.nodes
        if node.inside and (node.operator in _LOOPS or set(node.inside) & set(RECURRENT))
    ]
    said += [
        f"The function {named(name)} of this file holds a recurrent layer, which is not followed: export the model "
        "with its functions inlined."
        for name in graph.recurrent_functions
    ]
    count = Counter(node.operator for node in graph.nodes)
    recurrent = sum(count[one] for one in RECURRENT)
    if not recurrent and not said:
        most = ", ".join(f"{number} {worded(operator)}" for operator, number in count.most_common(4)) or "none at all"
        said.append(
            f"No LSTM, GRU or RNN stands in this graph (its operators: {most}). A cell whose steps are written out one "
            "by one is not read: export the recurrent module itself, or map its weights by hand."
        )
    if recurrent > _MOST:
        said.append(f"This graph has {recurrent:,} recurrent operators: the first {_MOST} are read.")
    return said[:20]


def _inside(node: Node) -> str:
    recurrent = [one for one in node.inside if one in RECURRENT]
    return f"the recurrent operator {recurrent[0]}" if recurrent else "a recurrence of its own, step by step"
