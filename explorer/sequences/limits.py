"""How large a sequence may be, checked before anything of that size is allocated."""

from explorer.errors import EncodingError, LengthError

MAX_STEPS = 100_000
# A run of more than MAX_STEPS is made in chunks.
MAX_LONG_STEPS = 1_000_000
MAX_RECORDED_VALUES = 50_000_000
MAX_FILE_BYTES = 50_000_000
# Blank lines are passed over, but looked at several times before.
MAX_LINES = 250_000
MAX_TABLE_COLUMNS = 10_000
# Every cell is held as a string once while it is read, so this bounds the memory of one upload.
MAX_TABLE_CELLS = 1_000_000
MAX_ROW_CHARACTERS = 1_000_000


def check_size(steps: int, values_per_step: int = 1) -> None:
    """Refuse a sequence that is too long, or whose record would be too large.

    Args:
        steps: length of the sequence, at most `MAX_STEPS`.
        values_per_step: numbers kept at each step, over all signals, layers, directions and units;
            steps times this is at most `MAX_RECORDED_VALUES`.

    Raises:
        LengthError: a bound is passed; the sentence gives the numbers and what to do.

    Example:
        >>> check_size(1_000, values_per_step=6 * 128)
    """
    if steps > MAX_STEPS:
        raise LengthError(
            f"The sequence has {steps:,} steps and the most is {MAX_STEPS:,}: give a shorter one, "
            f"or keep one step in {-(-steps // MAX_STEPS)}."
        )
    total = steps * values_per_step
    if total > MAX_RECORDED_VALUES:
        fitting = MAX_RECORDED_VALUES // values_per_step
        shorter = f"give at most {fitting:,} steps, or " if fitting else ""
        raise LengthError(
            f"{steps:,} steps of {values_per_step:,} values each make {total:,} values and the most that can "
            f"be recorded is {MAX_RECORDED_VALUES:,}: {shorter}choose a smaller model."
        )


def check_lines(data: bytes) -> None:
    """Refuse a text file of so many lines, blank ones too, that cutting it would hold up everybody.

    Raises:
        EncodingError: with both counts.
    """
    lines = max(data.count(b"\n"), data.count(b"\r"))
    if lines > MAX_LINES:
        raise EncodingError(
            f"This file has {lines:,} lines and a sequence at most {MAX_STEPS:,} steps: give a shorter one, "
            f"or keep one row in {-(-lines // MAX_STEPS)}."
        )
