"""What the spelling of weights says about a cell, said of the group that was found."""

from collections.abc import Sequence
from dataclasses import replace

from explorer.models.checkpoints.group import Group
from explorer.models.files import Contents, Known


def told(groups: Sequence[Group], problems: Sequence[str], contents: Contents) -> tuple[list[Group], list[str]]:
    """Groups with what their spelling says, without those that it says cannot be read.

    Args:
        groups, problems: as a finder gives them.
        contents: the file, its derived weights put together.

    Returns:
        The groups, and a sentence for each that was found and cannot be read, the reasons known here first.
    """
    known = contents.known
    kept = [
        _said(group, known[group.name]) if group.name in known else group
        for group in groups
        if not known.get(group.name, Known()).problem
    ]
    reasons = [one.problem for one in known.values() if one.problem]
    return kept, list(dict.fromkeys((*reasons, *problems)))


def _said(group: Group, known: Known) -> Group:
    options = {**group.options, **known.options}
    asks = tuple(dict.fromkeys((*group.asks, *known.asks)))
    notes = tuple(dict.fromkeys((*known.notes, *group.notes)))
    return replace(
        group,
        options=options,
        asks=tuple(one for one in asks if one not in options),
        notes=notes,
        doubts=(*known.doubts, *group.doubts),
    )
