"""Does the app run where a free host would run it? In a bare environment, within its memory, as somebody else.

A copy of the app that cannot be written to is started as `streamlit run app.py` with what Streamlit Community Cloud
sets over our configuration, as another user without a home, under 2.7 GB (a control group, else a limit on the
process's data). A class works at it. Prints one row per promise, and above them what of this could be had here: another
user and a control group need root. Linux only.

    python -m benchmarks.bare
    python -m benchmarks.bare --fresh     # with new packages, from requirements.txt alone
"""

import argparse
import asyncio
import os
import resource
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.serving import Server, await_health, free_port
from benchmarks.soak import MOST, soak
from benchmarks.table import row

ROOT = Path(__file__).parents[1]
TREE = ("app.py", "pages", "assets", "explorer", ".streamlit", "requirements.txt")
LIMIT = 2_700_000_000
FLAGS = {
    "server.headless": "true", "server.enableXsrfProtection": "true", "browser.gatherUsageStats": "true",
    "client.showErrorDetails": "none", "runner.fastReruns": "true", "server.runOnSave": "true",
}  # fmt: skip
"""What the Cloud sets over a configuration, by its documentation."""
_NOBODY = 65534
_GROUP = Path("/sys/fs/cgroup")


@contextmanager
def limited() -> Iterator[tuple[str, Path | None]]:
    """A control group of the Cloud's memory; how the limit is kept, and the file that takes in a process."""
    memory = _GROUP / "memory" if (_GROUP / "memory").is_dir() else _GROUP
    name = "memory.limit_in_bytes" if memory != _GROUP else "memory.max"
    group = memory / f"gate-explorer-{os.getpid()}"
    try:
        group.mkdir()
        (group / name).write_text(str(LIMIT), encoding="ascii")
    except OSError:
        with suppress(OSError):
            group.rmdir()
        yield "a limit on its data", None
        return
    try:
        yield "a control group", group / "cgroup.procs"
    finally:
        with suppress(OSError):
            group.rmdir()


def copied(folder: Path) -> Path:
    """The app alone, in a folder where nobody may write."""
    tree = folder / "app"
    tree.mkdir()
    for name in TREE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, tree / name)
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o755)
    return tree


def installed(folder: Path) -> str:
    """A new folder of packages, those that requirements.txt names."""
    target = folder / "packages"
    command = [sys.executable, "-m", "pip", "install", "-q", "--target", target, "-r", ROOT / "requirements.txt"]
    subprocess.run(command, check=True)
    return str(target)


def somebody() -> tuple[str, bool]:
    """A Python of this version that another user may run, and whether there is one: a root's own home is shut."""
    for python in (sys.executable, shutil.which(f"python3.{sys.version_info.minor}", path="/usr/bin:/usr/local/bin")):
        if python and os.geteuid() == 0:
            with suppress(OSError, subprocess.CalledProcessError):
                subprocess.run([python, "-c", ""], user=_NOBODY, group=_NOBODY, extra_groups=[], check=True)
                return python, True
    return sys.executable, False


@contextmanager
def running(
    tree: Path, python: str, other: bool, packages: str, folder: Path, group: Path | None
) -> Iterator[tuple[Server, float]]:
    """The app as the Cloud starts it, perhaps as another user; the server, and the seconds until it answered."""
    port, log = free_port(), folder / "log.txt"
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o777 | stat.S_ISVTX)
    flags = [part for name, value in FLAGS.items() for part in (f"--{name}", value)]
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "PYTHONPATH": packages}

    def enter() -> None:
        if group is None:
            resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
        else:
            group.write_text(str(os.getpid()), encoding="ascii")
        if other:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)

    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [python, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *flags],
            cwd=tree, stdout=out, stderr=subprocess.STDOUT, preexec_fn=enter,
            env={**environment, "TMPDIR": str(folder / "tmp")},
        )  # fmt: skip
    server = Server(port, process, log)
    try:
        await_health(server)
        yield server, time.monotonic() - began
    finally:
        process.terminate()
        process.wait()


def measured(server: Server, sessions: int, minutes: float) -> dict[str, Any]:
    """Memory before and while a class works, what was lost, and what lies in the tree afterwards."""
    with urllib.request.urlopen(f"http://{server.address}/", timeout=60) as answer:
        first = answer.read().decode()
    idle = server.memory()
    told = asyncio.run(soak(server, sessions, 5.0, minutes))
    return {"first": "gate-explorer-first" in first, "idle": idle, "told": told}


def main() -> int:
    """Run it; 0 when every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fresh", action="store_true", help="install requirements.txt into a new folder")
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=2.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept, limited() as (how, group):
        folder = Path(kept)
        tree = copied(folder)
        packages = installed(folder) if asked.fresh else sysconfig.get_path("purelib")
        python, other = somebody()
        who = "another user" if other else "this user (another needs root, and a Python that it may run)"
        print(f"  {LIMIT / 1e9:g} GB by {how}; as {who}; {'new' if asked.fresh else 'these'} packages")
        before = set(tree.rglob("*"))
        with running(tree, python, other, packages, folder, group) as (server, seconds):
            found = measured(server, asked.sessions, asked.minutes)
        written = set(tree.rglob("*")) - before
    return 0 if _report(found, seconds, len(written)) else 1


def _report(found: dict[str, Any], seconds: float, written: int) -> bool:
    told, most = found["told"], found["told"].most_memory
    for one in told.lost[:10]:
        print(f"  {one[:200]}")
    return all([
        row(f"bare: answers after {seconds:.0f} s, with a first picture", "yes", str(found["first"]), found["first"]),
        row("bare: files written into the app's folder", "0", str(written), written == 0),
        row(f"bare: lost of {sum(map(len, told.times.values())):,} actions", "0", str(len(told.lost)), not told.lost),
        row(f"bare: memory idle {found['idle']:.0f} MB, most", f"{MOST:,} MB", f"{most:,.0f} MB", most <= MOST),
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
