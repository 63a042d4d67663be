"""One of three replicas dies while sixty people work: do theirs go on, and does anybody else notice?

Starts three servers under a path with one secret and Debian's nginx before them, as `deploy/nginx.conf` sets it up with
a third line, lets everyone work through nginx with a cookie of their own, and kills the first replica half way. Whoever
is cut off comes back with the address they had, and must find that view. Prints one row per promise.

    python -m benchmarks.replicas
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import ConnectionClosed

from benchmarks.serving import Server, await_health, free_port, serving
from benchmarks.soak import ROOT, Person
from benchmarks.table import row

SECRET = {"STREAMLIT_SERVER_COOKIE_SECRET": "one for all of them" * 2}
MOST_SECONDS = 15.0
_FIRST, _SECOND = "127.0.0.1:8501", "127.0.0.1:8502"


@dataclass
class Seen:
    """What came of it: seconds in which the cut-off were back, what they lost, what others noticed, actions."""

    back: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    noticed: list[str] = field(default_factory=list)
    actions: int = 0


@contextmanager
def behind_nginx(nginx: str) -> Iterator[tuple[int, list[Server]]]:
    """The port of nginx and the three replicas behind it."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as kept:
        replicas = [stack.enter_context(serving(ROOT / "app.py", environment=SECRET, path="/gates")) for _ in range(3)]
        port, folder = free_port(), Path(kept)
        first, second, third = (f"127.0.0.1:{one.port}" for one in replicas)
        conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
        for old, new in {
            f"server {_FIRST}": f"server {third} max_fails=1 fail_timeout=5s;\n    server {first}", _SECOND: second,
            "listen 8080": f"listen 127.0.0.1:{port}", "pid /run/nginx.pid": f"pid {folder}/nginx.pid",
            "http {": f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;",
        }.items():  # fmt: skip
            conf = conf.replace(old, new)
        (folder / "nginx.conf").write_text(f"daemon off; error_log {folder}/error.txt;\n{conf}", "utf-8")
        folder.chmod(0o755)
        process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.txt")])
        try:
            await_health(Server(port, process, folder / "error.txt", "/gates"))
            yield port, replicas
        finally:
            process.terminate()
            process.wait()


def cookie(port: int) -> str:
    """What nginx gives a new browser, by which it stays at one replica."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/gates/", timeout=60) as answer:
        given = answer.headers.get_all("Set-Cookie") or []
    return next(one for one in given if one.startswith("gates_replica")).partition(";")[0]


async def work(port: int, replicas: list[Server], people: int, every: float, seconds: float) -> Seen:
    """Let them work, kill a replica half way; what came of it."""
    seen, began = Seen(), time.monotonic() + 0.25 * people
    died: list[float] = []

    async def kill() -> None:
        await asyncio.sleep(began + seconds / 2 - time.monotonic())
        replicas[0].process.kill()
        died.append(time.monotonic())

    async def one(number: int) -> None:
        person = Person(number, f"127.0.0.1:{port}/gates", await asyncio.to_thread(cookie, port))
        await asyncio.sleep(max(0.0, began - 0.25 * (people - number) - time.monotonic()))
        await person.come()
        person.does = {name: one for name, one in person.does.items() if name in ("types", "clicks", "another page")}
        at = began + every * number / people
        while at < began + seconds:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            at += every
            before = person.tab.query
            try:
                _, run = await person.act()
                seen.actions += 1
                seen.noticed += run.complaints if run else []
            except (ConnectionClosed, OSError) as cut:
                if not died:
                    seen.noticed.append(f"person {number}, before any death: {cut!r}")
                person.tab.query = before  # a browser hears of the end of its line before it asks for anything
                await _come_back(person, seen)

    async def safely(number: int) -> None:
        try:
            await one(number)
        except Exception as wrong:
            seen.noticed.append(f"person {number}: {type(wrong).__name__}: {wrong}")

    await asyncio.gather(kill(), *(safely(number) for number in range(people)))
    return seen


async def _come_back(person: Person, seen: Seen) -> None:
    """As a browser does: again and again until somebody answers, with the address that it has."""
    cut, query = time.monotonic(), person.tab.query
    while True:
        try:
            await person.come()
            break
        except (ConnectionClosed, OSError, TimeoutError):
            if time.monotonic() - cut > MOST_SECONDS:
                seen.lost.append(f"person {person.number} is not back")
                return
            await asyncio.sleep(0.5)
    seen.back.append(time.monotonic() - cut)
    if person.tab.query != query:
        seen.lost.append(f"person {person.number}: {query!r} became {person.tab.query!r}")


def main() -> int:
    """Run it; 0 when every promise holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        print("nginx is not installed (Debian: apt-get install nginx-light): nothing was tried")
        return 0
    with behind_nginx(nginx) as (port, replicas):
        seen = asyncio.run(work(port, replicas, asked.people, asked.every, asked.seconds))
    for one in (*seen.lost, *seen.noticed)[:20]:
        print(f"  {one[:200]}")
    title, slowest = f"{asked.people} at three replicas, one killed", max(seen.back, default=0.0)
    held = [
        row(f"{title}: back with their view", "all", f"{len(seen.back)}", not seen.lost and bool(seen.back)),
        row(f"{title}: slowest return", f"{MOST_SECONDS:g} s", f"{slowest:.1f} s", slowest <= MOST_SECONDS),
        row(f"{title}: noticed by others in {seen.actions} actions", "0", str(len(seen.noticed)), not seen.noticed),
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
