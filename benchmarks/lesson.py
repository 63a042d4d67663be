"""Does a lesson's panel make an edit dearer, or a step of it?

One session of the landing page types a line, another types the same beside a step whose question it has answered, a
third goes from step to step; in turns, in one process, by its processor's time. Prints one row per promise: what,
bound, measured, ok.

    python -m benchmarks.lesson
"""

import logging
import sys
from collections.abc import Callable
from statistics import median
from time import process_time

from benchmarks.table import row
from explorer.ui.parts.lessons import course
from tests.ui.screen import Screen

ROUNDS, SKIPPED = 24, 4
BOUND = 1.25
"""An edit with the panel, and a step, in edits without."""
STEP = "one-neuron.3"


def main() -> int:
    """Measure; 0 when the bounds hold."""
    logging.disable(logging.CRITICAL)
    plain, beside, walker = Screen("", signal="forget"), Screen("", lesson=STEP), Screen("", lesson="one-neuron.1")
    beside.app.session_state["answered-steps"] = {STEP}
    count = len(course()[0].steps)
    taken: dict[str, list[float]] = {"plain": [], "beside": [], "walk": []}
    for number in range(ROUNDS):
        line = f"f(x[{number}]) + g(y)"
        taken["plain"].append(_seconds(plain.type, line))
        taken["beside"].append(_seconds(beside.type, f"{line} "))
        taken["walk"].append(_seconds(_to, walker, f"one-neuron.{number % count + 1}"))
        assert all(screen.drawn for screen in (plain, beside, walker))
    edit, with_panel, step = (median(times[SKIPPED:]) for times in taken.values())
    print(f"  an edit of the landing page: {1000 * edit:.0f} ms of script and protocol")
    shares = {"an edit beside a step": with_panel / edit, "a step of a lesson": step / edit}
    kept = [row(f"{what}, in edits", f"≤ {BOUND}", f"{share:.2f}", share <= BOUND) for what, share in shares.items()]
    return 0 if all(kept) else 1


def _to(screen: Screen, step: str) -> None:
    screen.app.session_state["request"] = screen.request.but(lesson=step)
    screen.run()


def _seconds(act: Callable[..., object], *args: object) -> float:
    began = process_time()
    act(*args)
    return process_time() - began


if __name__ == "__main__":
    sys.exit(main())
