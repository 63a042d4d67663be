"""What do hostile visitors reach? A thousand inputs through links, fields, readers and what the app writes.

A sentence and a picture are both right. A traceback is not, nor an element in our first answer that was not there
before, nor a name that becomes more than a literal in the Python that the app writes, nor a cell of a CSV that a
spreadsheet would compute; nor, with ``--browser``, a script that runs in Chromium. Prints one row a kind.

    python -m benchmarks.hostile [--browser ADDRESS] [--every 1]

``--every 5`` takes every fifth of the slow ones (links and fields through whole pages).
"""

import argparse
import ast
import csv
import io
import logging
import sys
import time
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from safetensors.numpy import save
from streamlit.testing.v1 import AppTest

import explorer
from benchmarks.table import row
from explorer.code.pytorch import as_pytorch
from explorer.code.recipe import Recipe
from explorer.errors import ExplorerError
from explorer.sequences import Vocabulary, encode_table, parse_numbers, read_table
from explorer.trace import csv_bytes
from explorer.ui.first import first_paint
from explorer.ui.frame import ROOMS
from explorer.ui.session.request import CHOICES

ROOT = Path(__file__).parents[1]
RAN = "window.__ran=1"
WORDS = (
    f"<script>{RAN}</script>",
    f"<img src=x onerror='{RAN}'>",
    f'"><svg/onload="{RAN}">',
    f"</style></p></div><script>{RAN}</script>",
    f'[a](javascript:{RAN}) ![b](x: "onerror={RAN}")',
    r"$\href{javascript:window.__ran=1}{x}$ $$\require{html}\unicode{0}$$ \(x\)",
    f'<a href="javascript:{RAN}">a</a><b>b</b>',
    "a\u202eb\u2066c\u200f",
    "a\0b\x1b[31m",
    "\ud800",
    '=HYPERLINK("http://x")',
    "'''\"\"\"\\\n');__import__('os').abort()#",
    "{{7*7}} %s %(a)s {0} ${y} $x",
    "../../../../etc/passwd",
    "1e999,nan,-inf,0x10,１２",
    "𝔘😀👩‍👩‍👧" * 40,
    "\u0300" * 300,
    "-9223372036854775809",
    "__class__.__init__.__globals__",
)
LONG = "(" * 1_000_000
_NAMES = [one.name for one in CHOICES]
Tried = Iterator[tuple[str, Callable[[], str]]]


class _Elements(HTMLParser):
    """The names of a page's elements and whether one carries a handler."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


def answers() -> Tried:
    """The server's first answer to links with a hostile value of every choice."""
    clean = _Elements(first_paint("")).found | _Elements(first_paint("model=brackets-gru&text=a")).found

    def one(link: dict[str, str]) -> str:
        more = _Elements(first_paint(urlencode(link, errors="surrogatepass"))).found - clean
        return f"elements {more}" if more else ""

    for place, name in enumerate(_NAMES):
        for step in range(5):
            link = {name: WORDS[(place + 4 * step) % len(WORDS)]}
            yield f"first answer {link}", lambda link=link: one(link)  # type: ignore[misc]
        yield f"first answer {name}=10⁶", lambda name=name: one({name: LONG})  # type: ignore[misc]
    for word in WORDS:
        yield f"first answer text {word!r}", lambda word=word: one({"text": word})  # type: ignore[misc]
        yield f"first answer z {word!r}", lambda word=word: one({"z": word})  # type: ignore[misc]


def links() -> Tried:
    """Pages opened by hostile links."""
    for place, name in enumerate(_NAMES):
        for step in range(2):
            link = {name: WORDS[(7 * place + 5 * step) % len(WORDS)]}
            file = ROOMS[(place + step) % len(ROOMS)].file
            yield f"{file} {link}", lambda link=link, file=file: _trouble(_opened(file, link))  # type: ignore[misc]
    for room in ROOMS:
        yield f"{room.file} 10⁶", lambda file=room.file: _trouble(_opened(file, {"text": LONG}))  # type: ignore[misc]


def fields() -> Tried:
    """A hostile word in every field of every page, in one session a page."""
    for room in ROOMS:
        app = _opened(room.file, {"about": "upload"})
        for kind in ("text_input", "text_area", "number_input"):
            for key in [one.key for one in getattr(app, kind) if one.key]:
                for word in WORDS:
                    yield f"{room.file} {key} {word!r}", lambda a=app, k=kind, n=key, w=word: _filled(a, k, n, w)  # type: ignore[misc]


