"""Archives of checkpoints, one level: the one that holds networks opens, several are listed by their files' names."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from explorer.errors import CheckpointError
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.group import Group
from explorer.models.files import Array, Contents, is_weights, named

_MOST = 12
"""Files of an archive that are looked into."""
_SMALLEST = 16
Inspect = Callable[[bytes], Checkpoint]


def inspect_members(name: str, members: Mapping[str, bytes | memoryview], inspect: Inspect) -> Checkpoint:
    """Read every file of an archive that can hold weights.

    Args:
        name: the archive's, without its ending.
        members: its files by name.
        inspect: reads one of them.

    Returns:
        The checkpoint of the only file that holds networks; where several do, one whose groups are called
        ``"policy.pth: lstm"``.

    Raises:
        CheckpointError: none holds tensors.
    """
    found: dict[str, Checkpoint] = {}
    problems: list[str] = []
    for member, data in _candidates(members):
        try:
            found[member] = inspect(data)
        except CheckpointError as problem:
            problems.append(f"{named(member)}: {problem}")
    chosen = {member: one for member, one in found.items() if one.groups or one.stacks}
    chosen = chosen or {member: one for member, one in found.items() if one.tensors}
    if not chosen:
        raise CheckpointError(problems[0] if problems else "This archive holds no weights that can be opened.")
    if len(chosen) == 1:
        member, one = chosen.popitem()
        note = f"Read from {named(member)} in the archive."
        groups = tuple(replace(group, notes=(*group.notes, note)) for group in one.groups)
        return replace(one, name=name, groups=groups, problems=(*one.problems, *problems))
    return joined(name, chosen, problems)


def joined(name: str, members: Mapping[str, Checkpoint], problems: list[str] | tuple[str, ...] = ()) -> Checkpoint:
    """Several checkpoints as one, whose groups and tensors carry their files' names.

    Args:
        name: what to call it.
        members: the checkpoints by their files' names.
        problems: sentences about files that could not be read.
    """
    labelled = {member: _labels(member) for member in members}
    return replace(
        next(iter(members.values())),
        name=name,
        format=" and ".join(sorted({one.format for one in members.values()})),
        groups=tuple(replace(one, name=labelled[at](one.name)) for at in members for one in members[at].groups),
        stacks=tuple(replace(one, name=labelled[at](one.name)) for at in members for one in members[at].stacks),
        problems=(*problems, *(problem for one in members.values() for problem in one.problems)),
        contents=Contents("several files", dict(_tensors(members))),
        stored={},
        members=dict(members),
    )


def member_of(checkpoint: Checkpoint, group: Group) -> tuple[Checkpoint, Group]:
    """The checkpoint that a group is of, and the group under the name that it has there."""
    for member, one in checkpoint.members.items():
        label = _labels(member)
        for own in (*one.groups, *one.stacks):
            if label(own.name) == group.name:
                return replace(one, name=checkpoint.name), replace(group, name=own.name)
    return checkpoint, group


def _labels(member: str) -> Callable[[str], str]:
    return lambda name: f"{member}: {name}" if name else member


def _tensors(members: Mapping[str, Checkpoint]) -> Iterator[tuple[str, Array]]:
    for member, one in members.items():
        for name, values in one.contents.tensors.items():
            yield f"{member}: {name}", values


def _candidates(members: Mapping[str, bytes | memoryview]) -> Iterator[tuple[str, bytes]]:
    """The files that begin as weights do; what a system leaves beside them is passed over."""
    count = 0
    for member in members:
        leaf = member.rsplit("/", 1)[-1]
        if leaf.startswith(".") or not leaf or "__MACOSX/" in member or count == _MOST:
            continue
        data = members[member]
        if len(data) >= _SMALLEST and is_weights(data):
            count += 1
            yield member, bytes(data)
