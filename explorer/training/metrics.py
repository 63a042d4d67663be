"""Scores: what each counts, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One way of scoring a network.

    Attributes:
        name: the key of the score.
        words: what it counts; ``{unit}`` stands for the data's own.
        spell: a value as it is written.
        greater: whether more is better.
    """

    name: str
    words: str
    spell: Callable[[float], str]
    greater: bool = False


def metric_of(name: str) -> Metric:
    """The metric of that name; one that is not known here speaks by its name alone."""
    return METRICS.get(name, Metric(name, name, "{:.3g}".format))


METRICS = {
    one.name: one
    for one in (
        Metric("accuracy", "share right", lambda value: f"{value:.1%}".replace(".0%", "%"), greater=True),
        Metric("nats", "nats a character", "{:.2f}".format),
        Metric("mse", "mean squared error", lambda value: f"{value:.0e}".replace("e-0", "e-")),
        Metric("mae", "mean error, {unit}", "{:.2f}".format),
        Metric("right up to n", "right up to n", "n={:.0f}".format, greater=True),
    )
}
"""The scores that matter most to one task or another."""