def files() -> Tried:
    """Names of columns, tokens and tensors through the readers."""
    weights = {"weight_ih_l0": (16, 2), "weight_hh_l0": (16, 4), "bias_ih_l0": (16,), "bias_hh_l0": (16,)}
    arrays = {name: np.ones(shape, np.float32) for name, shape in weights.items()}
    for word in WORDS:
        text = word.encode("utf-8", "replace").decode()
        table = pd.DataFrame({text: [1.0, 2.0], "b": [3.0, 4.0]}).to_csv(index=False).encode()
        tried: dict[str, Callable[[], Any]] = {
            "column": lambda t=table, n=word: encode_table(read_table(t, n)),  # type: ignore[misc]
            "cells": lambda n=word: read_table(f"a,b\n{n},1\n".encode("utf-8", "replace"), "a.csv"),  # type: ignore[misc]
            "numbers": lambda n=word: parse_numbers(n),  # type: ignore[misc]
            "tokens": lambda n=word: explorer.record(explorer.load_model("brackets-lstm"), n),  # type: ignore[misc]
            "vocabulary": lambda n=word: Vocabulary.from_dict({"kind": n, "tokens": [n, n]}),  # type: ignore[misc]
            "tensor": lambda n=text: explorer.load_checkpoint(save({f"{n}.{k}": v for k, v in arrays.items()})),  # type: ignore[misc]
            "beside": lambda n=text: explorer.load_checkpoint(save({**arrays, n: np.ones(3, np.float32)})),  # type: ignore[misc]
            "bytes": lambda n=text: explorer.load_checkpoint(n.encode()),  # type: ignore[misc]
        }
        for what, read in tried.items():
            yield f"{what} {word!r}", lambda read=read: _said(read)  # type: ignore[misc]


def written() -> Tried:
    """What the app writes: CSV that a spreadsheet opens, Python that someone runs."""
    for word in (*WORDS, *(f"{sign}1+{name}" for sign in "=+-@\t\r" for name in ("x", "'", '"', "\n", "\0"))):
        yield f"csv {word!r}", lambda word=word: _computed(word)  # type: ignore[misc]
        yield f"code {word!r}", lambda word=word: _escaped(word)  # type: ignore[misc]


def _opened(file: str, link: dict[str, str]) -> AppTest:
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.query_params.update({name: value.encode("utf-8", "replace").decode() for name, value in link.items()})
    if file != ROOMS[0].file:
        app.switch_page(file)
    return app.run()


def _filled(app: AppTest, kind: str, key: str, word: str) -> str:
    there = [one for one in getattr(app, kind) if one.key == key]
    if not there:
        return ""
    text = word.encode("utf-8", "replace").decode()
    there[0].set_value(float(there[0].proto.max) if kind == "number_input" else text)
    return _trouble(app.run())


def _trouble(app: AppTest) -> str:
    raised = [str(one.message) for one in app.exception]
    html = [one.value[:80] for one in app.markdown if one.proto.allow_html and RAN in one.value]
    return "; ".join((*raised, *html))


def _said(read: Callable[[], Any]) -> str:
    try:
        read()
    except ExplorerError as refused:
        return "" if len(str(refused)) < 300 else f"a refusal of {len(str(refused))} characters"
    return ""


def _computed(word: str) -> str:
    content = csv_bytes(
        pd.DataFrame({"label": np.array([word], object), "value": np.array([1.0], object)}, dtype=object)
    ).decode()
    cells = [cell for line in csv.reader(io.StringIO(content, newline="")) for cell in line]
    if word[1:].isdecimal():
        return ""  # a number is no formula
    return "computed" if any(cell[:1] in ("=", "+", "-", "@", "\t", "\r") for cell in cells) else ""


def _escaped(word: str) -> str:
    """Two runs whose names alone differ give programs whose literals alone differ."""
    one, other = (_shape(_program(name)) for name in (word, "plain"))
    return "" if one == other else "the program is another"


def _program(name: str) -> str:
    model, file = explorer.load_model("brackets-lstm"), name.encode("utf-8", "replace").decode()
    recipe = Recipe(np.array([1, 2]), text=name, source=f"explorer.load_checkpoint({file!r})", trace_file=file)
    return as_pytorch(model, recipe)


def _shape(program: str) -> str:
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


KINDS = {"first answers": answers, "pages by link": links, "fields": fields, "readers": files, "written": written}


def run(name: str, every: int) -> bool:
    """Try one kind; print its row, and above it what went wrong."""
    tried, wrong, started = 0, 0, time.monotonic()
    for number, (what, attempt) in enumerate(KINDS[name]()):
        if name in ("pages by link", "fields") and number % every:
            continue
        tried += 1
        try:
            said = attempt()
        except Exception as raised:
            said = f"{type(raised).__name__}: {raised}"
        if said:
            wrong += 1
            print(f"  {what[:120]!r}: {said[:300]!r}", flush=True)
    took = f", {time.monotonic() - started:.0f} s"
    return row(f"{name}: of {tried:,} hostile inputs went wrong{took}", "0", str(wrong), wrong == 0)


def main() -> int:
    """Run what was asked for; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="of the slow ones take every so many")
    parser.add_argument("--browser", default="", help="the address of a running app to open in Chromium too")
    parser.add_argument("kinds", nargs="*", help="which kinds; all by default")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    held = [run(name, asked.every) for name in (asked.kinds or KINDS)]
    if asked.browser:
        from benchmarks.hostile_browser import scripts_run

        held.append(scripts_run(asked.browser, WORDS))
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
