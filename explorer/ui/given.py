"""Files that the server was started on: every session begins with them, as if its reader had dropped them.

Whoever starts the server names them, in its environment; nothing from a reader reaches a path.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from explorer.errors import EncodingError, ExplorerError
from explorer.places import GIVEN
from explorer.ui.bar.data_file import take_data
from explorer.ui.models.checkpoint import take_files
from explorer.ui.parts.refused import refuse, trouble
from explorer.ui.session.request import Request
from explorer.ui.session.state import asked, current, start

_TAKEN = "given"
_MOST_BYTES = 200_000_000


def given() -> tuple[tuple[Path, ...], Path | None]:
    """The files of a model, and its data; nothing where the server was started on none."""
    told = json.loads(os.environ.get(GIVEN) or "{}")
    data = told.get("data")
    return tuple(map(Path, told.get("model", ()))), None if data is None else Path(data)


def take_given() -> None:
    """Once a session, before its first page: open the files; a request in the address wins over theirs."""
    if _TAKEN in st.session_state:
        return
    st.session_state[_TAKEN] = True
    model, data = given()
    if not model and data is None:
        return
    start(Request())
    refused = _model(model)
    if data is not None:
        refused |= _data(data)
    if refused:
        refuse(" and ".join(refused), " ".join(refused.values()))
    start(asked() if st.query_params else current())


def _model(paths: Sequence[Path]) -> dict[str, str]:
    """Open a model's files; what cannot be opened and why."""
    if not paths:
        return {}
    names = " and ".join(path.name for path in paths)
    try:
        take_files([(path.name, _read(path)) for path in paths])
    except ExplorerError as sentence:
        return {names: str(sentence)}
    return {names: trouble()} if trouble() else {}


def _data(path: Path) -> dict[str, str]:
    try:
        take_data(_read(path), path.name)
    except ExplorerError as sentence:
        return {path.name: str(sentence)}
    return {}


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise EncodingError(f"It holds more than {_MOST_BYTES / 1e6:.0f} MB: start the server on a smaller file.")
        return path.read_bytes()
    except OSError as why:
        raise EncodingError(f"It cannot be read ({why.strerror}): start the server on another file.") from None
