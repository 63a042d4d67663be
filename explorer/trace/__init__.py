"""WHAT HAPPENED: the trace, recording it, and what it depends on."""

from explorer.models.clamp import Clamp
from explorer.trace.chunks import Chunks, record_chunks
from explorer.trace.gradients import gradients, saliency
from explorer.trace.held import as_recorded, time_average
from explorer.trace.norms import Gradients
from explorer.trace.recorder import record
from explorer.trace.tables import warned, write, write_csv, write_parquet
from explorer.trace.trace import Trace

__all__ = [
    "Chunks",
    "Clamp",
    "Gradients",
    "Trace",
    "as_recorded",
    "gradients",
    "record",
    "record_chunks",
    "saliency",
    "time_average",
    "warned",
    "write",
    "write_csv",
    "write_parquet",
]
