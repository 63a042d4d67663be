"""How much of a stranger's file is read, decided from its headers before anything of that size is made."""

from collections.abc import Sequence
from contextlib import suppress
from math import prod
from typing import Any

from explorer.errors import CheckpointError

MAX_FILE_BYTES = 200_000_000
MAX_ENTRIES = 20_000
"""Tensors, or entries of an archive."""


def check_bytes(size: int, what: str = "This file", most: int = MAX_FILE_BYTES) -> None:
    """Refuse what is larger than any upload may be.

    Raises:
        CheckpointError: with both sizes.
    """
    if size > most:
        raise CheckpointError(
            f"{what} is {size / 1e6:,.0f} MB and the most is {most / 1e6:,.0f} MB: "
            "save the recurrent layers alone, without the optimiser's state."
        )


def read_object(file: Any, most: int = MAX_FILE_BYTES) -> bytes:
    """A file object's bytes from its beginning, or from where it stands if it cannot go back, as a pipe cannot.

    Args:
        file: opened in binary.
        most: how many may be used; one more is read, by which `check_bytes` knows a file that is too large.

    Raises:
        CheckpointError: it was opened as text.
    """
    with suppress(AttributeError, OSError):
        file.seek(0)
    data = file.read(most + 1)
    if not isinstance(data, bytes):
        raise CheckpointError("This file was opened as text: open it in binary, open(path, 'rb').")
    return data


def check_entries(count: int, what: str = "entries") -> None:
    """Refuse a file of too many small parts.

    Raises:
        CheckpointError: with both counts.
    """
    if count > MAX_ENTRIES:
        raise CheckpointError(
            f"This file claims {count:,} {what} and the most is {MAX_ENTRIES:,}: save the recurrent layers alone."
        )


def check_shape(name: str, shape: Sequence[int], itemsize: int, stored: int) -> None:
    """Refuse a tensor whose shape claims other than the bytes that are stored for it.

    Raises:
        CheckpointError: naming the tensor.
    """
    if any(not isinstance(size, int) or size < 0 for size in shape) or len(shape) > 32:
        raise damaged(f"the tensor {named(name)} claims the shape {shown(shape)}")
    if prod(shape) * itemsize != stored:
        raise damaged(
            f"the tensor {named(name)} claims the shape {shown(shape)}, but {stored:,} bytes are stored for it"
        )


def damaged(why: str) -> CheckpointError:
    """The error for a file that contradicts itself."""
    return CheckpointError(f"This file is damaged ({why}): save or download it again.")


def named(name: object) -> str:
    """A stranger's name as a sentence can carry it: quoted, printable, short."""
    text = "".join(character if character.isprintable() else "�" for character in str(name))
    return f"'{text if len(text) <= 80 else text[:77] + '…'}'"


def listed(names: Sequence[object], longest: int = 140) -> str:
    """Names as a sentence can carry them: as many as fit, and how many more there are."""
    words: list[str] = []
    for name in names:
        if words and sum(map(len, words)) + len(named(name)) > longest:
            return f"{', '.join(words)} and {len(names) - len(words):,} more"
        words.append(named(name))
    return ", ".join(words)


def shown(shape: Sequence[object]) -> str:
    """A shape as a sentence can carry it."""
    sizes = [f"{size}" if isinstance(size, int) and abs(size) < 10**18 else "…" for size in shape[:8]]
    return " × ".join(sizes) + (" × …" if len(shape) > 8 else "") if shape else "of a single number"
