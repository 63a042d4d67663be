"""Calls stitched to sequences by the states that are handed on.

A member of a call continues a member of an earlier one where the state that it was given is, bit for bit, the state
that the other ended with. Members whose state nobody gave begin a sequence. A state that is given to several, as a
beam search does, begins a branch for each: every branch is a sequence with the whole past of its own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from explorer.watching.batch import Array, Batch
from explorer.watching.kept import Kept

Member = tuple[int, int]
"""A call, and a sequence's place in its batch."""


@dataclass
class Joined:
    """Sequences that began in one call.

    Attributes:
        first: that call.
        batch: the sequences over all calls that they pass.
        calls: how many calls these are.
    """

    first: int
    batch: Batch
    calls: int = field(default=1)


def join(kept: Sequence[Kept], batches: Sequence[Batch]) -> tuple[Joined, ...]:
    """Stitch calls to sequences; those that began in one call stand together, in the order of its batch.

    Args:
        kept: the calls of one module in their order.
        batches: their sequences.
    """
    before = _parents(kept, batches)
    continued = set(before.values())
    leaves = [
        (call, row) for call, one in enumerate(batches) for row in range(len(one)) if (call, row) not in continued
    ]
    paths: dict[int, list[list[Member]]] = defaultdict(list)
    for leaf in leaves:
        path = [leaf]
        while path[-1] in before:
            path.append(before[path[-1]])
        paths[path[-1][0]].append(path[::-1])
    return tuple(_stitched(first, sorted(paths[first], key=_order), batches) for first in sorted(paths))


def _order(path: Sequence[Member]) -> tuple[int, int, int]:
    return path[0][1], *path[-1]


def _parents(kept: Sequence[Kept], batches: Sequence[Batch]) -> dict[Member, Member]:
    """For each member that continues another: which."""
    places = {id(one): call for call, one in enumerate(kept)}
    ended: dict[bytes, list[Member]] = defaultdict(list)
    found: dict[Member, Member] = {}
    for call, (one, batch) in enumerate(zip(kept, batches, strict=True)):
        if one.follows is not None and one.follows.model is one.model and id(one.follows) in places:
            found |= {(call, row): (places[id(one.follows)], row) for row in range(len(batch))}
        elif batch.before:
            for row, key in enumerate(_keys(batch.before)):
                known = [member for member in ended.get(key, ()) if kept[member[0]].model is one.model]
                if known and any(key):
                    found[call, row] = next((each for each in known[::-1] if each[1] == row), known[-1])
        for row, key in enumerate(_keys(batch.after)):
            ended[key].append((call, row))
    return found


def _keys(states: Mapping[str, Array]) -> list[bytes]:
    """Each member's states as bytes."""
    arrays = [np.ascontiguousarray(values).reshape(len(values), -1) for values in states.values()]
    return [b"".join(one[row].tobytes() for one in arrays) for row in range(len(arrays[0]))]


def _stitched(first: int, paths: Sequence[Sequence[Member]], batches: Sequence[Batch]) -> Joined:
    start = batches[first]
    lengths = [sum(int(batches[call].lengths[row]) for call, row in path) for path in paths]
    ends = np.cumsum(lengths)
    batch = Batch(
        inputs=np.concatenate([batches[call].inputs[batches[call].rows[row]] for path in paths for call, row in path]),
        outputs=np.concatenate(
            [batches[call].outputs[batches[call].rows[row]] for path in paths for call, row in path]
        ),
        rows=[slice(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)],
        before={name: values[[path[0][1] for path in paths]] for name, values in start.before.items()},
        after={
            name: np.stack([batches[path[-1][0]].after[name][path[-1][1]] for path in paths]) for name in start.after
        },
        precision=start.precision,
    )
    return Joined(first, batch, len({call for path in paths for call, _ in path}))
