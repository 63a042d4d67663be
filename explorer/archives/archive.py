"""Zip archives, whose entries claim sizes: looked at before anything is unpacked."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from explorer.archives.limits import MAX_FILE_BYTES, check_bytes, check_entries, damaged, named
from explorer.errors import CheckpointError

_ENCRYPTED = 1
_HEADER = 30


class Archive:
    """A zip file in memory whose every entry has a bounded size.

    Args:
        data: the file.
        packed: whether entries may be deflated; PyTorch stores its own plainly.
        most: how many bytes its entries may unpack to together.

    Raises:
        CheckpointError: it is damaged, has too many entries, or they claim too much.
    """

    def __init__(self, data: bytes, packed: bool = True, most: int = MAX_FILE_BYTES) -> None:
        self._data = data
        # Every entry of the directory begins with this mark, so the directory cannot be longer than their count.
        check_entries(data.count(b"PK\x01\x02"))
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError, NotImplementedError, EOFError, UnicodeError) as reason:
            raise damaged(f"its zip directory cannot be read, {reason}") from None
        self._entries: dict[str, ZipInfo] = {}
        for entry in self._zip.infolist():
            self._check(entry, packed)
        total = sum(entry.file_size for entry in self._zip.infolist())
        check_bytes(total, "What this archive unpacks to", most)
        if not packed and total > len(data):
            raise damaged("its entries claim more bytes than the file has")

    @property
    def names(self) -> list[str]:
        """The names of the entries."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """How many bytes an entry of that name unpacks to."""
        return self._entries[name].file_size

    def __contains__(self, name: str) -> bool:
        """Whether there is an entry of that name."""
        return name in self._entries

    def read(self, name: str) -> bytes | memoryview:
        """One entry's bytes, its checksum verified; a view of the file where it is stored plainly.

        Raises:
            CheckpointError: there is none, or it is damaged.
        """
        if name not in self._entries:
            raise damaged(f"the entry {named(name)} is missing")
        entry = self._entries[name]
        if entry.compress_type == ZIP_STORED:
            return self._view(entry)
        try:
            with self._zip.open(entry) as file:
                content = file.read(entry.file_size + 1)
        except (BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
            raise damaged(f"the entry {named(name)} cannot be unpacked") from None
        if len(content) != entry.file_size:
            raise damaged(f"the entry {named(name)} has another size than it claims")
        return content

    def _view(self, entry: ZipInfo) -> memoryview:
        """A stored entry without a copy: behind its own header, which tells the lengths of name and extra."""
        head = self._data[entry.header_offset : entry.header_offset + _HEADER]
        if len(head) < _HEADER or head[:4] != b"PK\x03\x04" or entry.file_size != entry.compress_size:
            raise damaged(f"the entry {named(entry.filename)} cannot be unpacked")
        start = entry.header_offset + _HEADER + int.from_bytes(head[26:28], "little")
        start += int.from_bytes(head[28:30], "little")
        view = memoryview(self._data)[start : start + entry.file_size]
        if len(view) != entry.file_size or zlib.crc32(view) != entry.CRC:
            raise damaged(f"the entry {named(entry.filename)} cannot be unpacked")
        return view

    def _check(self, entry: ZipInfo, packed: bool) -> None:
        if entry.flag_bits & _ENCRYPTED:
            raise CheckpointError(f"The entry {named(entry.filename)} is encrypted: save the file without a password.")
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise CheckpointError(
                f"The entry {named(entry.filename)} is packed by a method that no writer of weights uses: "
                "save the file again."
            )
        if entry.compress_type == ZIP_DEFLATED and not packed:
            raise CheckpointError(
                f"The entry {named(entry.filename)} is compressed, as PyTorch never writes it: "
                "save the file again with torch.save."
            )
        if entry.filename in self._entries:
            raise damaged(f"the entry {named(entry.filename)} comes twice")
        self._entries[entry.filename] = entry
