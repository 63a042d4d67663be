"""The named answers and checks that the course asks for, by subject."""

from explorer.lessons.course import (
    doing,
    ends,
    forecasts,
    gradients,
    holding,
    ledger,
    reading,
    scores,
    shapes,
    starts,
    trials,
    units,
    writing,
)

__all__ = [
    "doing",
    "ends",
    "forecasts",
    "gradients",
    "holding",
    "ledger",
    "reading",
    "scores",
    "shapes",
    "starts",
    "trials",
    "units",
    "writing",
]
