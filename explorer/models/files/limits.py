"""How much of a stranger's file is read, decided from its headers before anything of that size is made."""

from collections.abc import Sequence
from math import prod

from explorer.errors import CheckpointError

MAX_FILE_BYTES = 200_000_000
MAX_ENTRIES = 20_000
"""Tensors, or entries of an archive."""
MAX_HEADER_BYTES = 5_000_000
MAX_PICKLE_BYTES = 30_000_000
MAX_OPERATIONS = 1_500_000
"""Steps of a pickle, which are read one by one: a dictionary of words takes four a word."""
MAX_MADE = 500_000
"""Dictionaries, lists, tuples and objects of a pickle."""
MAX_PARTS = 100_000
"""Of those, the ones that are looked into for weights and words."""
MAX_FIELDS = 200_000
MAX_DEPTH = 64

SAVE_WEIGHTS = 'torch.save(model.state_dict(), "model.pt")'


def check_bytes(size: int, what: str = "This file") -> None:
    """Refuse what is larger than any upload may be.

    Raises:
        CheckpointError: with both sizes.
    """
    if size > MAX_FILE_BYTES:
        raise CheckpointError(
            f"{what} is {size / 1e6:,.0f} MB and the most is {MAX_FILE_BYTES / 1e6:,.0f} MB: "
            "save the recurrent layers alone, without the optimiser's state."
        )


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


def shown(shape: Sequence[object]) -> str:
    """A shape as a sentence can carry it."""
    sizes = [f"{size}" if isinstance(size, int) and abs(size) < 10**18 else "…" for size in shape[:8]]
    return " × ".join(sizes) + (" × …" if len(shape) > 8 else "") if shape else "of a single number"
