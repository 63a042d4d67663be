"""WATCH a live model: what its recurrent modules read and gave, call by call, and the gates computed from it."""

from explorer.watching.call import Call
from explorer.watching.gathered import Gathered, gathered, unit_means
from explorer.watching.open_run import is_run, open_run, read_run
from explorer.watching.padding import Padded, as_if_padded
from explorer.watching.seen import Seen, Watched
from explorer.watching.watch import watch

__all__ = [
    "Call", "Gathered", "Padded", "Seen", "Watched", "as_if_padded", "gathered", "is_run", "open_run", "read_run",
    "unit_means", "watch",
]  # fmt: skip
