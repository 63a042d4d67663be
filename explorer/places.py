"""Where the files are that are no Python: beside the package in a checkout, inside it once installed."""

from pathlib import Path
from threading import Event

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "home"
"""A wheel carries ``app.py``, ``pages/`` and ``assets/`` here (pyproject.toml)."""

ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent
ASSETS = ROOT / "assets"
TRAINED = Path("runs") if _INSTALLED.is_dir() else ROOT / "runs"
"""Where ``python -m explorer.training`` writes, and where the app finds it: in a checkout, or beside one's work."""
GIVEN = "GATE_EXPLORER_FILES"
"""The environment variable that names what every session begins with: ``{"model": [paths], "data": path}`` as JSON."""
AT_THE_DOOR = Event()
"""Set where this process's server asks `explorer.door` first; elsewhere nobody would send our own files."""
