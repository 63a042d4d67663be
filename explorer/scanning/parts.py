"""A corpus cut into parts, and what becomes of one: the same whoever runs it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.errors import EncodingError
from explorer.models import Model, single_threaded
from explorer.models.run.advance import advance
from explorer.models.run.inputs import prepare
from explorer.models.run.run import States
from explorer.scanning.passage import Array, Passage
from explorer.scanning.reducer import Reducer
from explorer.scanning.streams import Stream, told_of
from explorer.trace import Trace, record, record_batch
from explorer.trace.recorder import carried

Reducers = tuple[Reducer, ...]
Told = tuple[tuple[Array, ...], ...]
"""For each reducer, for each of its concepts, (time,)."""
_BLOCK, _STEPPED, _BLOCK_VALUES = 2_500, 1_000, 2_000_000
_BLOCKS = 20


@dataclass(frozen=True, eq=False)
class Part:
    """What is reduced in one place: some whole sequences, or a stretch of a long one.

    Attributes:
        number: its place among the parts.
        streams: the sequences; one, where it is a stretch.
        sequence: the number of the first.
        start, stop: the stretch; all, where ``block`` is 0.
        block: steps that are run at once in a stretch; 0 where sequences are run side by side.
        share: how much of the corpus it is.
        told: what the concepts say of the stretch, where that was found out already.
        states: before the stretch, of a model that reads forward.
        edges: before and after each block, of a model that reads both ways.
    """

    number: int
    streams: tuple[Stream, ...]
    sequence: int
    start: int = 0
    stop: int = 0
    block: int = 0
    share: float = 0.0
    told: Told | None = None
    states: States | None = None
    edges: tuple[dict[str, Any], ...] = ()


def block_size(model: Model) -> int:
    """Steps that are run at once, by default."""
    most = _BLOCK if model.has_kernel else _STEPPED
    return min(max(1, _BLOCK_VALUES // model.values_per_step), most)


def planned(streams: Iterable[tuple[Stream, float]], block: int, reducers: Reducers) -> Iterator[Part]:
    """The parts of a corpus: edges depend on its lengths alone, so that whoever runs them finds the same sums.

    Args:
        streams: the sequences, each with its share of the corpus.
        block: steps that are run at once.
        reducers: whose concepts are found out for a sequence as a whole where it is cut.
    """
    short: list[Stream] = []
    number, first, steps, weight = 0, 0, 0, 0.0
    for sequence, (stream, share) in enumerate(streams):
        if not len(stream):
            raise EncodingError(f"Sequence {sequence} is empty: give at least one step.")
        is_short = len(stream) <= block
        if short and (not is_short or steps + len(stream) > block * _BLOCKS):
            yield Part(number, tuple(short), first, share=weight)
            number, short, steps, weight = number + 1, [], 0, 0.0
        if is_short:
            first = first if short else sequence
            short.append(stream)
            steps, weight = steps + len(stream), weight + share
            continue
        for part in _stretches(stream, block, reducers):
            of_all = share * (part.stop - part.start) / len(stream)
            yield replace(part, number=number, sequence=sequence, share=of_all)
            number += 1
    if short:
        yield Part(number, tuple(short), first, share=weight)


def _stretches(stream: Stream, block: int, reducers: Reducers) -> Iterator[Part]:
    size = block * _BLOCKS
    told = told_by(stream, reducers) if len(stream) > size else None
    for start in range(0, len(stream), size):
        stop = min(start + size, len(stream))
        here = None if told is None else tuple(tuple(one[start:stop] for one in each) for each in told)
        yield Part(0, (stream,), 0, start, stop, block, told=here)


def told_by(stream: Stream, reducers: Reducers) -> Told:
    """What every reducer's concepts say of a sequence; a concept that several ask is asked once."""
    known: dict[int | str, Array] = {}
    for concept in (one for reducer in reducers for one in reducer.concepts):
        name = concept if isinstance(concept, str) else id(concept)
        if name not in known:
            known[name] = told_of(stream, concept)
    return tuple(
        tuple(known[one if isinstance(one, str) else id(one)] for one in reducer.concepts) for reducer in reducers
    )


def after(model: Model, part: Part) -> States:
    """The states after a stretch, found without its gates: what `reduce_part` ends with, to the bit."""
    assert part.states is not None
    states = part.states
    for start in range(part.start, part.stop, part.block):
        rows = part.streams[0].read(start, min(start + part.block, part.stop))
        states = advance(model, prepare(model, rows), states)
    return states


