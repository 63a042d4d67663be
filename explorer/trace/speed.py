"""How long a step takes, here and now."""

from time import perf_counter
from typing import Any, Literal

from explorer.models import Model
from explorer.trace.recorder import record


def time_per_step(model: Model, x: Any, method: Literal["step", "auto"] = "step", rounds: int = 12) -> float:
    """Seconds that recording takes a step of a sequence, on the machine that runs this.

    The least of several runs, since whatever else the machine does can only add to it.

    Args:
        model: the model.
        x: a sequence, as `record` takes it.
        method: ``"step"``, the definition step by step, or ``"auto"``, by PyTorch's kernel where that gains.
        rounds: how many runs, after one that is not counted.

    Returns:
        Seconds a step.
    """
    steps = len(record(model, x, method=method))
    times = []
    for _ in range(rounds):
        start = perf_counter()
        record(model, x, method=method)
        times.append(perf_counter() - start)
    return min(times) / steps
