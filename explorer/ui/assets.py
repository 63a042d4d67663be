"""The files under ``assets/`` that the pages send."""

from explorer.places import ASSETS


def asset(*names: str) -> str:
    """The text of files joined: the browser gets a component's script as one, which cannot import its neighbours."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in names)
