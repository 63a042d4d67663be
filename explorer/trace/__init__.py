"""WHAT HAPPENED: the trace, recording it, and what it depends on."""

from explorer.models.run.clamp import Clamp
from explorer.trace.batch import Traces, record_batch
from explorer.trace.chunks import Chunks, record_chunks
from explorer.trace.gradients import gradients, saliency
from explorer.trace.held import as_recorded, time_average
from explorer.trace.norms import Gradients
from explorer.trace.recorder import record
from explorer.trace.resets import record_with_resets
from explorer.trace.spreadsheets import csv_bytes, unquoted
from explorer.trace.states import load_states, save_states
from explorer.trace.tables import warned, write, write_csv, write_parquet
from explorer.trace.trace import Trace
from explorer.trace.untrained import MYTH, Untrained, noise

__all__ = [
    "MYTH",
    "Chunks",
    "Clamp",
    "Gradients",
    "Trace",
    "Traces",
    "Untrained",
    "as_recorded",
    "csv_bytes",
    "gradients",
    "load_states",
    "noise",
    "record",
    "record_batch",
    "record_chunks",
    "record_with_resets",
    "saliency",
    "save_states",
    "time_average",
    "unquoted",
    "warned",
    "write",
    "write_csv",
    "write_parquet",
]
