"""The command ``gate-explorer``: the app, opened in a browser, on files of your own if you name them."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from explorer.places import GIVEN, ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the server and wait for it; 2 with a sentence on the terminal where a file is missing."""
    asked = _parser().parse_args(arguments)
    files = [path for path in (asked.model, *asked.beside, asked.csv) if path is not None]
    for path in files:
        if not path.is_file():
            print(f"There is no file '{path.name}' here: check the path.", file=sys.stderr)
            return 2
    environment = os.environ | ({GIVEN: _given(asked)} if files else {})
    try:
        return subprocess.run(_command(asked), cwd=ROOT, env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 0


def _given(asked: argparse.Namespace) -> str:
    """What `explorer.ui` reads: the files of the model, and the data, by absolute paths."""
    model = [str(path.resolve()) for path in (asked.model, *asked.beside) if path is not None]
    data = {} if asked.csv is None else {"data": str(asked.csv.resolve())}
    return json.dumps({"model": model, **data})


def _command(asked: argparse.Namespace) -> list[str]:
    browser = "true" if asked.no_browser else "false"
    options = {"server.port": str(asked.port), "server.headless": browser, "server.showEmailPrompt": "false"}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *flags]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gate-explorer",
        description="Open Gate Explorer: every gate of a recurrent network, at every step of your own sequence.",
        epilog="To record without the app: python -m explorer --help",
    )
    parser.add_argument(
        "model",
        nargs="?",
        type=Path,
        help="a checkpoint (PyTorch, safetensors, NumPy, Keras, ONNX), or a run that explorer.watch saved",
    )
    parser.add_argument(
        "beside", nargs="*", type=Path, help="files that belong to it: a vocabulary, statistics, an ONNX file's data"
    )
    parser.add_argument("--csv", type=Path, help="data of your own for it: a table, or an array (.npy, .npz)")
    parser.add_argument("--port", type=int, default=8501, help="default 8501")
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    parser.add_argument("--version", action="version", version=f"Gate Explorer {_version()}")
    return parser


def _version() -> str:
    try:
        return version("gate-explorer")
    except PackageNotFoundError:  # run from a checkout that nobody installed
        from explorer import __version__

        return __version__
