"""The files under ``assets/`` that the pages send."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets"


def asset(*names: str) -> str:
    """The text of files joined: the browser gets a component's script as one, which cannot import its neighbours."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
