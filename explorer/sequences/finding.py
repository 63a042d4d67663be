"""What is found in data that may mislead, and what can be done about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """One thing to do about a finding.

    Args:
        name: what `remedied` takes, such as "turn" or "missing:-999".
        label: the words of its button.
    """

    name: str
    label: str


@dataclass(frozen=True)
class Finding:
    """Something in a table that a picture of it must not hide.

    Args:
        kind: "sentinel", "backwards", "stacked", "unsorted", "repeated", "uneven" or "scale".
        sentence: what was found, for the page.
        count: how many values or rows it touches.
        remedies: what can be done, the likeliest first; none where the reader chose to keep it.
        columns: the columns it is about; none where it is about all.
    """

    kind: str
    sentence: str
    count: int
    remedies: tuple[Remedy, ...] = ()
    columns: tuple[str, ...] = ()
