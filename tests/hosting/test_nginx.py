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
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"), reason="nginx is not installed (Debian: apt-get install nginx-light)"
)


@dataclass
class Hosted:
    """nginx and the replicas behind it."""

    port: int
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
        """`first_run`, in a thread of its own: a browser's tests leave a loop running in this one."""
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, self.first_run(cookie)).result()

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
    there = Hosted(port)
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
