"""Trainings in processes of their own: a fair queue, and workers that can be paused and ended."""

from explorer.training.work.job import Job, Seen
from explorer.training.work.queue import Queue

__all__ = ["Job", "Queue", "Seen"]
