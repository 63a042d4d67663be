"""One browser tab, without the browser: what Streamlit's page says to its server, and what it hears."""

import asyncio
import hashlib
import json
import re
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 60.0
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN
_REVISION = re.compile(rb'"key":"ribbon".{0,80}?"revision":"(\w+)"|"revision":"(\w+)"')


@dataclass
class Run:
    """What one script run sent.

    Attributes:
        milliseconds: until the script had finished.
        complaints: what went wrong on the page.
        pictures: the digest of its figures and components.
    """

    milliseconds: float
    complaints: list[str]
    pictures: str


@dataclass
class _Heard:
    """What a run has sent so far."""

    complaints: list[str] = field(default_factory=list)
    elements: int = 0
    pictures: Any = field(default_factory=lambda: hashlib.sha1(usedforsecurity=False))


class Tab:
    """Sends reruns, reads until the script has finished.

    Args:
        address: of the server, without its scheme.
        cookie: what the browser sends with every request.

    Attributes:
        kinds: of the elements that the last run drew, by the protocol's names.
    """

    def __init__(self, address: str, cookie: str = "") -> None:
        self.address, self.cookie = address, cookie
        self.query, self.page, self.session, self.revision = "", "", "", ""
        self.pages: dict[str, str] = {}
        self.widgets: dict[str, str] = {}
        self.states: dict[str, WidgetState] = {}
        self.files: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.kinds: set[str] = set()
        self.fragment = ""
        self._socket: ClientConnection | None = None

    async def connect(self, session: str = "") -> None:
        """Open the WebSocket; with a session's id, as a tab that was cut off comes back."""
        protocols = [Subprotocol(one) for one in ("streamlit", "none", session) if one]
        self._socket = await connect(
            f"ws://{self.address}/_stcore/stream",
            subprotocols=protocols if session else protocols[:1],
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            max_size=None,
            compression=None,
            open_timeout=PATIENCE,
        )

    async def close(self) -> None:
        """Close the tab."""
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page: str, link: dict[str, str] | str) -> Run:
        """The first run, as a tab that opens the address asks for it."""
        self.query = link if isinstance(link, str) else urlencode(link)
        message = self._rerun()
        message.rerun_script.page_script_hash, message.rerun_script.page_name = "", page
        return await self._run(message)

    async def go(self, page: str) -> Run:
        """Another page, by the navigation."""
        self.page, self.query, self.states = self.pages[page], "", {}
        return await self._run(self._rerun())

    async def set(self, key: str, kind: str, value: Any) -> Run:
        """Give a widget a value.

        Args:
            key: of the widget.
            kind: the protocol's name, as ``"string_value"``.
            value: what that takes; a list for ``"string_array_value"``.
        """
        state = WidgetState(id=self.widgets[key])
        if kind == "string_array_value":
            state.string_array_value.data.extend(value)
        elif kind == "file_uploader_state_value":
            state.file_uploader_state_value.CopyFrom(value)
        else:
            setattr(state, kind, value)
        if "trigger" not in kind:
            self.states[state.id] = state
        return await self._run(self._rerun(state))

    async def press(self, key: str) -> Run:
        """Press a button."""
        return await self.set(key, "trigger_value", True)

    async def look_at(self, step: int, unit: int) -> Run:
        """Click a cell of the ribbon's picture."""
        place = {"step": step, "unit": unit, "start": None, "stop": None, "low": None, "high": None}
        return await self.set("ribbon", "json_value", json.dumps({"position": {"revision": self.revision, **place}}))

    async def look_again(self) -> Run:
        """Run that part of the page again which asked to be run by itself, as its timer does."""
        message = self._rerun()
        message.rerun_script.fragment_id = self.fragment
        return await self._run(message)

    async def upload(self, key: str, name: str, content: bytes) -> Run:
        """Drop a file where one is asked for."""
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid4().hex
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session
        urls = (await self._answer(asked, "file_urls_response")).file_urls_response.file_urls[0]
        await asyncio.to_thread(self._put, urls.upload_url, name, content)
        state = FileUploaderState()
        state.uploaded_file_info.append(
            UploadedFileInfo(file_id=urls.file_id, name=name, size=len(content), file_urls=urls)
        )
        return await self.set(key, "file_uploader_state_value", state)

    async def download(self, label: str) -> bytes:
        """Press a download button whose file is made on demand; what comes."""
        asked = BackMsg()
        asked.backend_operation_request.request_id = uuid4().hex
        asked.backend_operation_request.session_id = self.session
        asked.backend_operation_request.deferred_file.file_id = self.files[label]
        said = (await self._answer(asked, "backend_operation_response")).backend_operation_response
        if said.error_msg:
            raise RuntimeError(f"download of {label}: {said.error_msg}")
        return await asyncio.to_thread(self.get, said.deferred_file.url)

    def said(self, name: str) -> str:
        """A choice in the tab's address."""
        return parse_qs(self.query, keep_blank_values=True).get(name, [""])[0]

    def get(self, path: str) -> bytes:
        """A file of the server."""
        host = self.address.partition("/")[0]
        request = urllib.request.Request(f"http://{host}{path}", headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def _put(self, path: str, name: str, content: bytes) -> None:
        host, _, base = self.address.partition("/")
        health = urllib.request.urlopen(f"http://{self.address}/_stcore/health", timeout=PATIENCE)
        token = re.search(r"_streamlit_xsrf=([^;]+)", str(health.headers.get_all("Set-Cookie")))
        assert token is not None
        mark = uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        body = (
            f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
        )
        cookies = "; ".join(filter(None, (self.cookie, f"_streamlit_xsrf={token[1]}")))
        headers = {"Cookie": cookies, "X-Xsrftoken": token[1], "Content-Type": f"multipart/form-data; boundary={mark}"}
        where = path if not base or path.startswith(f"/{base}") else f"/{base}{path}"
        request = urllib.request.Request(f"http://{host}{where}", body, headers, method="PUT")
        urllib.request.urlopen(request, timeout=PATIENCE).close()

    def _rerun(self, trigger: WidgetState | None = None) -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        states = [one for name, one in self.states.items() if name in self.widgets.values()]
        message.rerun_script.widget_states.widgets.extend(states)
        if trigger is not None and trigger.id not in self.states:
            message.rerun_script.widget_states.widgets.append(trigger)
        return message

    async def _receive(self) -> ForwardMsg:
        assert self._socket is not None
        said: ForwardMsg = ForwardMsg.FromString(await self._socket.recv(decode=False))
        return said

    async def _answer(self, message: BackMsg, kind: str) -> ForwardMsg:
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._receive()
                if answer.WhichOneof("type") == kind:
                    return answer

    async def _run(self, message: BackMsg) -> Run:
        assert self._socket is not None
        began, heard = time.perf_counter(), _Heard()
        await self._socket.send(message.SerializeToString())
        self.widgets, self.files, self.shown, self.kinds = {}, {}, {}, set()
        async with asyncio.timeout(PATIENCE):
            while not self._hear(await self._receive(), heard):
                pass
        if not heard.elements:
            heard.complaints.append("an empty page")
        return Run(1000 * (time.perf_counter() - began), heard.complaints, heard.pictures.hexdigest())

    def _hear(self, said: ForwardMsg, heard: _Heard) -> bool:
        """Take in one message; whether the run is over."""
        kind = said.WhichOneof("type")
        if kind == "new_session":
            self.page = said.new_session.page_script_hash
            self.session = said.new_session.initialize.session_id or self.session
        elif kind == "navigation":
            self.page = said.navigation.page_script_hash or self.page
            self.pages = {page.url_pathname: page.page_script_hash for page in said.navigation.app_pages}
        elif kind == "delta":
            heard.elements += 1
            heard.complaints += self._read(said.delta, heard.pictures.update)
        elif kind == "page_info_changed":
            self.query = said.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.fragment = said.auto_rerun.fragment_id
        elif kind == "page_not_found":
            heard.complaints.append(f"no page {said.page_not_found.page_name!r}")
        elif kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            heard.complaints.append("the script does not compile")
            return True
        # A page switch ends a run early and starts the next; only that one counts.
        return kind == "script_finished" and said.script_finished != EARLY

    def _read(self, delta: Delta, digest: Callable[[bytes], None]) -> list[str]:
        if delta.WhichOneof("type") == "add_block":
            self._know(delta.add_block.popover.id)
            return []
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        content = getattr(element, kind, None)
        self.kinds.add(kind)
        self._know(str(getattr(content, "id", "")))
        if kind == "download_button" and element.download_button.deferred_file_id:
            self.files[element.download_button.label] = element.download_button.deferred_file_id
        elif kind == "text_input":
            self.shown[_key(element.text_input.id)] = element.text_input.value or element.text_input.default
        elif kind == "plotly_chart":
            digest(element.plotly_chart.spec.encode())
        elif kind == "bidi_component":
            digest(element.bidi_component.bytes)
            if found := _REVISION.search(element.bidi_component.bytes):
                self.revision = (found[1] or found[2]).decode()
        elif kind == "exception":
            return [element.exception.message or element.exception.type or "an exception"]
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            return [element.alert.body]
        return []

    def _know(self, widget: str) -> None:
        if _key(widget):
            self.widgets[_key(widget)] = widget


def _key(widget: str) -> str:
    """The key of a widget by its id."""
    parts = widget.split("-", 2)
    return parts[2] if len(parts) == 3 and widget.startswith("$$") and parts[2] != "None" else ""
