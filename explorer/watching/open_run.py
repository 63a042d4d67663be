"""A run file → what was seen. It is read as data, and nothing is made that it only claims."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from explorer.archives import Archive, check_bytes, named, read_array, read_object
from explorer.arguments import checked
from explorer.errors import CheckpointError
from explorer.fitting import said
from explorer.watching.run_file import FORMAT, HEADER, VERSION
from explorer.watching.seen import Seen
from explorer.watching.stored import MAX_RUN_BYTES, Reading, notes_of, several, wrong

_MOST_HEADER_BYTES = 50_000_000
_MOST_MODULES = 1_000
_LOOKED_AT = 100
"""The header is the first entry, and a zip names its first entry at once."""


@checked
def open_run(path: str | Path | bytes | Any) -> Seen:
    """Read what `Seen.save` wrote; nothing in it is run.

    Each trace is computed anew from the inputs and weights of the file, and held against the output of the module that
    is in the file too.

    Args:
        path: a path, bytes or a binary file object.

    Raises:
        CheckpointError: it is no run file, is damaged, claims other than it holds, or is too large.
    """
    return read_run(_content(path))


def _content(source: Any) -> bytes:
    if isinstance(source, bytes):
        return source
    if hasattr(source, "read"):
        return read_object(source, MAX_RUN_BYTES)
    if not isinstance(source, str | Path):
        raise CheckpointError(f"{said(source)} came: give a path, bytes or a binary file object.")
    path = Path(source)
    try:
        check_bytes(path.stat().st_size, "This run", MAX_RUN_BYTES)
        return path.read_bytes()
    except OSError as reason:
        raise CheckpointError(f"{named(path.name)} cannot be read ({reason.strerror}): check the path.") from None


def is_run(data: bytes) -> bool:
    """Whether a file claims to be a run: a zip archive with a run's header in it."""
    return data[:4] == b"PK\x03\x04" and f"{HEADER}.npy".encode() in data[:_LOOKED_AT]


def read_run(data: bytes, most: int = MAX_RUN_BYTES) -> Seen:
    """As `open_run`, from a file's bytes and up to so many of them.

    Raises:
        CheckpointError: as `open_run`.
    """
    check_bytes(len(data), "This run", most)
    if data[:4] != b"PK\x03\x04":
        raise CheckpointError("This is no run file: give one that seen.save wrote.")
    archive = Archive(data, most=most)
    if f"{HEADER}.npy" not in archive:
        raise CheckpointError("This is no run file: give one that seen.save wrote.")
    header = _header(archive)
    reading = Reading(archive)
    try:
        parts = dict(reading.module(one) for one in several(header, "modules", _MOST_MODULES))
    except CheckpointError:
        raise
    except Exception as reason:  # a stranger's header may be wrong in any place
        raise wrong(f"its header says what no run has, {type(reason).__name__}") from None
    notes = notes_of(header)
    if not parts:
        raise wrong("it holds no module")
    return Seen(lambda: parts, lambda: notes, {})


def _header(archive: Archive) -> Mapping[str, Any]:
    if archive.size(f"{HEADER}.npy") > _MOST_HEADER_BYTES:
        raise wrong("its header is too long")
    text = read_array(archive.read(f"{HEADER}.npy"), HEADER)
    try:
        header = json.loads(text.tobytes())
    except (ValueError, RecursionError):
        raise wrong("its header is no JSON") from None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise wrong("its header is not a run's")
    if header.get("version") != VERSION:
        raise CheckpointError(
            "This run was saved by another version of Gate Explorer: open it with that, or save it again."
        )
    return header
