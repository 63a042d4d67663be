"""Parts of a corpus on the workers of a Dask cluster; Dask itself is asked for only by the caller."""

from collections import deque
from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

from explorer.errors import ArgumentError, ExplorerError
from explorer.fitting import said
from explorer.models import Model
from explorer.scanning.parts import Part, Reducers, reduce_part

_AHEAD = 3
"""Parts that are under way for each thread of the cluster."""
_LOOK = 0.02
"""Seconds between two looks at whether to stop."""


def on_cluster(
    client: Any, model: Model, reducers: Reducers, parts: Iterator[Part], ask: Callable[[], bool]
) -> Iterator[tuple[Part, tuple[Any, ...]]]:
    """Every part with its reducers' states, in the parts' order; only some are under way at a time.

    A worker that is lost costs the parts that it had: Dask runs them again elsewhere, the model too, since it went
    there as a task.

    Args:
        client: a ``dask.distributed.Client``.
        model, reducers: what runs and what is kept.
        parts: with the states before them.
        ask: raises `Cancelled` where the work is to stop.

    Raises:
        ArgumentError: it is no client.
        ExplorerError: the cluster gave a part up.
    """
    if not hasattr(client, "submit") or not hasattr(client, "nthreads"):
        raise ArgumentError(f"client is {said(client)}: give a dask.distributed.Client, or None.")
    shared = client.submit(_same, model, pure=False)
    pending: deque[tuple[Part, Any]] = deque()
    try:
        for part in parts:
            pending.append((part, client.submit(_states, shared, reducers, part, pure=False)))
            while len(pending) > _AHEAD * max(1, sum(client.nthreads().values())):
                yield _next(pending, ask)
        while pending:
            yield _next(pending, ask)
    finally:
        client.cancel([future for _, future in pending])


def _same(model: Model) -> Model:
    return model


def _states(model: Model, reducers: Reducers, part: Part) -> tuple[Any, ...]:
    return reduce_part(model, reducers, part)[0]


def _next(pending: deque[tuple[Part, Any]], ask: Callable[[], bool]) -> tuple[Part, tuple[Any, ...]]:
    part, future = pending[0]
    while not future.done():
        ask()
        sleep(_LOOK)
    try:
        states = future.result()
    except ExplorerError:
        raise
    except Exception as reason:  # whatever the cluster, or a concept of the caller's, raises there
        why = " ".join(str(reason).split())[:120]
        raise ExplorerError(
            f"The cluster gave up on a part of the corpus ({type(reason).__name__}: {why}): look at its workers."
        ) from reason
    pending.popleft()
    return part, states
