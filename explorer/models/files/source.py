"""A path, bytes or a file object → bytes, bounded."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from explorer.archives import read_object
from explorer.errors import CheckpointError
from explorer.models.files.beside import Beside
from explorer.models.files.limits import check_bytes, named


class Source(NamedTuple):
    """A file's bytes, the name it goes by, and what lies beside it."""

    data: bytes
    name: str
    beside: Beside = Beside()


def read_source(source: Any, beside: Mapping[str, bytes] | None = None) -> Source:
    """Read a checkpoint's bytes, at most 200 MB.

    Args:
        source: a path, bytes, or a binary file object, which is read from its beginning if it can go back there.
        beside: further files that it may name, by their names, such as ``{"model.onnx.data": data}``; a path's own
            folder is looked into as well.

    Raises:
        CheckpointError: there is no such file, it is empty or too large, or this is no source.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        check_bytes(memoryview(source).nbytes)
        found = Source(bytes(source), "checkpoint")
    elif isinstance(source, str | PathLike):
        found = _read_path(Path(source))
    elif hasattr(source, "read"):
        found = _read_object(source)
    else:
        raise CheckpointError(
            f"A {type(source).__name__} came where a file was expected: give a path, bytes or a binary file object."
        )
    if not found.data:
        raise CheckpointError("This file is empty: save or download it again.")
    folder = Path(source).parent if isinstance(source, str | PathLike) else None
    return found._replace(beside=Beside(beside, folder))


def _read_path(path: Path) -> Source:
    try:
        check_bytes(path.stat().st_size)
        return Source(path.read_bytes(), path.name)
    except OSError as reason:
        raise CheckpointError(f"{named(path.name)} cannot be read ({reason.strerror}): check the path.") from None


def _read_object(file: Any) -> Source:
    data = read_object(file)
    check_bytes(len(data))
    return Source(data, Path(str(getattr(file, "name", "checkpoint"))).name)
