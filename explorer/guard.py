"""The guard: headers on every answer, no figures of the server for strangers, no more uploads than it can hold."""

import os
from asyncio import to_thread
from contextlib import nullcontext

from explorer.door import Application, Message, Receive, Scope, Send

METRICS = "GATE_EXPLORER_METRICS"
"""The environment variable that opens ``/_stcore/metrics``, with ``1``: who may reach it is then the proxy's matter."""
_METRICS_PATH = "/_stcore/metrics"


class Guard:
    """ASGI middleware: adds what `explorer.ui.policy` says to every answer that does not say it itself."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            await send(_with_headers(message) if message["type"] == "http.response.start" else message)

        path = str(scope["path"])
        if _is_private(path):
            await _say(guarded, 404, f"The figures of this server are not public: set {METRICS}=1 to open them.")
        elif "/_operator/" in path:
            await _operate(path, guarded)
        elif scope["method"] == "PUT":
            await self._take(path, scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)

    async def _take(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file in, where there is room for it."""
        from explorer.ui.arriving import coming, refusal

        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        size = int(said) if said.isdigit() else None
        refused = refusal(path, size)
        if refused is not None:
            await _say(send, *refused)
            return
        with coming(path, size) if size else nullcontext():
            await self.app(scope, receive, send)


def _is_private(path: str) -> bool:
    return path.rstrip("/").endswith(_METRICS_PATH) and os.environ.get(METRICS) != "1"


def _with_headers(message: Message) -> Message:
    from explorer.ui.policy import headers

    said = list(message.get("headers", ()))
    there = {bytes(name).lower() for name, _ in said}
    added = ((name.encode(), value.encode()) for name, value in headers().items())
    return {**message, "headers": [*said, *(one for one in added if one[0] not in there)]}


async def _operate(path: str, send: Send) -> None:
    """The operator's page, for who knows its address."""
    from explorer.ui.operator import answer

    found = await to_thread(answer, path)
    if found is None:
        await _say(send, 404, "There is no such page.")
    else:
        await _say(send, 200, found[1], found[0])


async def _say(send: Send, status: int, said: str, kind: str = "text/plain; charset=utf-8") -> None:
    body = said.encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"cache-control", b"no-store"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
