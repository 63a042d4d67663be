"""Two replicas under a path, behind Debian's nginx as `deploy/nginx.conf` sets it up, and the death of one."""

import asyncio
import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from benchmarks.tab import Run, Tab

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"), reason="nginx is not installed (Debian: apt-get install nginx-light)"
)


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """What it gives, in a thread of its own: a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Hosted:
    """nginx and the replicas behind it."""

    port: int
    ports: tuple[int, ...] = ()
    replicas: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """An answer as nginx gives it."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=30)
        asking.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = asking.getresponse()
        body = answer.read()
        asking.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def session(self, cookie: str) -> str:
        """`first_run`, apart."""
        return str(apart(self.first_run(cookie)))

    async def first_run(self, cookie: str) -> str:
        """What the first run of a new session sends, through a WebSocket with this cookie."""
        address = f"ws://127.0.0.1:{self.port}/gates/_stcore/stream"
        said = ""
        async with connect(
            address, subprotocols=[Subprotocol("streamlit")], additional_headers={"Cookie": cookie}, max_size=None
        ) as line:
            asked = BackMsg()
            asked.rerun_script.query_string = "text=a(b)"
            await line.send(asked.SerializeToString())
            async with asyncio.timeout(90):
                while True:
                    sent = ForwardMsg()
                    sent.ParseFromString(bytes(await line.recv()))
                    said += str(sent.delta) if sent.HasField("delta") else ""
                    if sent.WhichOneof("type") == "script_finished" and "model" in said:
                        return said


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    pytest.fail(f"{address} does not answer")


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """Two replicas with one secret, and nginx before them."""
    assert NGINX is not None, "nginx is needed in CI: apt-get install nginx-light"
    folder = tmp_path_factory.mktemp("nginx")
    port, *ports = _port(), _port(), _port()
    there = Hosted(port, tuple(ports))
    environment = {
        **os.environ, "STREAMLIT_SERVER_BASE_URL_PATH": "gates",
        "STREAMLIT_SERVER_COOKIE_SECRET": "of all replicas" * 3,
    }  # fmt: skip
    for one in ports:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(one)]
        with (folder / f"{one}.txt").open("wb") as log:
            there.replicas.append(
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
            )
    conf = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for old, new in {
        "listen 8080": f"listen 127.0.0.1:{port}", "127.0.0.1:8501": f"127.0.0.1:{ports[0]}",
        "127.0.0.1:8502": f"127.0.0.1:{ports[1]}", "pid /run/nginx.pid": f"pid {folder}/nginx.pid",
        "http {": f"http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;",
    }.items():  # fmt: skip
        assert old in conf
        conf = conf.replace(old, new)
    (folder / "nginx.conf").write_text(f"daemon off; error_log {folder}/error.txt;\n{conf}", "utf-8")
    nginx = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.txt")])
    try:
        for one in ports:
            _wait(f"http://127.0.0.1:{one}/gates/_stcore/health")
        _wait(f"http://127.0.0.1:{port}/gates/_stcore/health")
        yield there
    finally:
        for process in (nginx, *there.replicas):
            process.terminate()
            process.wait(20)


def test_the_first_answer_its_files_and_its_headers(hosted: Hosted) -> None:
    for path in ("/gates/", "/gates/step", "/gates/gates?text=a(b)"):
        status, headers, body = hosted.get(path, accept_encoding="gzip")
        assert (status, headers["content-encoding"]) == (200, "gzip")
        page = gzip.decompress(body).decode()
        assert "<title>Gate Explorer</title>" in page
        assert ("gate-explorer-first" in page) == (path != "/gates/step")
        assert "frame-ancestors" in headers["content-security-policy"]
        files = re.findall(r'href="[.]/(gate-explorer/[^"]+)"', page)
        assert files
        for file in files:
            assert hosted.get(f"/gates/{file}")[0] == 200
    assert hosted.get("/gates")[1]["location"].endswith("/gates/")
    assert hosted.get("/gates/_stcore/metrics")[0] == 404


SECRET = "a-column-of-mine"


class Listener(Tab):
    """A tab that keeps all it hears."""

    async def connect(self, session: str = "") -> None:
        await super().connect(session)
        self.heard = getattr(self, "heard", b"")

    async def _receive(self) -> ForwardMsg:
        said = await super()._receive()
        self.heard += said.SerializeToString()
        return said


async def _upload(tab: Tab) -> Run:
    await tab.connect()
    await tab.open("", {})
    await tab.set("source", "bool_value", True)
    await tab.set("source-section", "string_array_value", ["CSV file"])
    return await tab.upload("csv", "mine.csv", f"{SECRET},b\n1,2\n3,4\n".encode())


async def _reach(address: str) -> tuple[Listener, Listener]:
    """One brings a file; another, who knows its link, file, button and session, asks for them; what each has heard."""
    one, other = Listener(address), Listener(address)
    await _upload(one)
    assert one.said("source") == "upload"
    link = one.query
    (file,) = one.states[one.widgets["csv"]].file_uploader_state_value.uploaded_file_info
    await other.connect()
    await other.open("", link)
    await other.set("source", "bool_value", True)
    await other.set("source-section", "string_array_value", ["CSV file"])
    stolen = FileUploaderState()
    stolen.uploaded_file_info.append(file)
    await other.set("csv", "file_uploader_state_value", stolen)
    mine, other.files = other.session, {"mine": one.files["CSV"], "guessed": "0" * 32}
    other.session = one.session
    with pytest.raises(RuntimeError, match="Invalid session"):
        await other.download("mine")
    other.session = mine
    with pytest.raises(RuntimeError):
        await other.download("guessed")
    host = address.partition("/")[0]
    for path in (file.file_urls.upload_url, f"/gates/media/{file.file_id}", f"/gates/media/{one.files['CSV']}.csv"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"http://{host}{path}", timeout=30)
        refused.value.close()
    await other.go("compare")
    await one.close()
    await other.close()
    return one, other


def test_another_sessions_file_cannot_be_reached(hosted: Hosted) -> None:
    """By its link, the id of its file, its upload's address, its download, or the address of a guessed file."""
    one, other = apart(_reach(f"127.0.0.1:{hosted.ports[0]}/gates"))
    assert SECRET.encode() in one.heard
    assert SECRET.encode() not in other.heard
    assert b"gone" in other.heard


def test_a_browser_stays_at_one_replica_and_goes_on_when_it_dies(hosted: Hosted) -> None:
    """A browser gets a cookie once; each runs a session through nginx; after a death both replicas' browsers do."""
    cookies = [hosted.get("/gates/")[1]["set-cookie"].partition(";")[0] for _ in range(6)]
    assert len(set(cookies)) == len(cookies)
    for cookie in cookies[:2]:
        assert "a(b)" in hosted.session(cookie)
    hosted.replicas[0].kill()
    hosted.replicas[0].wait()
    for cookie in cookies:
        assert hosted.get("/gates/", cookie=cookie)[0] == 200
        assert "a(b)" in hosted.session(cookie)
