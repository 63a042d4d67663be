"""Headers on every answer, and what of the server is nobody's business."""

import asyncio
import json
import os
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from explorer import door
from explorer.door import Door
from explorer.guard import METRICS, Guard
from explorer.ui import arriving, operator
from explorer.ui.first import first_paint, waiting
from explorer.ui.policy import FRAMES, policy
from explorer.ui.session.timing import timed

PAGE = b"<html><head><title>Streamlit</title></head><body></body></html>"


def answer(
    path: str = "/", method: str = "GET", *said: tuple[bytes, bytes], size: bytes | None = None
) -> tuple[int, dict[bytes, bytes], bytes]:
    """What a browser gets through guard and door, from a server that says ``said``."""
    sent: list[dict[str, Any]] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(said)})
        await send({"type": "http.response.body", "body": PAGE})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}
    scope["headers"] = [] if size is None else [(b"content-length", size)]
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


SECRET = "a secret of its operator"


def test_the_operators_page_is_shut_to_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(operator.OPERATOR, raising=False)
    assert answer(f"/_operator/{SECRET}")[0] == 404
    assert answer("/_operator/")[0] == 404
    monkeypatch.setenv(operator.OPERATOR, "short")
    assert answer("/_operator/short")[0] == 404
    monkeypatch.setenv(operator.OPERATOR, SECRET)
    for path in ("/_operator/", "/_operator/x", f"/_operator/{SECRET}x", f"/_operator/{SECRET}/x", "/_operator/.json"):
        assert answer(path)[0] == 404


def test_the_operators_page_tells_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(operator.OPERATOR, SECRET)
    with timed("Gates"):
        pass
    status, headers, body = answer(f"/gates/_operator/{SECRET}")
    assert (status, headers[b"cache-control"]) == (200, b"no-store")
    assert "sessions connected" in body.decode()
    told = json.loads(answer(f"/_operator/{SECRET}.json")[2])
    assert told["answers by page"]["Gates"]["count"] >= 1
    assert told["memory bytes"] > 0


UPLOAD = "/_stcore/upload_file/mine/file"


@pytest.mark.parametrize(
    ("size", "there", "status"),
    [
        (None, {}, 411),
        (b"x", {}, 411),
        (b"100", {}, 200),
        (b"100", {"mine": (1, 450)}, 413),  # as much as one may have
        (b"100", {"other": (1, 950)}, 413),  # as much as there may be
        (b"100", {"mine": (1_000, 0)}, 413),
        (b"501", {}, 413),
    ],
)
def test_files_come_in_while_there_is_room(
    size: bytes | None, there: dict[str, tuple[int, int]], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "MOST_BYTES", 1_000)
    monkeypatch.setattr(arriving, "most_of_one", lambda: 500)
    monkeypatch.setattr(arriving, "held", lambda: 0)
    monkeypatch.setattr(arriving, "lying", lambda: there)
    assert answer(UPLOAD, "PUT", size=size)[0] == status


def test_files_on_their_way_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "most_of_one", lambda: 500)
    monkeypatch.setattr(arriving, "held", lambda: 0)
    with arriving.coming(UPLOAD, 450):
        assert answer(UPLOAD, "PUT", size=b"100")[0] == 413
        assert answer(UPLOAD.replace("mine", "other"), "PUT", size=b"100")[0] == 200
    assert answer(UPLOAD, "PUT", size=b"100")[0] == 200


def test_a_user_without_a_home_finds_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "not yet"))
    door._find_a_home()
    assert os.environ["HOME"] == str(tmp_path / "not yet")
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(tmp_path / prefix))
    monkeypatch.setenv("HOME", "/dev/null/nobody")
    door._find_a_home()
    assert os.environ["HOME"] == str(tmp_path / "gate-explorer-")
