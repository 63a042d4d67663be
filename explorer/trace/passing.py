"""One pass over a corpus: every trace in turn, none of them kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from explorer.models import Model
from explorer.trace.batch import record_batch
from explorer.trace.chunk_runs import ChunkRuns
from explorer.trace.chunks import chunk_steps
from explorer.trace.trace import Trace


@dataclass(frozen=True)
class Passed:
    """A stretch of the corpus after its run.

    Attributes:
        share: how much of all the work is done, 0 to 1.
        start: the stretch's first step in the corpus.
        trace: what happened there; None while only the states between chunks are sought.
    """

    share: float
    start: int = 0
    trace: Trace | None = None


def passing(
    model: Model,
    values: NDArray[Any],
    starts: Sequence[int] = (0,),
    *,
    chunk: int | None = None,
    h_0: Any = None,
    c_0: Any = None,
) -> Iterator[Passed]:
    """Run a model over a corpus, a stretch at a time; memory holds one of them.

    One stream is cut into chunks that carry the state, exact in both directions; of many sequences each begins
    anew, some dozens side by side. The head is left out. What was yielded is not run again: a caller may stop and
    go on later.

    Args:
        model: the model.
        values: the corpus as `record` takes it, token ids (time,) or numbers (time, input_size).
        starts: where each sequence begins; ``(0,)`` for one stream.
        chunk: steps a chunk of a stream; by default as many as keep it small.
        h_0, c_0: the states before a sequence's first step, as `record` takes them.

    Yields:
        The stretches in the corpus's order.

    Raises:
        EncodingError, ShapeError: the values do not fit the model.
    """
    model = replace(model, head=None)
    if len(starts) > 1:
        yield from _sequences(model, values, starts, {"h_0": h_0, "c_0": c_0})
        return
    runs = ChunkRuns(model, values, chunk or chunk_steps(model), None, None)
    boundaries = runs.boundaries(h_0, c_0)
    if model.num_directions == 2:
        yield from map(Passed, runs.finding(boundaries))
    for start, trace in runs.going(boundaries):
        yield Passed(runs.share, start, trace)


def _sequences(model: Model, values: NDArray[Any], starts: Sequence[int], states: dict[str, Any]) -> Iterator[Passed]:
    ends = [*starts[1:], len(values)]
    pieces = [values[start:stop] for start, stop in zip(starts, ends, strict=True)]
    for start, stop, trace in zip(starts, ends, record_batch(model, pieces, **states), strict=True):
        yield Passed(stop / len(values), start, trace)
