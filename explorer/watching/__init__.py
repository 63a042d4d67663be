"""WATCH a live model: what its recurrent modules read and gave, call by call, and the gates computed from it."""

from explorer.watching.call import Call
from explorer.watching.open_run import open_run, read_run
from explorer.watching.seen import Seen, Watched
from explorer.watching.watch import watch

__all__ = ["Call", "Seen", "Watched", "open_run", "read_run", "watch"]
