"""SHOW in a notebook: a trace, a model or a watched run as a page of its own, without a connection to anything."""

from explorer.notebook.model_page import show_model
from explorer.notebook.page import Page
from explorer.notebook.seen_page import show_seen
from explorer.notebook.trace_page import show_trace

__all__ = ["Page", "show_model", "show_seen", "show_trace"]
