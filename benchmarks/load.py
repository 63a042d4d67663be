"""How many people can use one server at once?

Starts the app as `make run` does and speaks Streamlit's own websocket protocol to it: first a class of
sessions that each edit their sequence every few seconds, then, on a fresh server, a crowd that opens one
shared link. Prints one row per promise: what, bound, measured, ok. Linux only (memory is read from /proc).

    python -m benchmarks.load
    python -m benchmarks.load --app path/to/app.py --sessions 10 --seconds 20
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.serving import Server, serving
from benchmarks.tab import Run, Tab
from benchmarks.table import row

# The app's link, as its address bar shows it.
LINK = {"model": "brackets-gru", "text": "best = max([len(w) for w in names[2:]])"}
TEXT, LINE = "text", "line"
"""The choice in the address, and the key of the field that the class types into."""
DEEP_PAGE = "step"
RERUN_P50, RERUN_P95, MEMORY = 150, 600, 600


def edited(session: int, action: int) -> dict[str, str]:
    """The link after an edit: no two are alike, so that no cache can answer."""
    return {**LINK, TEXT: f"best = max([len(w) for w in s{session:02d}[{action}:]])"}


@dataclass
class Tally:
    """All runs of one experiment, what they threw, and the server's largest resident memory in MB."""

    runs: list[Run] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    redrawn: int = 0
    memory: float = 0.0


async def connected(server: Server, stack: AsyncExitStack) -> Tab:
    """A tab at the server, until the stack ends."""
    tab = Tab(server.address)
    await tab.connect()
    stack.push_async_callback(tab.close)
    return tab


async def _measuring_memory(server: Server, tally: Tally) -> None:
    while True:
        tally.memory = max(tally.memory, server.memory())
        await asyncio.sleep(0.5)


async def _together(server: Server, tally: Tally, people: list[Awaitable[None]]) -> Tally:
    """Run all people at once; what one of them throws is a failure of hers and stops nobody."""
    watch = asyncio.create_task(_measuring_memory(server, tally))
    for outcome in await asyncio.gather(*people, return_exceptions=True):
        if isinstance(outcome, BaseException):
            tally.failures.append(f"{type(outcome).__name__}: {outcome}")
    watch.cancel()
    if count := server.tracebacks():
        tally.failures.append(f"{count} tracebacks in the server's log")
    return tally


async def _wait_for(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))


def _kept(tally: Tally, run: Run) -> Run:
    tally.runs.append(run)
    tally.failures += run.complaints
    return run


async def classroom(server: Server, sessions: int, every: float, seconds: float) -> Tally:
    """`sessions` people, each editing the sequence every `every` seconds, for `seconds`."""
    tally = Tally()
    # The tabs are opened before the lesson: what is measured are the edits.
    began = time.perf_counter() + 0.25 * sessions

    async def person(number: int) -> None:
        await asyncio.sleep(0.25 * number)
        session = await connected(server, stack)
        last = await session.open("", LINK)
        tally.failures += last.complaints
        for action in range(round(seconds / every)):
            await _wait_for(began + (action + number / sessions) * every)
            run = _kept(tally, await session.set(LINE, "string_value", edited(number, action)[TEXT]))
            tally.redrawn += run.pictures != last.pictures
            last = run

    async with AsyncExitStack() as stack:
        await (await connected(server, stack)).open("", LINK)  # the first visitor pays for the imports
        return await _together(server, tally, [person(number) for number in range(sessions)])


async def crowd(server: Server, newcomers: int, seconds: float) -> Tally:
    """`newcomers` tabs opening one deep link within `seconds` on a server nobody has used; all stay open."""
    tally = Tally()
    began = time.perf_counter()

    async def newcomer(number: int) -> None:
        await _wait_for(began + number * seconds / newcomers)
        _kept(tally, await (await connected(server, stack)).open(DEEP_PAGE, LINK))

    async with AsyncExitStack() as stack:
        return await _together(server, tally, [newcomer(number) for number in range(newcomers)])


def percentiles(runs: list[Run]) -> tuple[float, float]:
    """The milliseconds below which half of the runs stay, and 95 of 100."""
    times = [run.milliseconds for run in runs]
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else [float("inf")] * 99
    return cuts[49], cuts[94]


def explain(tally: Tally) -> None:
    """Print what went wrong, each once."""
    for failure in sorted(set(tally.failures)):
        print(f"  {tally.failures.count(failure)} × {failure}")


def report_classroom(tally: Tally, expected: int, sessions: int, every: float) -> bool:
    """Print the classroom's rows; whether all hold."""
    p50, p95 = percentiles(tally.runs)
    title = f"{sessions} sessions, an edit each {every:g} s"
    served = len(tally.runs) == expected and not tally.failures
    kept = [
        row(f"{title}: served", "all", f"{len(tally.runs)}/{expected}", served),
        row(f"{title}: figure redrawn", "all", f"{tally.redrawn}/{expected}", tally.redrawn == expected),
        row(f"{title}: rerun p50", f"{RERUN_P50} ms", f"{p50:.0f} ms", p50 <= RERUN_P50),
        row(f"{title}: rerun p95", f"{RERUN_P95} ms", f"{p95:.0f} ms", p95 <= RERUN_P95),
        row(f"{title}: memory", f"{MEMORY} MB", f"{tally.memory:.0f} MB", tally.memory <= MEMORY),
    ]
    explain(tally)
    return all(kept)


def report_crowd(tally: Tally, newcomers: int, seconds: float) -> bool:
    """Print the crowd's row, with its slowest run for information; whether it holds."""
    title = f"{newcomers} new sessions on one deep link in {seconds:g} s"
    served = len(tally.runs) == newcomers and not tally.failures
    kept = row(f"{title}: served", "all", f"{len(tally.runs)}/{newcomers}", served)
    p50, p95 = percentiles(tally.runs)
    print(f"  first view p50 {p50:.0f} ms, p95 {p95:.0f} ms; memory {tally.memory:.0f} MB; first request cold")
    explain(tally)
    return kept


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", type=Path, default=Path(__file__).parents[1] / "app.py")
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between a session's edits")
    parser.add_argument("--seconds", type=float, default=120.0, help="length of the lesson")
    parser.add_argument("--newcomers", type=int, default=120)
    parser.add_argument("--within", type=float, default=30.0, help="seconds in which the newcomers arrive")
    return parser.parse_args()


def main() -> int:
    """Run both experiments; 0 when every bound holds."""
    given = _arguments()
    with serving(given.app) as server:
        lesson = asyncio.run(classroom(server, given.sessions, given.every, given.seconds))
    expected = given.sessions * round(given.seconds / given.every)
    kept = report_classroom(lesson, expected, given.sessions, given.every)
    with serving(given.app) as server:
        arrivals = asyncio.run(crowd(server, given.newcomers, given.within))
    return 0 if report_crowd(arrivals, given.newcomers, given.within) and kept else 1


if __name__ == "__main__":
    sys.exit(main())
