"""The first answer of the server: true words for any address, and nothing that a stranger's link can break."""

import asyncio
import base64
import gzip
import io
import re
import tomllib
from dataclasses import fields
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import explorer
from explorer.cells import word
from explorer.door import Door
from explorer.errors import CheckpointError
from explorer.figures.pixels import shades
from explorer.figures.style import STYLES
from explorer.models import list_models, load_card
from explorer.ui.assets import asset
from explorer.ui.first import _painted, first_paint, page_of
from explorer.ui.parts.sentences import RANDOM_WEIGHTS
from explorer.ui.session.request import Request

ROOT = Path(__file__).parents[2]
PAGE = b"<html><head><title>Streamlit</title></head><body><div id='root'></div></body></html>"


class Reader(HTMLParser):
    """The texts of one kind of element, and the names of all."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.names[-1] if self.names else "", []).append(data)


def asked(path: str = "/", query: str = "", **scope: Any) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    """The answer's head and body, and what the server behind the door was asked."""
    sent: list[dict[str, Any]] = []
    inner: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        inner.update(scope)
        headers = [(b"content-length", str(len(PAGE)).encode()), (b"etag", b"x"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
        await send({"type": "http.response.body", "body": PAGE[20:]})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asking = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(),
        "headers": [(b"accept-encoding", b"gzip"), (b"host", b"here")],
    }  # fmt: skip
    asyncio.run(Door(app)(asking | scope, None, send))  # type: ignore[arg-type]
    body = b"".join(one.get("body", b"") for one in sent)
    packed = (b"content-encoding", b"gzip") in sent[0]["headers"]
    return sent[0], gzip.decompress(body) if packed else body, inner


def test_the_landing_page_says_what_is_true_with_the_first_answer() -> None:
    head, body, inner = asked()
    said = Reader(body.decode())
    assert load_card("brackets-lstm")["learned"] in "".join(said.texts["p"])
    assert "".join(row(body.decode(), "tokens")) == "best·=·max([len(w)·for·w·in·names[2:]])"
    assert "".join(row(body.decode(), "answers")[-8:]) == "]]]]]])"
    assert said.texts["title"] == ["Gate Explorer"]
    assert body.endswith(b"</body></html>")
    headers = dict(head["headers"])
    assert int(headers.pop(b"content-length")) < len(body)
    assert headers == {b"cache-control": b"no-cache", b"content-encoding": b"gzip"}
    assert inner["headers"] == [(b"host", b"here")]


def row(paint: str, name: str) -> list[str]:
    """What stands in a row of the ribbon."""
    found = re.search(f'<div class="row {name}">(.*?)</div>', paint, re.DOTALL)
    assert found is not None
    return [unescape(one) for one in re.findall("<span>(.*?)</span>", found[1], re.DOTALL)]


def pictures(paint: str) -> list[tuple[str, list[Any]]]:
    """Of each panel its name and its pictures as arrays, first the dark one."""
    found = []
    for figure in re.findall(r"<figure.*?</figure>", paint, re.DOTALL):
        name = re.search("<b>(.*?)</b>", figure)
        assert name is not None
        files = [base64.b64decode(one) for one in re.findall(r'"data:image/png;base64,([^"]+)"', figure)]
        found.append((name[1], [np.asarray(Image.open(io.BytesIO(file)).convert("RGB")) for file in files]))
    return found


@pytest.mark.parametrize(("link", "model"), [("", "brackets-lstm"), ("model=brackets-gru&text=a(b)", "brackets-gru")])
def test_the_panels_are_those_of_the_run(link: str, model: str) -> None:
    """Every cell's colour is its value's on the scale of its theme, for the model and the line of the address."""
    text = dict(parse_qsl(link)).get("text", "best = max([len(w) for w in names[2:]])")
    trace = explorer.record(explorer.load_model(model), text)
    found = pictures(first_paint(link))
    first = {"lstm": "forget", "gru": "update"}[trace.kind]
    order = [first, *(name for name in trace.signals if name != first)]
    assert [name for name, _ in found] == [word(trace.kind, name).title for name in order]
    for (_, both), name in zip(found, order, strict=True):
        gate = word(trace.kind, name).role == "gate"
        values = trace.select(name).T
        high = 1.0 if np.isfinite(word(trace.kind, name).high) else float(np.percentile(np.abs(values), 98))
        for theme, shown in zip(("dark", "light"), both, strict=True):
            scale = STYLES[theme].gates if gate else STYLES[theme].states  # type: ignore[index]
            share = np.clip(values, -high, high) / high if gate else (np.clip(values, -high, high) / high + 1) / 2
            wanted = shades(scale)[np.rint(share * 255).astype(int)].astype(int)
            apart = np.abs(shown[:, None].astype(int) - wanted[None]).max(axis=(2, 3))  # of every row from every unit's
            assert shown.shape == wanted.shape
            assert sorted(apart.argmin(axis=1)) == list(range(len(wanted)))
            assert apart.min(axis=1).max() <= 2


@pytest.mark.parametrize("link", ["model=random&text=ab", "text=" + "(" * 40, "start=random", "view=layers"])
def test_where_the_page_will_say_more_or_something_else_there_are_no_panels(link: str) -> None:
    assert "<figure" not in first_paint(link)


NONSENSE = ("", "-7", "1e9", "<b>", "reverse", "lstm", "5", "both", "zeros", "brackets-rnn")


@given(st.dictionaries(st.sampled_from([one.name for one in fields(Request)]), st.sampled_from(NONSENSE), max_size=6))
def test_any_link_is_answered(link: dict[str, str]) -> None:
    assert asked(query=urlencode(link))[1].endswith(b"</body></html>")


@pytest.mark.parametrize("name", list_models())
def test_every_model_is_introduced(name: str) -> None:
    assert load_card(name)["learned"] in "".join(Reader(first_paint(urlencode({"model": name}))).texts["p"])


def test_random_weights_are_called_so_and_read_what_the_link_says() -> None:
    paint = first_paint(urlencode({"model": "random", "text": "a<b>\n"}))
    assert Reader(paint).texts["p"][0] == RANDOM_WEIGHTS
    assert row(paint, "tokens") == ["a", "<", "b", ">", "⏎"]


@pytest.mark.parametrize(("path", "scope"), [("/media/a", {}), ("/static/js/a.js", {}), ("/", {"method": "HEAD"})])
def test_nothing_else_is_touched(path: str, scope: dict[str, Any]) -> None:
    _, body, inner = asked(path, **scope)
    assert body == PAGE
    assert (b"accept-encoding", b"gzip") in inner["headers"]


def test_another_page_is_told_its_scripts_and_shows_nothing_yet() -> None:
    body = asked("/compare")[1]
    assert b"modulepreload" in body
    assert b"gate-explorer-first" not in body


def test_behind_a_prefix_the_landing_page_is_still_the_landing_page() -> None:
    assert b"gate-explorer-first" in asked("/app/", root_path="/app")[1]


@pytest.mark.parametrize("base", ["gates", "/gates/", "a/b", "st", ""])
def test_under_a_path_of_the_server(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the path is called as a page is, or begins as one does."""
    below = "/".join(("", *(part for part in base.split("/") if part)))
    monkeypatch.setattr("streamlit.get_option", {"server.baseUrlPath": base}.get)
    for path in (f"{below}/", f"{below}/gates"):
        body = asked(path)[1]
        assert b"gate-explorer-first" in body
        assert b"<title>Gate Explorer</title>" in body
    assert page_of(f"{below}/step") == "step"
    assert page_of(f"{below}/static/js/index.js") is None


def test_every_page_can_say_that_there_is_no_connection() -> None:
    for path in ("/", "/step", "/train"):
        said = Reader(asked(path)[1].decode())
        assert "no live connection" in "".join("".join(texts) for texts in said.texts.values())
    assert b"no live connection" not in asked("/static/js/index.js")[1]


def test_a_model_that_is_not_bundled_gets_the_bare_page() -> None:
    assert first_paint("model=uploaded") == ""
    assert b"gate-explorer-first" not in asked(query="model=nonsense")[1]


def test_its_colours_are_the_themes() -> None:
    """They cannot be asked of Streamlit, which has not started in the browser; so they are written there too."""
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    light, dark = asset("first/first.html").split("prefers-color-scheme: dark")
    for name, css in (("light", light), ("dark", dark)):
        written = {theme[name]["backgroundColor"], theme[name]["textColor"]}
        assert theme[name]["backgroundColor"] == STYLES[name].paper  # type: ignore[index]
        assert set(re.findall("#[0-9a-f]{6}", css)) == written


def test_a_damaged_model_or_an_unreadable_line_leaves_it_to_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert first_paint("model=brackets-lstm&text=") == ""

    def damaged(_: str) -> None:
        raise CheckpointError("brackets-lstm.json cannot be read")

    monkeypatch.setattr("explorer.ui.first.load_card", damaged)
    _painted.cache_clear()
    assert asked()[1].startswith(b"<html>")
    assert b"gate-explorer-first" not in asked()[1]


@given(st.text(max_size=90), st.sampled_from(["brackets-lstm", "random", "sentiment-gru", "recall-rnn", "sst-lstm"]))
def test_no_text_adds_an_element(text: str, model: str) -> None:
    paint = first_paint(urlencode({"model": model, "text": text}, errors="replace"))
    own = {"div", "style", "p", "span", "script", "figure", "figcaption", "picture", "source", "img", "b", "i", "br"}
    assert set(Reader(paint).names) <= own
    assert paint.count("<span") == Reader(paint).names.count("span")
    assert Reader(paint).names.count("script") <= 1


@given(st.text(max_size=200))
def test_any_query_is_answered(query: str) -> None:
    assert asked(query=query)[1].endswith(b"</body></html>")
