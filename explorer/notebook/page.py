"""A picture as HTML that carries everything it needs."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

from explorer.errors import CheckpointError
from explorer.figures import STYLES
from explorer.figures.style import FONT, MONO
from explorer.places import ASSETS

_WITHOUT = "This picture is drawn by a script: trust the notebook, or run the cell again, to see it."


@dataclass(frozen=True)
class Page:
    """One picture; a notebook shows it where a cell ends with it.

    Attributes:
        html: the whole of it, to be put into any page.
        text: for whoever cannot show HTML.
        title: of the file that `save` writes.
    """

    html: str
    text: str
    title: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None, **options: Any) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.text}

    def save(self, path: str | Path) -> None:
        """Write it as one HTML file, which every browser opens without a connection.

        Raises:
            CheckpointError: it cannot be written there.
        """
        whole = (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width, initial-scale=1"><title>{escape(self.title)}</title>'
            "<style>:root{color-scheme:light dark}body{margin:16px}"
            f"@media (prefers-color-scheme:dark){{body{{background:{STYLES['dark'].paper}}}}}</style></head>\n"
            f"<body>{self.html}</body></html>\n"
        )
        try:
            Path(path).write_text(whole, encoding="utf-8")
        except (OSError, TypeError) as reason:
            raise CheckpointError(f"The page cannot be written there ({reason}): give another path.") from None


def drawn(script: str, data: Mapping[str, Any], text: str, title: str) -> Page:
    """A page that a script of ours draws.

    Args:
        script: its file in ``assets/notebook``.
        data: what the script reads.
        text: for whoever cannot show HTML.
        title: of the picture.
    """
    place = f"gates-{uuid4().hex[:12]}"
    colours = {theme: asdict(style) for theme, style in STYLES.items()}
    told = _in_script({**data, "colours": colours, "fonts": [FONT, MONO]})
    code, look = (_read(name) for name in (script, "notebook.css"))
    return Page(
        f'<div id="{place}"><p>{_WITHOUT}</p><pre>{escape(text)}</pre></div>\n'
        f"<script>(() => {{\nconst DATA = {told};\nconst LOOK = {_in_script(look)};\n"
        f'const HOME = document.getElementById("{place}");\n{code}\n}})();</script>',
        text,
        title,
    )


def plain(body: str, text: str, title: str) -> Page:
    """A page of markup alone, in the colours of the page around it.

    Args:
        body: the markup, everything of a stranger's in it escaped.
        text: for whoever cannot show HTML.
        title: of the picture.
    """
    return Page(f'<div class="gates-table">{body}</div>', text, title)


def _in_script(value: Any) -> str:
    """JSON as it can stand in a script: nothing in it ends the script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _read(name: str) -> str:
    return (ASSETS / "notebook" / name).read_text(encoding="utf-8")
