"""Does a lesson's panel make an edit dearer, or a step of it?

One session of the landing page types a line, another types the same beside a step whose question it has answered, a
third goes from step to step; in turns, in one process. Prints one row per promise: what, bound, measured, ok.

    python -m benchmarks.lesson
"""

import logging
import sys
import time
from collections.abc import Callable
from statistics import median

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
    taken: tuple[list[float], ...] = ([], [], [])
    for number in range(ROUNDS):
        line = f"f(x[{number}]) + g(y)"
        walk = {"lesson": f"one-neuron.{number % count + 1}"}
        for screen, act, times in zip(
            (plain, beside, walker),
            (lambda: plain.type(line), lambda: beside.type(line + " "), lambda: _to(walker, walk)),
            taken,
            strict=True,
        ):
            times.append(_seconds(act))
            assert screen.drawn
    edit, with_panel, step = (median(times[SKIPPED:]) for times in taken)
    print(f"  an edit of the landing page: {1000 * edit:.0f} ms of script and protocol")
    kept = [
        row(
            "an edit beside a step, in edits without",
            f"≤ {BOUND}",
            f"{with_panel / edit:.2f}",
            with_panel <= BOUND * edit,
        ),
        row("a step of a lesson, in edits without", f"≤ {BOUND}", f"{step / edit:.2f}", step <= BOUND * edit),
    ]
    return 0 if all(kept) else 1


def _to(screen: Screen, choices: dict[str, str]) -> None:
    screen.app.session_state["request"] = screen.request.but(**choices)
    screen.run()


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
