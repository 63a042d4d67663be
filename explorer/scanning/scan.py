"""One pass over a corpus of any length, here or on a cluster."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from explorer.arguments import checked
from explorer.errors import ArgumentError, Cancelled, ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.models.run.inputs import prepare_states
from explorer.scanning.cluster import on_cluster
from explorer.scanning.corpus import streams_of
from explorer.scanning.parts import Part, Reducers, after, block_size, planned, reduce_part
from explorer.scanning.reducer import Reducer
from explorer.scanning.streams import Stream
from explorer.trace.chunk_runs import Cancel, ChunkRuns, Event, Progress


@checked
def scan(
    model: Model,
    corpus: Any,
    what: Any,
    client: Any = None,
    *,
    labels: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    joined: bool = False,
    block: int | None = None,
    h_0: Any = None,
    c_0: Any = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Any:
    """Run a model over a corpus once, of any length, and keep only what was asked for.

    The corpus is run in blocks of some 2,500 steps, twenty of them a part. A sequence longer than a block is one
    stream: each block begins in the state in which the one before it ended, whatever the length. Shorter sequences run
    side by side, each from the model's own first state. Memory holds a block, the reducers' states and, of files, a
    row group; token ids of a text are held whole.

    On a cluster the parts are the same and their states are merged in the same order, so results equal those of a
    single run to the bit; where workers have another processor, or another number of threads for NumPy's products,
    sums may differ by rounding. A stream's parts begin in states that are found here first, by PyTorch's kernel alone;
    that pass goes one block after the other, so a single stream gains at most the time that its gates and the
    reducers take; a model that has no kernel gains nothing, and many sequences or files gain in full. A worker that is
    lost costs its parts alone. Files are read by the workers, so the paths must exist there too; a stream of several
    parts is also read here.

    Args:
        model: what runs; its head is not asked.
        corpus: a text (a str), an array or table (time, features) or ids (time,): one stream; a list of such: many
            sequences; a ``pathlib.Path``, which may hold ``*``, or a list of them: each file is one stream, UTF-8
            text, ``.parquet``, ``.zarr`` or ``.npy``; a Parquet file with a column of text is a sequence a row.
        what: a reducer of `explorer.scanning`, or a list of them.
        client: a ``dask.distributed.Client`` (``pip install 'gate-explorer[dask]'``), or None to run here.
        labels: for each name one value a step, (time,), or a list of them where the corpus is a list; what reducers
            ask by that name. A file's other columns, or the other arrays of its group, are labels already.
        columns: the columns of a Parquet file, or the array of a Zarr group, that the model reads.
        joined: whether files, or the sequences of a list, follow each other as one stream.
        block: steps a block; by default as many as keep it small.
        h_0, c_0: the states before each sequence's first step, as `record` takes them.
        progress: told how much is done, 0 to 1.
        cancel: a `threading.Event`, or a function that says whether to stop; asked after each part.

    Returns:
        What the reducer gives; a tuple of that, where a list came.

    Raises:
        EncodingError, ShapeError: the corpus cannot be read, or does not fit the model.
        ArgumentError, UnknownSignalError: a reducer asks for what is not there.
        Cancelled: it was asked to stop.

    Example:
        >>> found = scan(load_model("brackets-lstm"), "f(x[0])", scanning.Moments(("forget",)))
        >>> found["forget"].mean.shape  # (group, layer, direction, unit)
        (1, 1, 1, 20)
    """
    reducers = _reducers(what)
    given = {name: one for name, one in (("h_0", h_0), ("c_0", c_0)) if one is not None}
    bare = replace(model, head=None, initial={**model.initial, **given})
    prepare_states(bare, None, None)  # which says what does not fit
    size = block_size(bare) if block is None else block
    if size < 1:
        raise ShapeError(f"block is {size}: give a whole number of at least 1.")
    parts = planned(streams_of(bare, corpus, labels, columns, joined), size, reducers)
    ask = partial(_ask, cancel)
    ran = _here(bare, reducers, parts, ask) if client is None else on_cluster(
        client, bare, reducers, _begun(bare, parts, ask), ask
    )  # fmt: skip
    kept, done = [reducer.empty() for reducer in reducers], 0.0
    for part, states in ran:
        kept = [reducer.merge(one, more) for reducer, one, more in zip(reducers, kept, states, strict=True)]
        done += part.share
        if progress is not None:
            progress(min(done, 1.0))
    found = tuple(reducer.result(state) for reducer, state in zip(reducers, kept, strict=True))
    return found if isinstance(what, list | tuple) else found[0]


def _reducers(what: Any) -> Reducers:
    given = tuple(what) if isinstance(what, list | tuple) else (what,)
    for one in given:
        if isinstance(one, type) or not isinstance(one, Reducer):
            raise ArgumentError(f"what is {said(one)}: give a reducer of explorer.scanning, such as Moments().")
    if not given:
        raise ArgumentError("what is empty: give a reducer of explorer.scanning, such as Moments().")
    return given


def _ask(cancel: Cancel | None) -> bool:
    """False, or the end."""
    if cancel is not None and (cancel.is_set() if isinstance(cancel, Event) else cancel()):
        raise Cancelled("The scan was stopped: start it again to see what it finds.")
    return False


def _here(
    model: Model, reducers: Reducers, parts: Iterator[Part], ask: Callable[[], bool]
) -> Iterator[tuple[Part, tuple[Any, ...]]]:
    """One part after the other; a stretch begins where the one before it ended."""
    last: Any = None
    for part in _edged(model, parts, ask):
        ask()
        begun = part if not part.block or part.edges else replace(part, states=_start(model, part, last))
        states, last = reduce_part(model, reducers, begun)
        yield begun, states


def _begun(model: Model, parts: Iterator[Part], ask: Callable[[], bool]) -> Iterator[Part]:
    """Every part as it is sent away: with the states before it, and no more of the corpus than it needs."""
    last: Any = None
    for part in _edged(model, parts, ask):
        ask()
        if part.block and not part.edges:
            part = replace(part, states=_start(model, part, last))
            last = after(model, part) if part.stop < len(part.streams[0]) else None
        yield replace(part, streams=(part.streams[0].cut(part.start, part.stop),)) if part.block else part


def _start(model: Model, part: Part, last: Any) -> Any:
    return prepare_states(model, None, None) if part.start == 0 else last


def _edged(model: Model, parts: Iterator[Part], ask: Callable[[], bool]) -> Iterator[Part]:
    """Of a model that reads both ways: each stretch with the states at the edges of its blocks."""
    bounds: Any = None
    for part in parts:
        if model.num_directions == 1 or not part.block:
            yield part
            continue
        if part.start == 0:
            sliced: Any = _Sliced(part.streams[0])
            runs = ChunkRuns(model, sliced, part.block, None, ask)
            bounds = runs.boundaries(None, None)
            runs.find(bounds)
        first, last = part.start // part.block, -(-part.stop // part.block)
        edges = tuple(bounds.entering(at, at + 1, model.num_layers) for at in range(first, last))
        yield replace(part, edges=edges)


class _Sliced:
    """A stream, to be read by slices."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __len__(self) -> int:
        return len(self._stream)

    def __getitem__(self, steps: slice) -> Any:
        return self._stream.read(*steps.indices(len(self))[:2])
