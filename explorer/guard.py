"""The guard: headers on every answer of the server, and no figures of the server for strangers."""

import os

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

        if _is_private(str(scope["path"])):
            await _refuse(guarded)
        else:
            await self.app(scope, receive, guarded)


def _is_private(path: str) -> bool:
    return path.rstrip("/").endswith(_METRICS_PATH) and os.environ.get(METRICS) != "1"


def _with_headers(message: Message) -> Message:
    from explorer.ui.policy import headers

    said = list(message.get("headers", ()))
    there = {bytes(name).lower() for name, _ in said}
    added = ((name.encode(), value.encode()) for name, value in headers().items())
    return {**message, "headers": [*said, *(one for one in added if one[0] not in there)]}


async def _refuse(send: Send) -> None:
    body = f"The figures of this server are not public: set {METRICS}=1 to open them.".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})
