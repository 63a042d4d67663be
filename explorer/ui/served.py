"""Files that a browser fetches once and keeps for ever: their names say what is in them.

A component's script that Streamlit is given travels through the websocket again in each session. So Streamlit gets
three lines that import the script from here, by a name that changes with its content.
"""

import gzip
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from string import Template
from typing import Any

import streamlit as st

from explorer.places import AT_THE_DOOR
from explorer.ui.assets import asset

FOLDER = "gate-explorer"
"""Where they lie, below the app's own address."""
_SCRIPT = "text/javascript; charset=utf-8"
# A component may be given other data, or go, before its script is there.
_LOADER = Template("""const loading = import(new URL("$address", document.baseURI));
let draw;
loading.then((script) => { draw = script.default; });
export default (component) => {
  if (draw) return draw(component);
  let gone = false, end;
  loading.then((script) => { if (!gone) end = script.default(component); });
  return () => { gone = true; end?.(); };
};
""")


@dataclass(frozen=True)
class Served:
    """A file as it is sent.

    Attributes:
        name: with the hash of its content in it.
        body: the content.
        kind: its media type.
    """

    name: str
    body: bytes
    kind: str = _SCRIPT

    @cached_property
    def packed(self) -> bytes:
        """The content, compressed once."""
        return gzip.compress(self.body, 9, mtime=0)

    @property
    def address(self) -> str:
        """Beside the page that asks, as Streamlit's own files are."""
        return f"./{FOLDER}/{self.name}"


SCRIPTS: dict[str, Served] = {}
"""Every script that may be fetched, by what it is called."""


def served(name: str, body: str) -> Served:
    """Let a script be fetched.

    Args:
        name: what it is called, without ending.
        body: its text.
    """
    content = body.encode()
    SCRIPTS[name] = Served(f"{name}.{blake2b(content, digest_size=8).hexdigest()}.js", content)
    return SCRIPTS[name]


def find(path: str) -> Served | None:
    """The file that a path of the server names; None where there is no such."""
    folder, _, name = path.rpartition("/")
    file = SCRIPTS.get(name.partition(".")[0]) if folder.rpartition("/")[2] == FOLDER else None
    return file if file is not None and file.name == name else None


def component(name: str, *scripts: str, html: str = "", css: str = "", **values: str) -> Any:
    """Register a component of ours: its script is a file that stays in the browser.

    Where a server was started without our door, as by a host that knows no ``st.App``, it travels with each session.

    Args:
        name: of the component.
        scripts: files under ``assets/``, joined in this order.
        html, css: likewise one file each, or "" for none.
        values: what ``$name`` in the scripts stands for.

    Returns:
        What Streamlit mounts: ``component(key=…, data=…)``.
    """
    script = asset(*scripts)
    for word, value in values.items():
        script = script.replace(f"${word}", value)
    file = served(name, script)
    return st.components.v2.component(
        f"gate_explorer_{name}",
        html=asset(html) if html else None,
        css=asset(css) if css else None,
        js=_LOADER.substitute(address=file.address) if AT_THE_DOOR.is_set() else script,
    )


PLOTLY = served("plotly", asset("plotly/plotly.js"))
"""Heatmaps, bars and lines of plotly.js, of the version that the Python package speaks."""
