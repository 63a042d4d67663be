"""Headers on every answer, and what of the server is nobody's business."""

import asyncio
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from explorer.door import Door
from explorer.guard import METRICS, Guard
from explorer.ui.first import first_paint, waiting
from explorer.ui.policy import FRAMES, policy

PAGE = b"<html><head><title>Streamlit</title></head><body></body></html>"


def answer(path: str = "/", method: str = "GET", *said: tuple[bytes, bytes]) -> tuple[int, dict[bytes, bytes], bytes]:
    """What a browser gets through guard and door, from a server that says ``said``."""
    sent: list[dict[str, Any]] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(said)})
        await send({"type": "http.response.body", "body": PAGE})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    asyncio.run(Guard(Door(behind))(scope, None, send))  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/step", "/media/x.html", "/_stcore/health", "/_stcore/metrics", "/nothing"])
def test_on_every_answer(path: str, method: str) -> None:
    headers = answer(path, method)[1]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"same-origin"
    rules = dict(rule.strip().split(" ", 1) for rule in headers[b"content-security-policy"].decode().split(";"))
    assert rules["object-src"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in rules["script-src"]
    assert not re.search(r"https?:|(^| )[*]( |$)", " ".join(rules[name] for name in rules if name != "frame-ancestors"))


def test_our_own_scripts_may_run_and_a_strangers_may_not() -> None:
    """By the hash of what really goes out: one letter more, and it is another."""
    scripts = re.findall(r"<script>(.*?)</script>", first_paint("") + waiting(), re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        assert b64encode(sha256(script.encode()).digest()).decode() in policy()
        assert b64encode(sha256(f"{script} ".encode()).digest()).decode() not in policy()


def test_what_the_server_says_itself_stays() -> None:
    assert answer("/", "GET", (b"Referrer-Policy", b"no-referrer"))[1][b"Referrer-Policy"] == b"no-referrer"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (None, "*"),
        ("'self' https://course.example", "'self' https://course.example"),
        ("'none'", "'none'"),
        ("*; script-src *", "'self'"),
        ("a\r\nset-cookie: x", "'self'"),
        ("", "'self'"),
    ],
)
def test_who_may_frame_it(asked: str | None, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FRAMES, raising=False)
    if asked is not None:
        monkeypatch.setenv(FRAMES, asked)
    assert answer()[1][b"content-security-policy"].decode().endswith(f"; frame-ancestors {said}")


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/gates/_stcore/metrics", "/_stcore/metrics/"])
def test_figures_of_the_server_are_its_operators(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(METRICS, raising=False)
    for method in ("GET", "HEAD", "OPTIONS"):
        status, _, body = answer(path, method)
        assert (status, PAGE in body) == (404, False)
    monkeypatch.setenv(METRICS, "1")
    assert answer(path)[0] == 200
