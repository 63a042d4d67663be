"""A worker seen from the server: its process, and the thread that hears it."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from explorer.training.work.pipe import receive, send


class Process:
    """A process that trains.

    Args:
        heard: called with this and each message, and with None when the process has ended; from a thread of its own.
    """

    def __init__(self, heard: Callable[["Process", Any], None]) -> None:
        home = str(Path(__file__).parents[3])  # where the package lies
        path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", ""))))
        self.idle_since = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "explorer.training.work.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        )
        self._lock = threading.Lock()
        self._listener = threading.Thread(target=self._listen, args=(heard,), daemon=True)
        self._listener.start()

    def tell(self, *message: Any) -> None:
        """Send a message; one to a process that has ended is lost, and its end is heard."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            send(self._process.stdin, message)

    def end(self) -> None:
        """End it at once."""
        self._process.kill()

    def join(self) -> None:
        """Wait until it has ended and that was heard."""
        self._listener.join(10)

    def _listen(self, heard: Callable[["Process", Any], None]) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(EOFError, OSError):
            while True:
                heard(self, receive(self._process.stdout))
        self._process.wait()
        with self._lock, contextlib.suppress(OSError):
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
        heard(self, None)
