"""How long does a model that reads both ends of a sequence take to answer after each of 1,000 words?

Records 1,000 words with the bundled `sentiment-gru`, whose answer after a word is a run over the words up to it; beside
the plain way, which records every gate of every such run. One thread, both in one process. Prints one row per promise:
what, bound, measured, ok; then what nothing is promised about.

    python -m benchmarks.prefixes
"""

import sys
from dataclasses import replace

import torch

from benchmarks import fastest
from benchmarks.table import row
from explorer import load_model, record
from explorer.models.run.prefixes import prefix_lengths

WORDS, BOUND = 1_000, 1.0
SHARE = 20


def main() -> int:
    """Measure; 0 when the bound holds."""
    torch.set_num_threads(1)
    model = load_model("sentiment-gru")
    bare = replace(model, head=None)
    words = ("a good film with a bad end " * WORDS).split()[:WORDS]
    lengths = prefix_lengths(WORDS)
    some = lengths[SHARE - 1 :: SHARE]
    ours, plain = fastest(
        lambda: record(model, " ".join(words)),
        lambda: [record(bare, " ".join(words[:length])) for length in some],
        rounds=3,
    )
    plain *= sum(lengths) / sum(some)
    kept = row(f"sentiment-gru, {WORDS:,} words", f"≤ {BOUND:.0f} s", f"{ours:.2f} s", ours <= BOUND)
    print(f"  every gate of every prefix: {plain:.1f} s, {plain / ours:.0f} times as long")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
