"""Archives of files, one level: zips, tars and gzip → the files in them, bounded before anything is unpacked."""

import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from explorer.archives.archive import Archive
from explorer.errors import CheckpointError
from explorer.models.files.limits import check_entries, damaged, named

MAX_UNPACKED_BYTES = 100_000_000
"""What one gzip may unpack to."""
_BLOCK = 512
_FILES = (b"0", b"\0", b"7")
_LONG_NAME, _PAX = b"L", b"x"
_PAX_PATH = re.compile(rb"\d+ path=([^\n]*)\n")
_LONGEST_NAME = 4_096


class Member(NamedTuple):
    """A file of an archive."""

    name: str
    size: int
    place: int


def is_gzip(data: bytes) -> bool:
    """Whether a file is packed with gzip."""
    return data[:2] == b"\x1f\x8b"


def is_tar(data: bytes | memoryview) -> bool:
    """Whether a file is a tar."""
    return bytes(data[257:262]) == b"ustar"


def unpacked(data: bytes) -> bytes:
    """What a gzip holds, at most 100 MB.

    Raises:
        CheckpointError: it is damaged, or holds more.
    """
    machine = zlib.decompressobj(wbits=31)
    try:
        content = machine.decompress(data, MAX_UNPACKED_BYTES + 1)
    except zlib.error:
        raise damaged("its gzip cannot be unpacked") from None
    if len(content) > MAX_UNPACKED_BYTES:
        raise CheckpointError(
            f"This gzip unpacks to more than {MAX_UNPACKED_BYTES / 1e6:.0f} MB: unpack it first, and give the file of "
            "the weights alone."
        )
    if not machine.eof:
        raise damaged("its gzip has no end")
    return content


def tar_members(data: bytes) -> dict[str, memoryview]:
    """A tar's files by name; folders, links and devices are passed over.

    Raises:
        CheckpointError: it is damaged, or has too many files.
    """
    found: dict[str, memoryview] = {}
    for member in _walk(data):
        check_entries(len(found) + 1, "files")
        if member.name in found:
            raise damaged(f"the entry {named(member.name)} comes twice")
        found[member.name] = memoryview(data)[member.place : member.place + member.size]
    return found


def _walk(data: bytes) -> Iterator[Member]:
    at, longer = 0, ""
    while (header := data[at : at + _BLOCK]).strip(b"\0"):
        size = _number(header[124:136])
        place, kind = at + _BLOCK, header[156:157]
        if len(header) < _BLOCK or place + size > len(data):
            raise damaged("its tar claims more than the file has")
        more = data[place : place + min(size, _LONGEST_NAME)] if kind in (_LONG_NAME, _PAX) else b""
        if kind == _LONG_NAME:
            longer = _text(more)
        elif match := _PAX_PATH.search(more):
            longer = _text(match[1])
        elif kind in _FILES:
            folder = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
            yield Member(longer or "/".join(part for part in (folder, _text(header[:100])) if part), size, place)
        at = place + -(-size // _BLOCK) * _BLOCK
        longer = longer if kind in (_LONG_NAME, _PAX) else ""


def _number(field: bytes) -> int:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.strip(b" \0")
    if not text.isdigit() and text:
        raise damaged("its tar has a size that is no number")
    try:
        return int(text or b"0", 8)
    except ValueError:
        raise damaged("its tar has a size that is no number") from None


def _text(field: bytes) -> str:
    return str(field.split(b"\0")[0], "utf-8", "replace")


def zip_members(archive: Archive) -> Mapping[str, bytes | memoryview]:
    """A zip's files, each read when it is asked for."""
    return _Entries(archive)


class _Entries(Mapping[str, bytes | memoryview]):
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def __getitem__(self, name: str) -> bytes | memoryview:
        if name not in self._archive:
            raise KeyError(name)
        return self._archive.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._archive.names)

    def __len__(self) -> int:
        return len(self._archive.names)


def refuse_old_tar(members: Mapping[str, object]) -> None:
    """Refuse PyTorch's very first format, a tar of three pickles.

    Raises:
        CheckpointError: it is one.
    """
    if {"storages", "tensors", "pickle"} <= members.keys():
        raise CheckpointError(
            f"This file is of the format of PyTorch before 0.1.10, a tar with {named('storages')}: open it there and "
            "save it again."
        )
