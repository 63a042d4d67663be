"""The door: what a browser gets before Streamlit has started in it, and what the server does before anyone comes.

A browser needs about a second to start Streamlit and to hear of the first run. The landing page has something true
to say until then: its sentence, its tokens and its panels follow from the address alone, so they come with the very
first answer, laid by CSS alone where the page will paint the same.
So do the addresses of the scripts that each page will want; they are sent from here, once for each browser.
"""

import gzip
import os
import tempfile
from asyncio import to_thread
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from explorer.places import AT_THE_DOOR

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# With any of these Streamlit would answer with less than the page, or with its bytes compressed.
_LEFT_OUT = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
_NO_LONGER_TRUE = {b"content-length", b"etag", b"last-modified", b"accept-ranges"}
_FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")


@asynccontextmanager
async def opened(_: Any) -> AsyncIterator[None]:
    """Load the pages before the server answers: the first visitor does not wait for torch.

    Not earlier than this, because the components of the pages register with the server that runs.
    """
    AT_THE_DOOR.set()
    _find_a_home()
    import_module("explorer.ui")
    import_module("explorer.ui.first").first_paint("")
    import_module("explorer.ui.frame").settle()
    yield


def _find_a_home() -> None:
    """Another home where there is none to write to: Streamlit keeps a number there, and serves nobody without it."""
    with suppress(OSError, RuntimeError):
        home = Path.home()
        there = next(one for one in (home, *home.parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK):
            return
    with suppress(OSError):
        os.environ["HOME"] = tempfile.mkdtemp(prefix="gate-explorer-")


class Door:
    """ASGI middleware: our own files, and first paints in the pages; everything else passes through untouched."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif not await _sent(scope, send):
            await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        from explorer.ui.first import page_of

        page = page_of(str(scope["path"]).removeprefix(str(scope.get("root_path", ""))))
        if page is None:
            await self.app(scope, receive, send)
            return
        headers = [header for header in scope["headers"] if header[0] not in _LEFT_OUT]
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await _answer(scope, page, start, bytes(body), send)

        await self.app({**scope, "headers": headers, "extensions": {}}, receive, keep)


async def _sent(scope: Scope, send: Send) -> bool:
    """Send one of our own files; False where the path names none."""
    from explorer.ui.served import find

    file = find(str(scope["path"]))
    if file is None:
        return False
    packed = _takes_gzip(scope)
    headers = [(b"content-type", file.kind.encode()), _FOR_EVER, (b"vary", b"accept-encoding")]
    body = await to_thread(getattr, file, "packed") if packed else file.body  # made when it is first asked for
    await _send(send, 200, headers, body, packed)
    return True


async def _answer(scope: Scope, page: str, start: Message, body: bytes, send: Send) -> None:
    if start["status"] == 200:
        query = scope["query_string"].decode("ascii", "replace")
        body = await to_thread(_with_first_paint, body, page, query, _asked(scope))
    headers = [header for header in start["headers"] if header[0] not in _NO_LONGER_TRUE]
    packed = _takes_gzip(scope)
    await _send(send, start["status"], headers, await to_thread(gzip.compress, body, 6) if packed else body, packed)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes, packed: bool) -> None:
    encoding = [(b"content-encoding", b"gzip")] if packed else []
    headers = [*headers, *encoding, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _takes_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _asked(scope: Scope) -> str:
    """The languages that the browser asks for."""
    told = (value for name, value in scope["headers"] if name == b"accept-language")
    return bytes(next(told, b"")).decode("ascii", "replace")


def _with_first_paint(body: bytes, page: str, query: str, asked: str) -> bytes:
    from explorer.ui.first import first_paint, preloads, waiting

    before, end, after = body.rpartition(b"</body>")
    if not end:
        return body
    before = before.replace(b"<title>Streamlit</title>", b"<title>Gate Explorer</title>")
    paint = first_paint(query, asked) if page == "gates" else ""
    return before + preloads(page).encode() + paint.encode() + waiting().encode() + end + after
