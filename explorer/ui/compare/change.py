"""One change of a sequence that should matter: of text by its task, of numbers in the middle."""

import re

_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "sentiment": (
        ("wonderful", "terrible"), ("beautiful", "boring"), ("good", "bad"), ("great", "awful"), ("best", "worst"),
        ("funny", "dull"), ("bad", "good"), ("boring", "beautiful"), ("dull", "funny"),
    ),
    "recall": tuple((one, other) for one, other in zip("ABCDEFGH", "FGFABCDE", strict=True)),
    "anbn": (("a", ""),),
}  # fmt: skip
"""For each task, changes that should matter, the most telling first."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FLIPS = (("(", "["), ("[", "("), (" is ", " is not "), ("boys", "boy"), ("boy", "boys"))


def minimal_pair(text: str, task: str) -> str:
    """The same text with one change that should matter."""
    for before, after in (*_PAIRS.get(task, ()), *_FLIPS):
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
