"""Networks that were stored apart and could be layers of one: an offer, since no file without a graph says so."""

import re
from collections.abc import Sequence
from itertools import pairwise

from explorer.models.checkpoints.group import Group

_NUMBER = re.compile(r"^(?P<head>.*?)(?P<number>\d+)(?P<tail>\D*)$")


def stacked(groups: Sequence[Group]) -> list[Group]:
    """``lstm_1`` on ``lstm_0``, and so on, where names differ in a number only and sizes chain.

    Args:
        groups: as found; those whose file states a graph are none, for it says what is joined.

    Returns:
        Each possible stack as one group, named by what its layers share.
    """
    families: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        if not group.wired:
            families.setdefault(_family(group.name), []).append(group)
    return [one for family, members in families.items() for one in _joined(family, members)]


def _family(name: str) -> tuple[str, str]:
    """What stands before and after the last number of a name; Keras's first layer has none."""
    match = _NUMBER.match(name)
    return (match["head"].rstrip("._-/"), match["tail"]) if match else (name, "")


def _turn(group: Group) -> int:
    match = _NUMBER.match(group.name)
    return int(match["number"][:9]) if match else -1


def _joined(family: tuple[str, str], members: list[Group]) -> list[Group]:
    ordered = sorted(members, key=_turn)
    if len(ordered) < 2 or len({_turn(group) for group in ordered}) < len(ordered) or not _chain(ordered):
        return []
    head, tail = family
    first = ordered[0]
    names = ", ".join(group.name for group in ordered)
    notes = dict.fromkeys(note for group in ordered for note in group.notes)
    return [
        Group(
            name=head + tail,
            kind=first.kind,
            cells=tuple(layer for group in ordered for layer in group.cells),
            sources=tuple(source for group in ordered for source in group.sources),
            options=first.options,
            asks=first.asks,
            notes=(f"Your choice: {names} are read as one stack. The file does not say how they are joined.", *notes),
            unused=tuple(name for group in ordered for name in group.unused),
            doubts=tuple(dict.fromkeys(doubt for group in ordered for doubt in group.doubts)),
            turned=first.turned,
            parts=tuple(group.name for group in ordered),
        )
    ]


def _chain(groups: Sequence[Group]) -> bool:
    """Whether each group reads what the one before it gives, and all are alike."""
    first = groups[0]
    alike = all(
        (one.kind, one.hidden_size, one.proj_size, one.num_directions, one.bias, one.options, one.asks)
        == (first.kind, first.hidden_size, first.proj_size, first.num_directions, first.bias, first.options, first.asks)
        for one in groups
    )
    sizes = all(upper.input_size == lower.output_size for lower, upper in pairwise(groups))
    return alike and sizes
