"""One change of a sequence that should matter: of text by its task, of numbers in the middle."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FLIPS = (("(", "["), ("[", "("), (" is ", " is not "), ("boys", "boy"), ("boy", "boys"))


def minimal_pair(text: str, pairs: Sequence[tuple[str, str]] = ()) -> str:
    """The same text with one change that should matter: one of its task's, `Task.pairs`, if it has room for any."""
    for before, after in (*pairs, *_FLIPS):
        if before in text:
            return text.replace(before, after, 1)
    return text[:-1] if len(text) > 1 else text + text


def one_more(text: str, ids: int = 0) -> str:
    """The same numbers, that in the middle larger by one, in as many decimals.

    Args:
        text: numbers as one types them.
        ids: how many token ids there are, where they are ids; the last gives way to the one before it.
    """
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return text
    middle = numbers[len(numbers) // 2]
    spelt = middle[0]
    step = -1 if ids and float(spelt) + 1 >= ids else 1
    if spelt.lstrip("+-").isdecimal():
        changed = str(int(spelt) + step)
    elif re.search("[eE]", spelt):
        changed = repr(float(spelt) + step)
    else:
        changed = f"{float(spelt) + step:.{len(spelt.partition('.')[2])}f}"
    return text[: middle.start()] + changed + text[middle.end() :]
