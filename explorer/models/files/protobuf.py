"""Protocol buffers on the wire: numbered fields, read as far as they are wanted and no further.

A parser of the whole message would make an object of each of the hundred million empty messages that fit
into 200 MB; here a message stays a slice of the file.
"""

from collections.abc import Iterator
from struct import unpack

from explorer.errors import CheckpointError
from explorer.models.files.limits import MAX_FIELDS, damaged

Value = int | memoryview
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Message:
    """One message: its fields by number, in order.

    Args:
        data: the message's bytes.
        budget: how many fields may still be read in the whole file, shared by all its messages.
    """

    def __init__(self, data: memoryview, budget: list[int] | None = None) -> None:
        self._budget = [MAX_FIELDS] if budget is None else budget
        self._fields: dict[int, list[Value]] = {}
        for number, value in self._read(data):
            self._fields.setdefault(number, []).append(value)

    def messages(self, number: int) -> list["Message"]:
        """Every message of that number."""
        return [Message(one, self._budget) for one in self.blocks(number)]

    def blocks(self, number: int) -> list[memoryview]:
        """Every block of bytes of that number, unread."""
        return [one for one in self._fields.get(number, []) if isinstance(one, memoryview)]

    def texts(self, number: int) -> list[str]:
        """Every string of that number."""
        return [bytes(one).decode("utf-8", "replace") for one in self.blocks(number)]

    def text(self, number: int) -> str:
        """The last string of that number, or ""."""
        return next(iter(self.texts(number)[-1:]), "")

    def number(self, number: int) -> int:
        """The last whole number of that number, or 0."""
        return next(iter(self.numbers(number)[-1:]), 0)

    def numbers(self, number: int) -> list[int]:
        """Every whole number of that number, packed or not."""
        found: list[int] = []
        for value in self._fields.get(number, []):
            if isinstance(value, int):
                found.append(value)
            else:
                place = 0
                while place < len(value):
                    one, place = _varint(value, place)
                    found.append(one)
                    self._spend()
        return [one - 2**64 if one >= 2**63 else one for one in found]

    def real(self, number: int) -> float | None:
        """The last 32-bit float of that number."""
        raw = self.blocks(number)[-1:]
        return float(unpack("<f", raw[0])[0]) if raw and len(raw[0]) == 4 else None

    def _spend(self) -> None:
        self._budget[0] -= 1
        if self._budget[0] < 0:
            raise CheckpointError(f"This file has more than {MAX_FIELDS:,} parts: export the recurrent layers alone.")

    def _read(self, data: memoryview) -> Iterator[tuple[int, Value]]:
        place = 0
        while place < len(data):
            self._spend()
            key, place = _varint(data, place)
            number, wire = key >> 3, key & 7
            if number == 0:
                raise damaged("a field has the number 0")
            if wire == _VARINT:
                value, place = _varint(data, place)
                yield number, value
                continue
            length = {_FIXED64: 8, _FIXED32: 4}.get(wire)
            if wire == _BYTES:
                length, place = _varint(data, place)
            if length is None or length > len(data) - place:
                raise damaged("a field is longer than the file")
            yield number, data[place : place + length]
            place += length


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 70:
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & (2**64 - 1), place
        shift += 7
    raise damaged("a number has no end")
