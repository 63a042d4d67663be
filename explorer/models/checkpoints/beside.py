"""Every tensor beside a cell's weights accounted for: used, known and harmless, or unexplained.

An unexplained tensor means that the cell may not be the one its weights' names say. Where it has the size of the
cell's own units or rows it could act inside a step, and the network is refused; elsewhere it opens and says so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.around import between_steps
from explorer.models.checkpoints.extended import extended
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.readouts import bias_of
from explorer.models.checkpoints.starts import start_of, starts_of
from explorer.models.files import Array, Contents, named

_HARMLESS = re.compile(
    r"num_batches_tracked|_extra_state|total_(ops|params)|(^|[./_])(exp_avg(_sq)?|max_exp_avg_sq|momentum_buffer|"
    r"adam(_\d)?|momentum|rmsprop(_\d)?|step|optimizer|opt)(:0)?($|[./])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<parent>.*?)[._/]?\d+$")
_SEPARATORS = "._/-"


def leaf_of(name: str, prefix: str) -> str:
    """What a name says behind a prefix."""
    return name[len(prefix) :].lstrip(_SEPARATORS)


def in_namespace(prefix: str, used: Iterable[str], names: Iterable[str]) -> list[str]:
    """The names that stand where a cell's weights stand: behind the same prefix, by the same separator."""
    marks = {name[len(prefix) : len(prefix) + 1] for name in used} if prefix else {""}
    return [name for name in names if any(name.startswith(prefix + mark) for mark in marks)]


def settled(group: Group, contents: Contents, others: Sequence[Group]) -> Group:
    """A group with its trained start, and with what stands beside its weights unused.

    Args:
        group: as found, with its embedding and head.
        contents: the file.
        others: the other groups of the file.

    Raises:
        CheckpointError: a tensor that could act inside a step is not explained, with its name.
    """
    foreign = {source for one in others for source in one.sources}
    free = [name for name in contents.tensors if name not in foreign and name not in group.sources]
    inside = [name for name in _own(group, free, others) if not _is_harmless(name, contents, group)]
    around = [name for name in free if start_of(name) and name not in inside and _stands_around(name, group)]
    states, taken, strange = starts_of(group, (*inside, *around), contents.tensors)
    if around and any(_stands_around(around[0], one) for one in others):
        states, taken, strange = {}, (), tuple(around)
    explained = {*taken, *_attached(group, contents)}
    left = [name for name in inside if name not in explained]
    acting = [name for name in dict.fromkeys((*left, *_norms_of_rows(group, free, contents)))
              if _acts(group, name, contents)]  # fmt: skip
    more = extended(group, {name: leaf_of(name, group.name) for name in acting}, contents) if acting else None
    if more is None:
        _refuse(group, acting)
    else:
        group, left = more, [name for name in left if name not in acting]
    known = {*explained, *strange, *acting}
    unused = tuple(dict.fromkeys((*left, *strange, *between_steps(group, free, known, contents, others))))
    notes = [f"It starts from the file's own trained state, {' and '.join(map(named, taken))}."] if taken else []
    return replace(group, initial=states, unused=unused, sources=(*group.sources, *taken), notes=(*group.notes, *notes))


def refuse_acting(group: Group, names: Sequence[str], contents: Contents) -> None:
    """Refuse a network beside whose weights stand tensors that could act inside a step.

    Args:
        group: the network.
        names: the tensors that stand inside its layer and are not explained.
        contents: the file.

    Raises:
        CheckpointError: one could, with its name.
    """
    _refuse(group, [name for name in names if _acts(group, name, contents)])


def _own(group: Group, free: Sequence[str], others: Sequence[Group]) -> list[str]:
    """The free names in a group's namespace that are in no deeper one."""
    deeper = [one.name for one in others if one.name.startswith(group.name) and one.name != group.name]
    names = in_namespace(group.name, [name for name in group.sources if name.startswith(group.name)], free)
    return [name for name in names if not any(_below(name, prefix) for prefix in deeper)]


def _below(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and name[len(prefix) : len(prefix) + 1] in _SEPARATORS


def _stands_around(name: str, group: Group) -> bool:
    """Whether a tensor belongs to the module that holds a network, or is named after the network."""
    parent = re.split(r"[./]", name)[:-1]
    path = re.split(r"[./]", group.name)
    return path[: len(parent)] == parent or (bool(group.name) and name.startswith(group.name))


def _is_harmless(name: str, contents: Contents, group: Group) -> bool:
    values = contents.tensors[name]
    if name in contents.harmless or _HARMLESS.search(name):
        return True
    return values.dtype.kind != "f" and values.shape not in _shapes(group)


def _attached(group: Group, contents: Contents) -> set[str]:
    chosen = [name for name in (group.embedding, group.head) if name is not None]
    return {*chosen, *(bias for name in chosen if (bias := bias_of(name, contents)) is not None)}


def _shapes(group: Group) -> set[tuple[int, ...]]:
    return {values.shape for level in group.cells for cell in level for values in cell.values()}


def _acts(group: Group, name: str, contents: Contents) -> bool:
    """Whether a tensor has a size with which it could act on the units or the gates of a step."""
    values = contents.tensors[name]
    units = {group.hidden_size, *(len(cell["weight_hh"]) for level in group.cells for cell in level)}
    units |= {group.hidden_size * count for count in (2, 3)}
    if _is_linear(name, contents):
        return False
    sizes = [size for size in values.shape if size != 1]
    if len(sizes) == 1:
        return sizes[0] in units
    return values.shape in _shapes(group) or sizes == [group.hidden_size, group.hidden_size]


def _is_linear(name: str, contents: Contents) -> bool:
    """Whether it is a layer of its own: a submodule's matrix, or the bias beside one."""
    tensors: Mapping[str, Array] = contents.tensors
    stem, mark, ending = name.rpartition(".")
    weight = tensors.get(f"{stem}.weight")
    return bool(mark) and ending in ("weight", "bias") and weight is not None and weight.ndim >= 2


def _norms_of_rows(group: Group, free: Sequence[str], contents: Contents) -> list[str]:
    """Norms anywhere in the file over all gates of a step: nothing else has so many rows."""
    rows = len(group.cells[0][0]["weight_hh"])
    if len(CELLS[group.kind].blocks) == 1:
        return []
    return [
        name
        for name in free
        if name.endswith(".weight")
        and contents.tensors[name].shape == (rows,)
        and not any(one.shape[:1] == (rows,) and one.ndim > 1 for one in _matrices(free, contents))
    ]


def _matrices(names: Iterable[str], contents: Contents) -> list[Array]:
    return [contents.tensors[name] for name in names if contents.tensors[name].ndim > 1]


def _refuse(group: Group, names: Sequence[str]) -> None:
    names = tuple(dict.fromkeys(names))
    if not names:
        return
    listed = ", ".join(map(named, names[:3])) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    of = f" of {named(group.name)}" if group.name else ""
    stand = "stands" if len(names) == 1 else "stand"
    raise CheckpointError(
        f"Beside the weights{of} {stand} {listed}, which no {CELLS[group.kind].title} has and which could act inside "
        "each step (a norm, a peephole, a bias): this is another cell, and its gates would be drawn wrongly."
    )
