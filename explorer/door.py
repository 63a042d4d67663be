"""The door: what a browser gets before Streamlit has started in it, and what the server does before anyone comes.

A browser needs about a second to start Streamlit and to hear of the first run. The landing page has something true
to say until then: its sentence and its tokens follow from the address alone, so they come with the very first answer.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# With any of these Streamlit would answer with less than the page, or with its bytes compressed.
_LEFT_OUT = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
_NO_LONGER_TRUE = {b"content-length", b"etag", b"last-modified", b"accept-ranges"}


@asynccontextmanager
async def opened(_: Any) -> AsyncIterator[None]:
    """Load the pages before the server answers: the first visitor does not wait for torch.

    Not earlier than this, because the components of the pages register with the server that runs.
    """
    import_module("explorer.ui")
    yield


class Door:
    """ASGI middleware that adds the first paint to the landing page; everything else passes through untouched."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = str(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].removeprefix(root) not in ("", "/"):
            await self.app(scope, receive, send)
            return
        headers = [header for header in scope["headers"] if header[0] not in _LEFT_OUT]
        start: Message = {}
        page = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            page.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await _answer(scope, start, bytes(page), send)

        await self.app({**scope, "headers": headers, "extensions": {}}, receive, keep)


async def _answer(scope: Scope, start: Message, page: bytes, send: Send) -> None:
    if start["status"] == 200:
        page = _with_first_paint(page, scope["query_string"].decode("ascii", "replace"))
    headers = [header for header in start["headers"] if header[0] not in _NO_LONGER_TRUE]
    await send({**start, "headers": [*headers, (b"content-length", str(len(page)).encode())]})
    await send({"type": "http.response.body", "body": page})


def _with_first_paint(page: bytes, query: str) -> bytes:
    from explorer.ui.first import first_paint

    before, body, after = page.rpartition(b"</body>")
    if not body:
        return page
    before = before.replace(b"<title>Streamlit</title>", b"<title>Gate Explorer</title>")
    return before + first_paint(query).encode() + body + after
