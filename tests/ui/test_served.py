"""Our scripts as files: fetched once, kept for ever, never by a name whose content has changed."""

import asyncio
import gzip
import re
from pathlib import Path
from threading import Event
from typing import Any

import plotly.offline
import pytest

from explorer.door import Door
from explorer.ui.first import preloads
from explorer.ui.frame import ROOMS
from explorer.ui.served import PLOTLY, SCRIPTS, component, find, served

ROOT = Path(__file__).parents[2]


def fetched(path: str, *headers: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], bytes]:
    """A file as the door sends it; what is none reaches the server behind it, which knows nothing."""
    sent: list[dict[str, Any]] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": list(headers)}
    asyncio.run(Door(behind)(scope, None, send))  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("prefix", ["", "/app", "/step"])
def test_a_script_is_compressed_and_kept_for_ever(prefix: str) -> None:
    path = f"{prefix}/{PLOTLY.address.removeprefix('./')}"
    status, headers, body = fetched(path, (b"accept-encoding", b"gzip, br"))
    assert status == 200
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert headers[b"content-type"].startswith(b"text/javascript")
    assert gzip.decompress(body) == PLOTLY.body
    assert len(body) < 450_000
    assert int(headers[b"content-length"]) == len(body)
    assert fetched(path)[2] == PLOTLY.body


def test_an_old_name_or_a_path_around_it_names_nothing() -> None:
    old = served("something", "one").name
    assert find(f"/gate-explorer/{old}") is not None
    assert served("something", "two").name != old
    for path in (f"/gate-explorer/{old}", f"/{PLOTLY.name}", "/gate-explorer/", "/gate-explorer/../app.py"):
        assert fetched(path)[0] == 404
    del SCRIPTS["something"]


def test_plotly_is_the_version_that_the_python_package_speaks() -> None:
    first = PLOTLY.body.decode().splitlines()[0]
    assert first.startswith(f"/*! plotly.js {plotly.offline.get_plotlyjs_version()}: ")
    assert "MIT" in (ROOT / "assets/plotly/LICENSE").read_text("utf-8")


def test_every_page_preloads_what_it_draws_with() -> None:
    for room in ROOMS:
        for address in re.findall('href="([^"]+)"', preloads(room.url)):
            assert find(address.removeprefix(".")) is not None
    assert [re.sub(r"[.]\w+[.]js", "", one) for one in re.findall("gate-explorer/([^\"]+)", preloads("gates"))] == [
        "width", "view", "lines", "plotly",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_every_script_is_a_module_that_gives_one_thing(name: str) -> None:
    """What Streamlit is given imports it and calls its default."""
    assert len(re.findall(r"export default|export ?\{\w+ as default\}", SCRIPTS[name].body.decode())) == 1


@pytest.mark.parametrize("at_the_door", [True, False])
def test_without_our_door_a_script_travels_with_its_component(
    at_the_door: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that starts the app another way sends none of our files: what it is asked for is its own page."""
    told: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.components.v2.component", lambda name, **parts: told.update(parts))
    event = Event()
    if at_the_door:
        event.set()
    monkeypatch.setattr("explorer.ui.served.AT_THE_DOOR", event)
    component("trial", "width/width.js")
    whole = SCRIPTS.pop("trial").body.decode()
    assert (told["js"] == whole) == (not at_the_door)
    assert ("import(" in told["js"]) == at_the_door
