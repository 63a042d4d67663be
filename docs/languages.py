"""Compile the catalogues of explorer/languages, and say what each language leaves in English.

python -m docs.languages
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import polib

from explorer.cells import CELLS
from explorer.languages import DOMAIN, FOLDER
from explorer.ui.frame import ROOMS

_UI = Path(__file__).parents[1] / "explorer" / "ui"


def asked_words() -> set[str]:
    """What the interface asks a catalogue for: words in ``say("…")``, the navigation, and every signal's words."""
    signals = {text for cell in CELLS.values() for one in cell.words for text in
               (one.title, one.at_low, one.at_high, one.meaning)}  # fmt: skip
    rooms = {text for room in ROOMS for text in (room.group, room.title)}
    return {*_said(), *signals, *rooms} - {""}


def known_words() -> set[str]:
    """Every text that stands in the interface's code, so that a catalogue can name it, and the signals' words."""
    return {one.value for tree in _trees() for one in ast.walk(tree) if _is_text(one)} | asked_words() | {"English"}


def catalogues() -> tuple[Path, ...]:
    """The files that translators write."""
    return tuple(sorted(FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def main() -> None:
    """Compile each catalogue beside itself."""
    for path in catalogues():
        words = polib.pofile(str(path))
        words.save_as_mofile(str(path.with_suffix(".mo")))
        missing = sorted(asked_words() - {entry.msgid for entry in words if entry.msgstr})
        print(f"{path.parents[1].name}: {len(words)} texts, {len(missing)} left in English")
        print("".join(f"  {text}\n" for text in missing), end="")


def _said() -> Iterator[str]:
    for tree in _trees():
        for one in ast.walk(tree):
            if isinstance(one, ast.Call) and ast.unparse(one.func) == "say" and one.args and _is_text(one.args[0]):
                yield one.args[0].value  # type: ignore[attr-defined]


def _is_text(one: ast.AST) -> bool:
    return isinstance(one, ast.Constant) and isinstance(one.value, str)


def _trees() -> Iterator[ast.Module]:
    for path in sorted(_UI.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
