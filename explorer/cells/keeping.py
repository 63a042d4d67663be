"""What a cell keeps of a state from one step to the next."""

from types import SimpleNamespace
from typing import Any, ClassVar, NamedTuple


class Carry(NamedTuple):
    """A state that is carried linearly, s_t = keep ∘ s_{t-1} + write."""

    keep: Any
    write: Any


class Keeping:
    """The part of a cell that says what it remembers, all of it from `carry`."""

    title: ClassVar[str]
    signals: ClassVar[tuple[str, ...]]
    memory: ClassVar[str | None] = None
    """The state that is carried linearly (see `carry`), if any."""
    keep_gate: ClassVar[str | None] = None
    """The gate that decides how much of `memory` is kept, if any; `keep_sign` says which way."""

    @classmethod
    def leading(cls) -> str:
        """The signal that tells most about a unit: its keep gate, else its hidden state."""
        return cls.keep_gate or "hidden"

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        """How `memory` is carried; works on tensors and on arrays."""
        raise NotImplementedError(f"{cls.title} has no linearly carried state")

    @classmethod
    def keep_sign(cls) -> int:
        """1 where the keep gate at 1 keeps the memory, −1 where it renews it (by `carry`)."""
        return 1 if cls._kept(1.0) > cls._kept(0.0) else -1

    @classmethod
    def keeps_by_gate(cls) -> bool:
        """Whether what is kept is the keep gate itself, or 1 minus it, whatever the other signals are (by `carry`)."""
        if cls.keep_gate is None:
            return False
        turned = cls.keep_sign() < 0
        places = [(value, others) for value in (0.0, 0.3, 1.0) for others in (0.2, 0.9)]
        return all(abs(cls._kept(value, others) - abs(turned - value)) < 1e-9 for value, others in places)

    @classmethod
    def _kept(cls, value: float, others: float = 0.5) -> Any:
        signals = dict.fromkeys(cls.signals, others) | ({cls.keep_gate: value} if cls.keep_gate else {})
        return cls.carry(SimpleNamespace(**signals)).keep
