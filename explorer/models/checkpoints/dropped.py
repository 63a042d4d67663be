"""Several files at once: which holds weights, which a vocabulary, which statistics, each told by its content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from explorer.errors import CheckpointError, ExplorerError
from explorer.models.checkpoints.archives import joined
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.inspecting import inspect_checkpoint
from explorer.models.checkpoints.word_files import read_vocabulary
from explorer.models.files import check_bytes, is_weights, named
from explorer.sequences import Vocabulary, read_statistics

Statistics = tuple[tuple[float, ...], tuple[float, ...]]
_MOST = 8
_LARGEST_STATISTICS = 1_000_000


@dataclass(frozen=True, eq=False)
class Dropped:
    """What files given together are.

    Attributes:
        checkpoint: the weights; None where no file holds any. Those of several files as one, its groups called
            ``"encoder.pt: lstm"``.
        vocabulary: the tokens, or None.
        vocabulary_name: the name of their file.
        statistics: offset and scale of each column, or None.
        weights: the names of the files of weights.
        beside: files that are none of these by themselves, such as the second file of an ONNX model.
    """

    checkpoint: Checkpoint | None = None
    vocabulary: Vocabulary | None = None
    vocabulary_name: str = ""
    statistics: Statistics | None = None
    weights: tuple[str, ...] = ()
    beside: Mapping[str, bytes] = field(default_factory=dict)


def inspect_files(files: Sequence[tuple[str, bytes]]) -> Dropped:
    """Sort files by what they hold, and read them; nothing in them is run.

    Args:
        files: at most 8, each its name and its bytes; the order says nothing.

    Raises:
        CheckpointError: a file of weights cannot be read, two files are of one kind where there can be one, or a
            file is nothing that can be used.
    """
    if len(files) > _MOST:
        raise CheckpointError(f"{len(files)} files came and the most is {_MOST}: give a model and what belongs to it.")
    check_bytes(sum(len(data) for _, data in files), "What these files hold together")
    weights: dict[str, Checkpoint] = {}
    beside: dict[str, bytes] = {}
    words: dict[str, Vocabulary] = {}
    statistics: dict[str, Statistics] = {}
    for name, data in files:
        if len(files) > 1 and (scaling := _statistics(name, data)) is not None:
            statistics[name] = scaling
        elif len(files) == 1 or is_weights(data):
            # An ONNX model may keep its weights in any of the other files, and names it.
            weights[name] = inspect_checkpoint(data, name, beside={one: more for one, more in files if one != name})
            if len(files) > 1 and not weights[name].tensors and (tokens := _vocabulary(data)) is not None:
                words[name] = tokens
                del weights[name]
        elif b"\0" not in data and (tokens := _vocabulary(data)) is not None:
            words[name] = tokens
        else:
            beside[name] = data
    _check_single("vocabulary", list(words))
    _check_single("statistics", list(statistics))
    if not weights and beside:
        # Of no known beginning: read as weights, so that the refusal says what was expected.
        inspect_checkpoint(*next((data, name) for name, data in beside.items()))
    found = _together(weights)
    called, vocabulary = next(iter(words.items()), ("", None))
    return Dropped(found, vocabulary, called, next(iter(statistics.values()), None), tuple(weights), beside)


def _check_single(what: str, names: Sequence[str]) -> None:
    if len(names) > 1:
        listed = " and ".join(named(name) for name in names[:3])
        raise CheckpointError(f"{listed} are all taken for {what}: give one of them with the model.")


def _together(found: Mapping[str, Checkpoint]) -> Checkpoint | None:
    """The files of weights as one; those without a network are left out where others have one, and it is said."""
    chosen = {name: one for name, one in found.items() if one.groups} or found
    left = [name for name in found if name not in chosen]
    notes = tuple(f"{named(name)} holds no recurrent network and was not used." for name in left)
    said = {
        name: replace(one, groups=tuple(replace(group, notes=(*group.notes, *notes)) for group in one.groups))
        for name, one in chosen.items()
    }
    if len(said) < 2:
        return next(iter(said.values()), None)
    return joined(PurePath(next(iter(said))).stem, said)


def _statistics(name: str, data: bytes) -> Statistics | None:
    if len(data) > _LARGEST_STATISTICS or (data[:2] != b"PK" and is_weights(data)):
        return None
    try:
        return read_statistics(data, name)
    except ExplorerError:
        return None


def _vocabulary(data: bytes) -> Vocabulary | None:
    try:
        return read_vocabulary(data)
    except ExplorerError:
        return None
