"""The table of contents of an HDF5 file, made in a process of its own and printed.

HDF5's own library reads the file here. On damaged files it has been seen to run for ever, so it does not run
where people's sessions do: this module is started as a script, knows nothing of the rest of the project, has
little time and memory, and tells only where in the file each block of numbers lies.

It reads the file from standard input and writes: the length of a JSON object in eight bytes, the object, and
the numbers of those weights that lie in pieces.
"""

import json
import math
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

LONGEST_TEXT = 5_000_000
MOST_ENTRIES = 20_000
MOST_BYTES = 200_000_000
DEEPEST = 64
_SPARE_BYTES = 250_000_000
_BYTES_A_SECOND = 100_000_000


class RefusedError(Exception):
    """Why a file is not read: a word for the reason, and the entry's name."""


def table_of(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Where each dataset of a file lies, and the texts of its attributes ``model_config`` and ``keras_version``.

    Returns:
        ``{"weights": [[name, shape, type, offset or −1 − number of the piece], …], "config": text or None,
        "version": text or None}``, and the pieces; or ``{"refused": [reason, name]}``.
    """
    import h5py

    pieces: list[bytes] = []
    try:
        with h5py.File(BytesIO(data), "r") as file:
            weights = [_entry(name, one, pieces) for name, one in _datasets(h5py, file)]
            about = {"config": _text(file, "model_config"), "version": _text(file, "keras_version")}
            return {"weights": [one for one in weights if one], **about}, pieces
    except RefusedError as reason:
        return {"refused": list(reason.args)}, []
    except Exception:
        return {"refused": ["unreadable", ""]}, []


def _datasets(h5py: Any, file: Any) -> Iterator[tuple[str, Any]]:
    """Every dataset by its path, each group looked into once."""
    seen: set[Any] = set()
    count = 0
    waiting: list[tuple[str, Any]] = [("", file)]
    while waiting:
        path, group = waiting.pop()
        place = h5py.h5o.get_info(group.id).addr
        if place in seen:
            continue
        seen.add(place)
        count += len(group)
        if count > MOST_ENTRIES:
            raise RefusedError("many", path)
        groups = []
        for key in group:
            name = f"{path}/{key}".lstrip("/").replace("\\", "/")
            inner = _linked(h5py, group, key, name)
            if isinstance(inner, h5py.Dataset):
                yield name, inner
            elif isinstance(inner, h5py.Group):
                groups.append((name, inner))
        if path.count("/") > DEEPEST:
            raise RefusedError("deep", path)
        waiting += reversed(groups)


def _linked(h5py: Any, group: Any, key: str, name: str) -> Any:
    link = group.get(key, getlink=True)
    if isinstance(link, h5py.ExternalLink):
        raise RefusedError("outside", name)
    return group[key] if isinstance(link, h5py.HardLink) else None


def _entry(name: str, dataset: Any, pieces: list[bytes]) -> list[Any] | None:
    """One dataset's line in the table, once it is one that holds plain numbers in this very file."""
    if dataset.is_virtual or dataset.external:
        raise RefusedError("outside", name)
    if dataset.dtype.hasobject:
        raise RefusedError("objects", name)
    if dataset.dtype.kind not in "fiub" or dataset.shape is None:
        return None
    if dataset.id.get_create_plist().get_nfilters():
        raise RefusedError("packed", name)
    size = math.prod(dataset.shape) * dataset.dtype.itemsize
    if size > MOST_BYTES or size > dataset.id.get_storage_size():
        raise RefusedError("claims", name)
    offset = dataset.id.get_offset()
    if offset is None:
        if sum(map(len, pieces)) + size > _SPARE_BYTES // 3:
            raise RefusedError("packed", name)
        pieces.append(dataset[()].tobytes())
        offset = -len(pieces)
    return [name, [int(one) for one in dataset.shape], dataset.dtype.str, offset]


def _text(file: Any, name: str) -> str | None:
    """An attribute of the file that is one string."""
    if name not in file.attrs:
        return None
    identifier = file.attrs.get_id(name)
    if identifier.shape != () or identifier.get_storage_size() > LONGEST_TEXT:
        raise RefusedError("config", name)
    text = file.attrs[name]
    if isinstance(text, bytes):
        text = bytes(text).decode("utf-8", "replace")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise RefusedError("config", name)
    return text


def _limit(size: int) -> None:
    """Little processor time and memory from here on, where the system can hold a process to it."""
    try:
        import resource
        import signal

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _SPARE_BYTES,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_PROF, 1 + size / _BYTES_A_SECOND)
    except (ImportError, AttributeError, OSError, ValueError):
        pass


def main() -> None:
    """Read standard input, write the table."""
    import h5py  # before the limits, which are for the file alone

    assert h5py
    data = sys.stdin.buffer.read()
    _limit(len(data))
    table, pieces = table_of(data)
    text = json.dumps(table).encode()
    for part in (len(text).to_bytes(8, "little"), text, *pieces):
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main()
