"""How much of a file of weights is read, decided from its headers before anything of that size is made."""

from explorer.archives.limits import (
    MAX_ENTRIES,
    MAX_FILE_BYTES,
    check_bytes,
    check_entries,
    check_shape,
    damaged,
    listed,
    named,
    shown,
)

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

__all__ = [
    "MAX_DEPTH",
    "MAX_ENTRIES",
    "MAX_FIELDS",
    "MAX_FILE_BYTES",
    "MAX_HEADER_BYTES",
    "MAX_MADE",
    "MAX_OPERATIONS",
    "MAX_PARTS",
    "MAX_PICKLE_BYTES",
    "SAVE_WEIGHTS",
    "check_bytes",
    "check_entries",
    "check_shape",
    "damaged",
    "listed",
    "named",
    "shown",
]
