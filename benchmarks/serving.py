"""A server of its own for a benchmark, with what it costs and what it complains of. Linux only (/proc is read)."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Server:
    """A running `streamlit run`.

    Attributes:
        port: where it listens, or where the proxy before it does.
        process: its process.
        log: what it says.
        path: the path it is served under, as ``"/gates"``.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    path: str = ""

    @property
    def address(self) -> str:
        """Where it is reached, without its scheme."""
        return f"127.0.0.1:{self.port}{self.path}"

    def memory(self) -> float:
        """Resident memory in MB, with that of its workers."""
        return sum(map(_resident, _family(self.process.pid)))

    def own_memory(self) -> float:
        """Resident memory of the server's own process in MB."""
        return _resident(self.process.pid)

    def tracebacks(self) -> int:
        """How many tracebacks the log holds."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback")


def _family(process: int) -> list[int]:
    """A process and all that it started."""
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
        return [process, *(one for child in children for one in _family(int(child)))]
    return [process]


def _resident(process: int) -> float:
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_health(server: Server) -> None:
    """Wait until it answers.

    Raises:
        RuntimeError: it does not, with its log.
    """
    until = time.monotonic() + 90
    while time.monotonic() < until and server.process.poll() is None:
        url = f"http://{server.address}/_stcore/health"
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.read() == b"ok":
                return
        time.sleep(0.1)
    raise RuntimeError(f"The server did not start; its log:\n{server.log.read_text(encoding='utf-8')}")


@contextmanager
def serving(
    app: Path, folder: Path | None = None, environment: Mapping[str, str] | None = None, path: str = ""
) -> Iterator[Server]:
    """A fresh server.

    Args:
        app: its script.
        folder: where it is started, by default the script's own, so that the configuration there is read.
        environment: what it knows beside this process's.
        path: what it is served under.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(app.resolve()), "--server.port", str(port)]
    command += ["--server.headless", "true", "--logger.enableRich", "false", "--server.baseUrlPath", path]
    with tempfile.TemporaryDirectory() as kept:
        log = Path(kept) / "log.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=folder or app.resolve().parent,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
            )
        server = Server(port, process, log, path)
        try:
            await_health(server)
            yield server
        finally:
            process.terminate()
            process.wait()