def reduce_part(model: Model, reducers: Reducers, part: Part) -> tuple[tuple[Any, ...], States | None]:
    """Every reducer's state of one part, and the states in which a stretch ends."""
    single_threaded()
    kept = [reducer.empty() for reducer in reducers]
    ends: list[States] = []
    for passage, told in _passages(model, reducers, part, ends):
        kept = [
            reducer.add(state, replace(passage, told=here))
            for reducer, state, here in zip(reducers, kept, told, strict=True)
        ]
    return tuple(kept), ends[-1] if ends else None


def _passages(model: Model, reducers: Reducers, part: Part, ends: list[States]) -> Iterator[tuple[Passage, Told]]:
    found = _stretch(model, reducers, part, ends) if part.block else _side_by_side(model, reducers, part)
    for block, (passage, told) in enumerate(found):
        if len(passage):
            yield replace(passage, number=(part.number, block)), told


def _stretch(model: Model, reducers: Reducers, part: Part, ends: list[States]) -> Iterator[tuple[Passage, Told]]:
    stream = part.streams[0]
    whole = part.told or tuple(tuple(one[part.start : part.stop] for one in each) for each in told_by(stream, reducers))
    states = part.states
    for place, start in enumerate(range(part.start, part.stop, part.block)):
        stop = min(start + part.block, part.stop)
        rows = stream.read(start, stop)
        prepared = prepare(model, rows)
        if part.edges:
            values = dict(record(model, rows, **part.edges[place]).values)
        else:
            assert states is not None
            values, states = carried(model, prepared, states)
            ends[:] = [states]
        told = tuple(tuple(one[start - part.start : stop - part.start] for one in each) for each in whole)
        sequence = np.full(stop - start, part.sequence)
        passage = Passage(model, values, sequence, np.arange(start, stop), _ids(rows))
        yield _unmasked(passage, told, prepared.masked)


def _side_by_side(model: Model, reducers: Reducers, part: Part) -> Iterator[tuple[Passage, Told]]:
    """Sequences as a batch; passages of about a block's size."""
    rows = [stream.read(0, len(stream)) for stream in part.streams]
    traces, most = record_batch(model, rows), block_size(model)
    start = 0
    while start < len(rows):
        stop, steps = start + 1, len(rows[start])
        while stop < len(rows) and steps + len(rows[stop]) <= most:
            stop, steps = stop + 1, steps + len(rows[stop])
        yield _gathered(model, reducers, part, rows, [traces[at] for at in range(start, stop)], start)
        start = stop


def _gathered(
    model: Model, reducers: Reducers, part: Part, rows: list[Array], traces: list[Trace], start: int
) -> tuple[Passage, Told]:
    here = rows[start : start + len(traces)]
    values = {name: np.concatenate([one[name] for one in traces], axis=2) for name in model.signals}
    sequence = np.repeat(np.arange(start, start + len(here)) + part.sequence, [len(one) for one in here])
    position = np.concatenate([np.arange(len(one)) for one in here])
    each = [told_by(stream, reducers) for stream in part.streams[start : start + len(traces)]]
    told = tuple(
        tuple(np.concatenate([one[at][which] for one in each]) for which in range(len(reducer.concepts)))
        for at, reducer in enumerate(reducers)
    )
    masks = [
        np.zeros(len(one), bool) if trace.masked is None else trace.masked
        for one, trace in zip(here, traces, strict=True)
    ]
    ids = _ids(here[0])
    passage = Passage(model, values, sequence, position, None if ids is None else np.concatenate(here))
    masked = np.concatenate(masks)
    return _unmasked(passage, told, masked if masked.any() else None)


def _ids(rows: Array) -> Array | None:
    return rows if rows.ndim == 1 and rows.dtype.kind in "iu" else None


def _unmasked(passage: Passage, told: Told, masked: Array | None) -> tuple[Passage, Told]:
    """Without the steps at which nothing was computed."""
    if masked is None:
        return passage, told
    taken = ~masked
    values = {name: one[:, :, taken] for name, one in passage.values.items()}
    tokens = None if passage.tokens is None else passage.tokens[taken]
    kept = replace(
        passage, values=values, sequence=passage.sequence[taken], position=passage.position[taken], tokens=tokens
    )
    return kept, tuple(tuple(one[taken] for one in each) for each in told)
