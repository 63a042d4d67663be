"""What a reducer promises: a corpus comes in passages, and a small state is kept of it."""

from typing import Any, Protocol, runtime_checkable

from explorer.scanning.passage import Concept, Passage


@runtime_checkable
class Reducer(Protocol):
    """Something that one pass over a corpus can find out, with a bounded state.

    `merge` is associative, and ``add(state, passage)`` is ``merge(state, add(empty(), passage))``; so a corpus may be
    taken apart, each part reduced wherever there is time, and the states merged in the parts' order.
    """

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """What it asks of each step beside the signals: in this order in `Passage.told`."""

    def empty(self) -> Any:
        """The state of no steps."""

    def add(self, state: Any, passage: Passage) -> Any:
        """The state of what was before and a passage."""

    def merge(self, first: Any, second: Any) -> Any:
        """The state of two stretches, the second after the first."""

    def result(self, state: Any) -> Any:
        """What is told to the caller."""
