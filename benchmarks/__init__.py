"""Each promise of speed beside what is measured, one module a subject: ``python -m benchmarks.record``."""

from collections.abc import Callable
from time import thread_time


def fastest(*calls: Callable[[], object], rounds: int) -> list[float]:
    """The least processor seconds of each call, taken in turns so that a busy spell meets all alike.

    Processor time of this thread, not the clock's: the time that a neighbour on the same machine took
    is no property of the code. Meant for work on one thread.
    """
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for index, call in enumerate(calls):
            start = thread_time()
            call()
            best[index] = min(best[index], thread_time() - start)
    return best
