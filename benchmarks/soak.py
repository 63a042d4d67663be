"""Does one server hold out? Sixty people at work, each another, with uploads, downloads, reloads and pages.

Each does something every few seconds, chosen by chance: types, clicks, undoes, takes an example or another page,
brings a table or a network of their own, takes a file with them, reloads. Afterwards each finds what was last typed.
Prints one row per promise. ``--sessions 200 --every 15`` is the crowd; both figures are fair on a quiet machine alone.

    python -m benchmarks.soak
    python -m benchmarks.soak --minutes 60
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from benchmarks.serving import Server, serving
from benchmarks.tab import Run, Tab
from benchmarks.table import row

ROOT = Path(__file__).parents[1]
MODELS = ("brackets-lstm", "brackets-gru", "python-chars-lstm", "anbn-lstm")
P95, FLAT, MOST = 600, 0.10, 1_000
_SETTLING = 1 / 6
"""The share of the time in which caches fill: ten minutes of an hour."""
_SLOW = ("uploads a table", "uploads a network", "downloads", "reloads")
"""Not an answer to a click: their times are told apart."""


@dataclass
class Told:
    """What came of it.

    Attributes:
        times: milliseconds by kind of action.
        lost: what went wrong.
        memory: seconds and MB.
    """

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lost: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def answers(self) -> list[float]:
        """Milliseconds of every answer to a click or a typed line."""
        return [one for kind, times in self.times.items() if kind not in _SLOW for one in times]

    @property
    def most_memory(self) -> float:
        """The most MB that it took at any time."""
        return max(size for _, size in self.memory)


class Person:
    """One of them.

    Args:
        number: which; also the seed of what they do.
        address, cookie: as `Tab` takes them.
    """

    def __init__(self, number: int, address: str, cookie: str = "") -> None:
        self.number, self.chance = number, random.Random(number)
        self.tab = Tab(address, cookie)
        self.typed, self.page, self.count = "", "", 0
        self.does: dict[str, tuple[int, Callable[[], Awaitable[Run | None]]]] = {
            "types": (40, self._type),
            "clicks": (20, self._click),
            "undoes": (6, self._undo),
            "another page": (12, self._go),
            "opens a menu": (6, self._menu),
            "uploads a table": (5, self._table),
            "uploads a network": (3, self._network),
            "downloads": (5, self._download),
            "reloads": (3, self.come),
        }

    async def come(self) -> Run:
        """Open the tab, or open it again with the address it had."""
        await self.tab.close()
        self.page = self.page if self.tab.query else ""
        link = self.tab.query or {"model": MODELS[self.number % len(MODELS)], "source": "typed", "text": "a(b)"}
        self.tab = Tab(self.tab.address, self.tab.cookie)
        await self.tab.connect()
        return await self.tab.open(self.page, link)

    async def act(self) -> tuple[str, Run | None]:
        """Do something; what, and what came of it."""
        self.count += 1
        names = list(self.does)
        name = self.chance.choices(names, [self.does[one][0] for one in names])[0]
        return name, await self.does[name][1]()

    async def look_back(self) -> str:
        """Type a last line on the first page and read it again in another tab; what was lost, if anything."""
        await self._go("")
        await self._type()
        again = Tab(self.tab.address, self.tab.cookie)
        await again.connect()
        await again.open("", self.tab.query)
        shown = again.shown.get("line")
        await again.close()
        return "" if shown == self.typed else f"person {self.number}: {self.typed!r} became {shown!r}"

    async def _type(self) -> Run | None:
        if "line" not in self.tab.widgets:
            return await self._go("")
        self.typed = f"best = max([len(w) for w in s{self.number}[{self.count}:]])"
        run = await self.tab.set("line", "string_value", self.typed)
        if self.tab.said("text") != self.typed:
            run.complaints.append(f"typed {self.typed!r}, address {self.tab.query!r}")
        return run

    async def _click(self) -> Run | None:
        if "ribbon" not in self.tab.widgets:
            return await self._type()
        return await self.tab.look_at(self.chance.randrange(4), self.chance.randrange(4))

    async def _undo(self) -> Run:
        return await self.tab.press("undo")

    async def _go(self, page: str | None = None) -> Run:
        self.page = self.chance.choice(("", "step", "memory", "compare", "models")) if page is None else page
        return await self.tab.go(self.page)

    async def _menu(self) -> Run:
        key = self.chance.choice(("examples", "models", "source", "share"))
        await self.tab.set(key, "bool_value", True)
        return await self.tab.set(key, "bool_value", False)

    async def _table(self) -> Run:
        await self._go("")
        await self.tab.set("source", "bool_value", True)
        await self.tab.set("source-section", "string_array_value", ["CSV file"])
        rows = "".join(f"{self.chance.random():.6f},{self.chance.random():.6f}\n" for _ in range(2_000))
        run = await self.tab.upload("csv", f"table {self.number}.csv", f"a,b\n{rows}".encode())
        if self.tab.said("source") != "upload":
            run.complaints.append(f"the table was not taken: {self.tab.query!r}")
        return run

    async def _network(self) -> Run:
        self.page = "models"
        await self.tab.go(self.page)
        await self.tab.set("choice-about", "string_array_value", ["Your checkpoint"])
        for key in [one for one in self.tab.widgets if one.startswith("checkpoint-forget")]:
            await self.tab.press(key)
        chance = np.random.default_rng(self.chance.randrange(2**32))
        shapes = {"weight_ih_l0": (512, 2), "weight_hh_l0": (512, 128), "bias_ih_l0": (512,), "bias_hh_l0": (512,)}
        content = save({name: chance.standard_normal(shape, np.float32) for name, shape in shapes.items()})
        key = next(one for one in self.tab.widgets if one.startswith("dropped-"))
        run = await self.tab.upload(key, f"network {self.number}.safetensors", content)
        if not any(one.startswith("checkpoint-forget") for one in self.tab.widgets):
            run.complaints.append("the network was not taken")
        return run

    async def _download(self) -> Run | None:
        await self._go("")
        if "CSV" in self.tab.files:
            began = time.perf_counter()
            content = await self.tab.download(self.chance.choice(("CSV", "NPZ", "Parquet", "HTML")))
            return Run(1000 * (time.perf_counter() - began), [] if content else ["an empty file"], "")
        return None


async def soak(server: Server, sessions: int, every: float, minutes: float, cookies: list[str] | None = None) -> Told:
    """Let them all work; what came of it.

    Args:
        server: the one they work at.
        sessions: how many.
        every: seconds between two actions of one.
        minutes: how long.
        cookies: one for each, or none.
    """
    told, began = Told(), time.monotonic() + 0.25 * sessions
    until = began + 60 * minutes

    async def one(number: int) -> None:
        person = Person(number, server.address, cookies[number] if cookies else "")
        try:
            await asyncio.sleep(0.25 * number)
            _take(told, "comes", await person.come())
            at = began + every * number / sessions
            while at < until:
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                _take(told, *await person.act())
                at = max(at + every, time.monotonic())
            if said := await person.look_back():
                told.lost.append(said)
        except Exception as wrong:
            told.lost.append(f"person {number}: {type(wrong).__name__}: {wrong}")
        await person.tab.close()

    watch = asyncio.create_task(_watching(server, told, began))
    await asyncio.gather(*(one(number) for number in range(sessions)))
    watch.cancel()
    if count := server.tracebacks():
        told.lost.append(f"{count} tracebacks in the server's log")
    return told


def _take(told: Told, name: str, run: Run | None) -> None:
    if run is not None:
        told.times[name].append(run.milliseconds)
        told.lost += run.complaints


async def _watching(server: Server, told: Told, began: float) -> None:
    while True:
        told.memory.append((time.monotonic() - began, server.memory()))
        await asyncio.sleep(1.0)


def report(told: Told, sessions: int, minutes: float) -> bool:
    """Print the rows; whether all promises hold."""
    for name, times in sorted(told.times.items()):
        print(
            f"  {name:<20} {len(times):>6} times, p50 {statistics.median(times):>5.0f} ms, most {max(times):>6.0f} ms"
        )
    for one in told.lost[:20]:
        print(f"  {one[:200]}")
    first, last = _memory(told, 60 * minutes)
    p95 = statistics.quantiles(told.answers, n=20, method="inclusive")[-1]
    count, change = sum(map(len, told.times.values())), last / first - 1
    title = f"{sessions} sessions, {minutes:g} min"
    return all(
        [
            row(f"{title}: lost of {count:,} actions", "0", f"{len(told.lost)}", not told.lost),
            row(f"{title}: p95 of answers", f"{P95} ms", f"{p95:.0f} ms", p95 <= P95),
            row(f"{title}: memory {first:.0f} → {last:.0f} MB", f"± {FLAT:.0%}", f"{change:+.1%}", abs(change) <= FLAT),
            row(f"{title}: most memory", f"{MOST:,} MB", f"{told.most_memory:,.0f} MB", told.most_memory <= MOST),
        ]
    )


def _memory(told: Told, seconds: float) -> tuple[float, float]:
    """Means over a sixth of the time after the caches have filled, and over the last sixth."""

    def mean(low: float, high: float) -> float:
        return statistics.fmean(size for at, size in told.memory if low * seconds <= at <= high * seconds)

    return mean(_SETTLING, 2 * _SETTLING), mean(1 - _SETTLING, 1)


def main() -> int:
    """Run it; 0 when every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=60)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two actions of one")
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    with serving(ROOT / "app.py") as server:
        told = asyncio.run(soak(server, asked.sessions, asked.every, asked.minutes))
    return 0 if report(told, asked.sessions, asked.minutes) else 1


if __name__ == "__main__":
    sys.exit(main())
