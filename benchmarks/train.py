"""How long do three twins take, how is a crowd of trainings served, and how heavy is a film?

The defaults of the page Train in one process; then twenty sessions that ask at once, while others edit their sequence
on the Gates page; then the film of an LSTM: what is sent, and how long its browser takes for a frame. Linux only.

    python -m benchmarks.train
    python -m benchmarks.train --sessions 5 --steps 60
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from benchmarks.chromium import chromium
from benchmarks.load import LINE, LINK, TEXT, Tally, connected, edited, explain, percentiles
from benchmarks.serving import Server, serving
from benchmarks.tab import PATIENCE, Run, Tab
from benchmarks.table import row
from explorer import record
from explorer.film import Told, as_page, as_sent, reel_of
from explorer.training import Outcome, fit

DEFAULTS, P95, REPAINT, PAYLOAD = 30.0, 600, 16.0, 3.0
EVERY = 3.0
ALONE = 20.0
FRAMES = """() => {
  const slider = document.querySelector(".at");
  const times = [];
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at <= Number(slider.max); at += 1) {
      slider.value = at;
      const began = performance.now();
      slider.dispatchEvent(new Event("input"));
      times.push(performance.now() - began);
    }
  }
  return times;
}"""


async def trained(tab: Tab, link: dict[str, str]) -> float:
    """Press Train, and look again until there is a table; the seconds that this took."""
    await tab.open("train", link)
    began = time.perf_counter()
    await tab.press("train-begin")
    while not any("table" in kind for kind in tab.kinds):
        if time.perf_counter() - began > 10 * PATIENCE:
            raise TimeoutError("no table came")
        await asyncio.sleep(1.0)
        await tab.look_again()
    return time.perf_counter() - began


def defaults() -> tuple[Outcome, bool]:
    """Three twins with everything as it stands."""
    began = time.perf_counter()
    outcome = fit("sst")
    seconds = time.perf_counter() - began
    return outcome, row(
        "three twins, everything by default", f"{DEFAULTS:g} s", f"{seconds:.1f} s", seconds <= DEFAULTS
    )


async def crowd(server: Server, sessions: int, steps: int, readers: int) -> tuple[list[float], Tally, list[Run]]:
    """``sessions`` that train at once, while ``readers`` edit on Gates until the last has its table.

    Returns:
        The seconds until each had its table, the edits meanwhile, and those before.
    """
    waited: list[float] = []
    tally = Tally()
    alone: list[Run] = []
    begun, over = asyncio.Event(), asyncio.Event()

    async def trainer() -> None:
        waited.append(await trained(await connected(server, stack), {"train": f"steps={steps}"}))

    async def reader(number: int) -> None:
        session = await connected(server, stack)
        await session.open("", LINK)
        await asyncio.sleep(number * EVERY / readers)
        action = 0
        while not over.is_set():
            (tally.runs if begun.is_set() else alone).append(
                await session.set(LINE, "string_value", edited(number, action)[TEXT])
            )
            action += 1
            await asyncio.sleep(EVERY)

    async with AsyncExitStack() as stack:
        await (await connected(server, stack)).open("", LINK)  # the first visitor pays for the imports
        reading = [asyncio.create_task(reader(number)) for number in range(readers)]
        await asyncio.sleep(ALONE)
        begun.set()
        for outcome in await asyncio.gather(*(trainer() for _ in range(sessions)), return_exceptions=True):
            if isinstance(outcome, BaseException):
                tally.failures.append(f"{type(outcome).__name__}: {outcome}")
        over.set()
        await asyncio.gather(*reading)
    if server.tracebacks():
        tally.failures.append(f"{server.tracebacks()} tracebacks in the server's log")
    return waited, tally, alone


def together(sessions: int, steps: int, readers: int) -> bool:
    """All are served in turn, and the pages stay quick."""
    with serving(Path(__file__).parents[1] / "app.py") as server:
        waited, tally, alone = asyncio.run(crowd(server, sessions, steps, readers))
    p50, p95 = percentiles(tally.runs)
    served = len(waited) == sessions and not tally.failures
    kept = [
        row(f"{sessions} sessions train at once: served", "all", f"{len(waited)}/{sessions}", served),
        row(f"meanwhile {readers} edit on Gates: p95", f"{P95} ms", f"{p95:.0f} ms", p95 <= P95),
    ]
    print(f"  the last had its table after {max(waited, default=0):.0f} s; p50 of the edits {p50:.0f} ms")
    print("  before the trainings p50 {:.0f} ms, p95 {:.0f} ms".format(*percentiles(alone)))
    explain(tally)
    return all(kept)


def film(outcome: Outcome) -> bool:
    """The film of the LSTM: what is sent, and a frame's repaint in a browser, from its file and without a server."""
    twin = outcome.twins[0]
    traces = {step: record(twin.model(one, step), outcome.shown) for step, one in outcome.films[twin.kind].items()}
    losses = Told("loss", tuple((check["step"], check["loss"]) for check in twin.history))
    reel = reel_of(traces, [losses], "benchmark")
    size = len(json.dumps(as_sent(reel))) / 1e6
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "film.html"
        file.write_text(as_page(reel), "utf-8")
        page = browser.new_page(bypass_csp=True, viewport={"width": 1440, "height": 900})
        page.goto(file.as_uri())
        repaint = median(page.evaluate(FRAMES))
    kept = [
        row(f"film of {len(reel.steps)} frames: sent", f"{PAYLOAD:g} MB", f"{size:.2f} MB", size <= PAYLOAD),
        row("film: scrubbed to another frame, painted", f"{REPAINT:g} ms", f"{repaint:.1f} ms", repaint <= REPAINT),
    ]
    return all(kept)


def main() -> int:
    """Run all three; 0 when every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--steps", type=int, default=100, help="of each training of the crowd")
    parser.add_argument("--readers", type=int, default=20)
    given = parser.parse_args()
    outcome, kept = defaults()
    kept = film(outcome) and kept
    return 0 if together(given.sessions, given.steps, given.readers) and kept else 1


if __name__ == "__main__":
    sys.exit(main())
