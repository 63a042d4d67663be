"""The arguments of a pickle's operations, each within the bytes that are there."""

import re
from collections.abc import Callable
from struct import Struct
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.files.limits import MAX_PICKLE_BYTES, SAVE_WEIGHTS
from explorer.models.files.pickled import Object

_LONG_BYTES = 4_096
"""From here on bytes are a view of the file and no copy."""
_LARGEST = 2**64
_DOUBLE = Struct(">d")
_ESCAPE = re.compile(rb"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


class Tape:
    """A pickle's bytes and the place that is read next.

    Args:
        data: the file.
        at: where to begin.
    """

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at
        self._text = 0

    def take(self, count: int) -> Any:
        """The next bytes; a view where they are many."""
        end = self.at + count
        if end > len(self.data) or count < 0:
            raise EOFError
        source = self.data if count < _LONG_BYTES else memoryview(self.data)
        taken = source[self.at : end]
        self.at = end
        return taken

    def line(self) -> bytes:
        """The next bytes up to the end of the line."""
        end = self.data.index(b"\n", self.at)
        self.count(end - self.at)
        taken = self.data[self.at : end]
        self.at = end + 1
        return taken

    def count(self, characters: int) -> None:
        """Count text, which is made anew and not a view of the file.

        Raises:
            CheckpointError: there is more than any checkpoint holds.
        """
        self._text += characters
        if self._text > MAX_PICKLE_BYTES:
            raise CheckpointError(
                f"This file's pickle holds more than {MAX_PICKLE_BYTES / 1e6:.0f} MB of text: "
                f"save the weights alone, {SAVE_WEIGHTS}"
            )


def _size(bytes_of_it: int) -> Callable[[Tape], int]:
    return lambda tape: int.from_bytes(tape.take(bytes_of_it), "little")


def _integer(tape: Tape) -> int:
    return int.from_bytes(tape.take(4), "little", signed=True)


def bounded(number: int) -> Any:
    """A whole number of at most 64 bits as it is; a longer one put aside.

    Numbers without bound can be chosen so that a dictionary of them takes as long as the square of its length.
    """
    return number if -_LARGEST < number < _LARGEST else Object("builtins.int", (number,))


def _long(bytes_of_size: int) -> Callable[[Tape], Any]:
    size = _size(bytes_of_size)
    return lambda tape: bounded(int.from_bytes(tape.take(size(tape)), "little", signed=True))


def _typed_integer(tape: Tape) -> Any:
    line = tape.line()
    return line == b"01" if line in (b"00", b"01") else bounded(int(line))


def _text(bytes_of_size: int) -> Callable[[Tape], str]:
    size = _size(bytes_of_size)

    def read(tape: Tape) -> str:
        count = size(tape)
        taken = tape.take(count)
        tape.count(count)
        return str(taken, "utf-8", "replace")

    return read


def _bytes(bytes_of_size: int) -> Callable[[Tape], Any]:
    size = _size(bytes_of_size)
    return lambda tape: tape.take(size(tape))


def _old_text(bytes_of_size: int) -> Callable[[Tape], Any]:
    """A string of Python 2, which may be text or bytes: bytes where it is long."""

    size = _size(bytes_of_size)

    def read(tape: Tape) -> Any:
        taken = tape.take(size(tape))
        return taken if isinstance(taken, memoryview) else str(taken, "latin-1")

    return read


def _quoted(tape: Tape) -> str:
    line = tape.line().strip()
    if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
        raise ValueError
    return str(_ESCAPE.sub(_unescaped, line[1:-1]), "latin-1")


def _unescaped(match: re.Match[bytes]) -> bytes:
    what = match[1]
    return bytes([int(what[1:], 16)]) if len(what) == 3 else _ESCAPED.get(what, what)


ARGUMENTS: dict[bytes, Callable[[Tape], Any]] = {
    b"J": _integer,
    b"K": _size(1),
    b"M": _size(2),
    b"I": _typed_integer,
    b"L": lambda tape: bounded(int(tape.line().rstrip(b"L"))),
    b"\x8a": _long(1),
    b"\x8b": _long(4),
    b"F": lambda tape: float(tape.line()),
    b"G": lambda tape: _DOUBLE.unpack(tape.take(8))[0],
    b"S": _quoted,
    b"T": _old_text(4),
    b"U": _old_text(1),
    b"B": _bytes(4),
    b"C": _bytes(1),
    b"\x8e": _bytes(8),
    b"\x96": _bytes(8),
    b"V": lambda tape: str(tape.line(), "raw-unicode-escape"),
    b"X": _text(4),
    b"\x8c": _text(1),
    b"\x8d": _text(8),
    b"N": lambda _: None,
    b"\x88": lambda _: True,
    b"\x89": lambda _: False,
    b")": lambda _: (),
    b"\x97": lambda _: Object("a buffer outside the file"),
    b"\x82": lambda tape: Object(f"extension {tape.take(1)[0]}"),
    b"\x83": lambda tape: Object(f"extension {_size(2)(tape)}"),
    b"\x84": lambda tape: Object(f"extension {_size(4)(tape)}"),
}
"""The operations that put one value on the stack, and how it is read."""
INDICES: dict[bytes, Callable[[Tape], int]] = {
    b"p": lambda tape: int(tape.line()),
    b"q": _size(1),
    b"r": _size(4),
    b"g": lambda tape: int(tape.line()),
    b"h": _size(1),
    b"j": _size(4),
}
"""The operations that keep a value by a number (p, q, r) or fetch it again (g, h, j)."""
