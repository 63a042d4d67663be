"""Lines of the user's own: how they are cut, split and laid side by side."""

from collections.abc import Sequence

import numpy as np
import torch

from explorer.errors import EncodingError
from explorer.sequences import Vocabulary
from explorer.training.task import Batch

LONGEST = 120
MOST_CHARACTERS = 400_000
END, UNKNOWN = "\n", "<unk>"
Item = tuple[str, int]
"""A line, and its class."""


def vocabulary_of(lines: Sequence[str]) -> Vocabulary:
    """Every character there is, then the end of a line and what was never seen."""
    characters = sorted({character for line in lines for character in line} - {END})
    return Vocabulary((*characters, END, UNKNOWN), unknown=UNKNOWN, unit="character")


def cut(lines: Sequence[str]) -> list[str]:
    """Long lines in pieces of 120 characters."""
    return [line[at : at + LONGEST] for line in lines for at in range(0, len(line), LONGEST)]


def check_text(lines: Sequence[str], least: int) -> None:
    """Refuse too little or too much.

    Raises:
        EncodingError: fewer than ``least`` lines, or more than 400,000 characters.
    """
    total = sum(map(len, lines))
    if total > MOST_CHARACTERS:
        raise EncodingError(f"{total:,} characters came and the most is {MOST_CHARACTERS:,}: give fewer lines.")
    if len(lines) < least:
        came = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
        raise EncodingError(f"{came} came; to train on some and judge on others it takes {least}: give more.")


def parted(count: int, seed: int = 0) -> dict[str, list[int]]:
    """Places in three parts: a tenth, 1 at least, held out, as many to choose by, the rest to train on."""
    order = np.random.default_rng(seed).permutation(count).tolist()
    tenth = max(1, count // 10)
    return {"held out": order[:tenth], "validation": order[tenth : 2 * tenth], "training": order[2 * tenth :]}


def next_characters(vocabulary: Vocabulary, lines: Sequence[str]) -> Batch:
    """Lines side by side, each character's follower counted; a line begins and ends with the end of one."""
    rows = [_ids(vocabulary, END + line + END) for line in lines]
    length = max(map(len, rows)) - 1
    inputs, targets = (torch.zeros(length, len(rows), dtype=torch.int64) for _ in range(2))
    counted = torch.zeros(length, len(rows), dtype=torch.bool)
    for column, row in enumerate(rows):
        steps = len(row) - 1
        inputs[:steps, column], targets[:steps, column] = torch.tensor(row[:-1]), torch.tensor(row[1:])
        counted[:steps, column] = True
    return Batch(inputs, targets, counted)


def classes_at_the_end(vocabulary: Vocabulary, items: Sequence[Item]) -> Batch:
    """Lines side by side, each line's class counted at its last character."""
    rows = [_ids(vocabulary, line) for line, _ in items]
    inputs = torch.zeros(max(map(len, rows)), len(rows), dtype=torch.int64)
    targets, counted = torch.zeros_like(inputs), torch.zeros(inputs.shape, dtype=torch.bool)
    for column, (row, (_, label)) in enumerate(zip(rows, items, strict=True)):
        inputs[: len(row), column] = torch.tensor(row)
        targets[:, column], counted[len(row) - 1, column] = label, True
    return Batch(inputs, targets, counted)


def _ids(vocabulary: Vocabulary, text: str) -> list[int]:
    unknown = vocabulary.ids[UNKNOWN]
    return [vocabulary.ids.get(character, unknown) for character in text]
