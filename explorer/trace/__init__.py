"""WHAT HAPPENED: the trace, and recording it."""

from explorer.models.clamp import Clamp
from explorer.trace.recorder import record
from explorer.trace.trace import Trace

__all__ = ["Clamp", "Trace", "record"]
