"""Layers that a file's graph puts on top of each other, as one network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

import numpy as np

from explorer.models.checkpoints.group import Group
from explorer.models.files import Array, named


def chained(groups: Sequence[Group]) -> list[Group]:
    """Put layers together where the graph says that one reads the other's whole output, and nothing else does so.

    Args:
        groups: as found, each naming what it follows.

    Returns:
        The groups in their order, each run of layers that are alike as one group.
    """
    upper: dict[str, list[Group]] = {}
    for group in groups:
        upper.setdefault(group.follows, []).append(group)
    by_name = {group.name: group for group in groups}
    joins = {
        group.name
        for group in groups
        if group.follows in by_name and len(upper[group.follows]) == 1 and _alike(by_name[group.follows], group)
    }
    runs = []
    for group in groups:
        if group.name not in joins:
            run = [group]
            while len(above := upper.get(run[-1].name, [])) == 1 and above[0].name in joins:
                run.append(above[0])
            runs.append(run)
    return [_placed(_joined(run), run, upper, joins) for run in runs]


def _placed(group: Group, run: Sequence[Group], upper: Mapping[str, Sequence[Group]], joins: set[str]) -> Group:
    """A network with those that it reads and that read it without being one with it."""
    before = (f"the network {named(group.follows)}",) if group.follows else ()
    others = [one for layer in run for one in upper.get(layer.name, ()) if one.name not in joins]
    after = tuple(f"the network {named(one.name)}" for one in others)
    return replace(group, between=(*group.between, *before), after=(*group.after, *after))


def _alike(lower: Group, upper: Group) -> bool:
    one, other = (
        (group.kind, group.hidden_size, group.num_directions, group.bias, group.options, group.reverse)
        for group in (lower, upper)
    )
    return one == other and upper.input_size == lower.output_size


def _joined(run: Sequence[Group]) -> Group:
    first, last = run[0], run[-1]
    if len(run) == 1:
        return first
    names = [group.name for group in run]
    notes = dict.fromkeys(note for group in run for note in group.notes)
    return replace(
        last,
        name=_stem(names),
        cells=tuple(layer for group in run for layer in group.cells),
        sources=tuple(dict.fromkeys(source for group in run for source in group.sources)),
        notes=tuple(notes),
        parts=tuple(names),
        initial=_starts(run),
        embedding=first.embedding,
        between=first.between,
        follows=first.follows,
        made={name: values for group in run for name, values in group.made.items()},
    )


def _starts(run: Sequence[Group]) -> dict[str, Array]:
    """States of all layers, zeros for those that state none."""
    states = dict.fromkeys(state for group in run for state in group.initial)
    zeros = np.zeros((run[0].num_directions, run[0].hidden_size), np.float32)
    return {state: np.concatenate([group.initial.get(state, zeros) for group in run]) for state in states}


def _stem(names: Sequence[str]) -> str:
    """What the layers' names share: ``rnn`` for ``rnn`` and ``rnn_1``."""
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    shared = "".join(letters[0] for letters in alike)
    if shared in names and all(not name[len(shared) : len(shared) + 1].isdigit() for name in names):
        return shared
    return shared.rstrip("0123456789").rstrip("._-/") or names[0]
