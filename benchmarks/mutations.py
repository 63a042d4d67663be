"""Files as they come out of broken discs, cut downloads and ill will: seeded changes of a good one."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

Chance = random.Random
_NUMBERS = re.compile(rb"\d+")
_EXTREMES = (b"0", b"-1", b"999999999999", b"9" * 40, b"1e999", b"NaN", b"null")
_WORDS = (0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**61 - 1, 2**63 - 1, 2**64 - 1)


def mutated(data: bytes, other: bytes, chance: Chance) -> bytes:
    """One change, or a few.

    Args:
        data: a good file.
        other: another good file, of which a piece may be set in.
        chance: decides.
    """
    ways = [_flip, _cut, _double, _numbers, _integers, _move]
    if data[:2] == b"PK" and chance.random() < 0.5:
        return _entries(data, other, chance)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        data = _splice(data, other, chance) if chance.random() < 0.15 else chance.choice(ways)(data, chance)
    return data


def _flip(data: bytes, chance: Chance) -> bytes:
    """Some bytes become others; beginnings are hit more often, since headers stand there."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4, 16, 64]) if changed else 0):
        reach = len(changed) if chance.random() < 0.5 else min(len(changed), 300)
        changed[chance.randrange(reach)] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: Chance) -> bytes:
    if chance.random() < 0.5:
        return data[: chance.randrange(len(data) + 1)]
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice([1, 2, 7, 64, 1024]) :]


def _double(data: bytes, chance: Chance) -> bytes:
    """A block comes twice, or many times."""
    start = chance.randrange(len(data) + 1)
    block = data[start : start + chance.choice([1, 8, 64, 512])]
    times = chance.choice([2, 2, 3, 1_000, max(1, 2_000_000 // max(1, len(block)))])
    return data[:start] + block * times + data[start:]


def _move(data: bytes, chance: Chance) -> bytes:
    start, size, to = (chance.randrange(len(data) + 1) for _ in range(3))
    block = data[start : start + size % 256]
    rest = data[:start] + data[start + len(block) :]
    return rest[:to] + block + rest[to:]


def _splice(data: bytes, other: bytes, chance: Chance) -> bytes:
    start, piece = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    return data[:start] + other[piece : piece + chance.choice([8, 64, 512])] + data[start + chance.choice([0, 8, 64]) :]


def _numbers(data: bytes, chance: Chance) -> bytes:
    """A number written in digits becomes an extreme one."""
    found = list(_NUMBERS.finditer(data))
    if not found:
        return _flip(data, chance)
    chosen = chance.choice(found)
    return data[: chosen.start()] + chance.choice(_EXTREMES) + data[chosen.end() :]


def _integers(data: bytes, chance: Chance) -> bytes:
    """Four or eight bytes become an extreme number, as sizes and offsets are stored."""
    form = chance.choice(["<I", "<Q", ">I", ">Q", "<H"])
    size = struct.calcsize(form)
    start = chance.randrange(max(1, min(len(data), chance.choice([200, len(data) + 1]))))
    return data[:start] + struct.pack(form, chance.choice(_WORDS) % 256**size) + data[start + size :]


def _entries(data: bytes, other: bytes, chance: Chance) -> bytes:
    """An archive whose checksums hold, since its entries were changed before it was packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    place = chance.randrange(len(entries))
    name, content = entries[place]
    changes: list[Callable[[], list[tuple[str, bytes]]]] = [
        lambda: [(name, mutated(content, other, chance))],
        lambda: [(name, mutated(content, other, chance))],
        lambda: [],
        lambda: [(name, b"")],
        lambda: [(name, other)],
        lambda: [(name + chance.choice(["", "x", "/", "\0", "é" * 200]), content)],
        lambda: [(name, content), ("twin/" + name, content)],
        lambda: [(name, bytes(chance.choice([10, 10_000, 30_000_000])))],
    ]
    entries[place : place + 1] = chance.choice(changes)()
    buffer = io.BytesIO()
    packed = chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    with zipfile.ZipFile(buffer, "w", packed) as written:
        for each, inside in entries:
            written.writestr(each or "none", inside)
    return buffer.getvalue()
