"""Numbers as they are printed: rounded so that a reader who computes with them comes out where the page does."""

from dataclasses import dataclass
from math import floor, log10

_MOST_DECIMALS = 9


@dataclass(frozen=True)
class Printed:
    """A number with so many decimals.

    Attributes:
        value: the number itself.
        decimals: where it is rounded; negative for tens, hundreds, ….
    """

    value: float
    decimals: int

    @property
    def shown(self) -> float:
        """What is printed, as a number."""
        return round(self.value, self.decimals) + 0.0

    @property
    def unit(self) -> float:
        """One unit of the last digit printed."""
        return 10.0**-self.decimals

    @property
    def text(self) -> str:
        """``"0.731059"``, ``"−12.5000"``, ``"0"``, ``"4.540e−5"`` where a fixed point would take too many zeros."""
        if self.value == 0:
            return "0"
        if self.decimals <= _MOST_DECIMALS or self.shown == 0:
            return f"{self.shown:.{min(max(self.decimals, 0), _MOST_DECIMALS)}f}".replace("-", "−")
        digits = self.decimals + floor(log10(abs(self.shown)))
        mantissa, _, power = f"{self.shown:.{digits}e}".partition("e")
        return f"{mantissa}e{int(power)}".replace("-", "−")


def significant(value: float, digits: int) -> Printed:
    """A number with so many significant digits."""
    leading = floor(log10(abs(value))) if value else 0
    return Printed(value, digits - 1 - leading)


def agreeing(value: float, digits: int, *computed: float) -> Printed:
    """A result with at most so many significant digits: as many as its reader can confirm.

    Args:
        value: the result.
        digits: how many at most.
        computed: what comes out of the printed operands; each is within one unit of the last digit printed.
    """
    printed = significant(value, digits)
    while any(abs(printed.shown - other) > printed.unit for other in computed):
        printed = Printed(value, printed.decimals - 1)
    return printed
