"""Gate surgery as one line of text: what a link carries, what the form makes, and the clamps that it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.cells import CELLS, word
from explorer.errors import ClampError
from explorer.models import Model
from explorer.models.run.clamp import Clamp, Held
from explorer.models.run.coupling import Coupling
from explorer.trace.held import as_recorded, time_average
from explorer.trace.trace import Trace

MOST = 12
NOTHING = "none"
"""What the request says where the reader has removed every hold; empty, the page chooses one."""
_WAYS = {"fwd": "forward", "rev": "reverse"}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"


@dataclass(frozen=True)
class WantedHold:
    """One hold as the reader wants it.

    Attributes:
        signal: which one.
        value: ``"0.5"`` sets, ``"x0.5"`` scales, ``"mean"`` is the time average, ``"other"`` the value in the
            other run, ``"1-forget"`` couples to another gate.
        layer, direction, units, start, stop: where and when, as in `Clamp`.
        off: whether it is switched off.
    """

    signal: str
    value: str
    layer: int | None = None
    direction: str | None = None
    units: tuple[int, ...] | None = None
    start: int = 0
    stop: int | None = None
    off: bool = False

    @property
    def words(self) -> str:
        """As the page says it; steps from 1."""
        said = [self.signal + _value_words(self.value)]
        if self.units is not None:
            said.append(f"unit{'s' if len(self.units) > 1 else ''} {spell_places(self.units)}")
        if self.layer is not None:
            said.append(f"layer {self.layer + 1}")
        if self.direction is not None:
            said.append(self.direction)
        if self.start or self.stop is not None:
            said.append(f"steps {self.start + 1}–{'end' if self.stop is None else self.stop}")
        return ", ".join(said)


def read_holds(text: str) -> tuple[WantedHold, ...]:
    """The holds of a request; whatever makes no sense there is left out."""
    found = (_read(item) for item in text.split(";")[:MOST])
    return tuple(one for one in found if one is not None)


def write_holds(holds: Sequence[WantedHold]) -> str:
    """The inverse of `read_holds`."""
    return ";".join(_write(one) for one in holds) or NOTHING


def fitting(holds: Sequence[WantedHold], model: Model, steps: int) -> tuple[WantedHold, ...]:
    """The holds that a model and a sequence have room for."""
    return tuple(one for one in holds if one.signal in model.signals and one.start < steps and _exists(one, model))


def to_clamps(
    holds: Sequence[WantedHold], free: Trace, other: Trace | None, steps: Sequence[int] | None
) -> tuple[Held, ...]:
    """What is to be held while the model runs.

    Args:
        holds: what the reader wants; those switched off are passed over.
        free: the run in which nothing is held, for averages.
        other: the other run, for its values; None leaves those out.
        steps: for each step the step of the other run, −1 for none.

    Raises:
        ClampError: a value that cannot be held.
    """
    clamps: list[Held] = []
    for one in holds:
        where = (one.layer, one.direction, one.units, one.start, one.stop)
        if one.off:
            continue
        if one.value == "mean":
            clamps += time_average(free, one.signal, *where)
        elif one.value == "other":
            clamps += as_recorded(other, one.signal, *where, steps=steps) if other is not None else ()
        elif one.value.startswith("1-"):
            clamps.append(Coupling(one.signal, one.value[2:], *where))
        elif one.value.startswith("x"):
            clamps.append(Clamp(one.signal, float(one.value[1:]), *where, "scale"))
        else:
            clamps.append(Clamp(one.signal, float(one.value), *where))
    return tuple(clamps)


def read_places(text: str, first: int = 0) -> tuple[int, ...] | None:
    """``"3, 7-9"`` as (3, 7, 8, 9); nothing or "all" as None.

    Args:
        text: what the reader typed.
        first: the number of the first place: 1 where the reader counts from 1.

    Raises:
        ClampError: it is no list of places.
    """
    plain = text.strip().lower().replace("–", "-").replace(" ", "")
    if plain in ("", "all"):
        return None
    if not re.fullmatch(r"\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*", plain):
        raise ClampError(f"“{text.strip()[:40]}” is no list of places: write 3, 7-9, or all.")
    places: set[int] = set()
    for part in plain.split(","):
        low, _, high = part.partition("-")
        if int(high or low) - int(low) > 10_000:
            raise ClampError(f"“{part}” is too many places: give fewer.")
        places |= set(range(int(low) - first, int(high or low) - first + 1))
    if not places or min(places) < 0:
        raise ClampError(f"“{text.strip()[:40]}” holds nothing: count from {first}.")
    return tuple(sorted(places))


def spell_places(places: Sequence[int]) -> str:
    """(3, 7, 8, 9) as ``"3, 7–9"``."""
    spans: list[list[int]] = []
    for place in places:
        if spans and place == spans[-1][1] + 1:
            spans[-1][1] = place
        else:
            spans.append([place, place])
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in spans)


def opposite(
    trace: Trace, units: Sequence[int] | None, steps: tuple[int, int], layer: int, direction: str
) -> WantedHold:
    """Hold a block of the keep gate at the opposite of what it did: shut where it was rather open, and open where not.

    Args:
        trace: the free run.
        units: which, or None for all.
        steps: the first and the one past the last.
        layer, direction: where.
    """
    signal = CELLS[trace.kind].leading()
    chosen = None if units is None else tuple(sorted(units))
    values = np.nan_to_num(trace.select(signal, layer, direction)[steps[0] : steps[1]], nan=0.5)
    block = values if chosen is None else values[:, list(chosen)]
    value = "1" if word(trace.kind, signal).role == "gate" and block.mean() < 0.5 else "0"
    several = (trace.num_layers > 1, trace.num_directions > 1)
    return WantedHold(signal, value, layer if several[0] else None, direction if several[1] else None, chosen, *steps)


def switched(holds: Sequence[WantedHold], on: Sequence[int]) -> tuple[WantedHold, ...]:
    """The holds with those at the places ``on`` switched on and the others off."""
    return tuple(replace(one, off=place not in on) for place, one in enumerate(holds))


def _value_words(value: str) -> str:
    if value == "mean":
        return " at its time average"
    if value == "other":
        return " as in the other run"
    if value.startswith("x"):
        return f" × {value[1:]}"
    return f" = {value.replace('-', ' − ') if value.startswith('1-') else value.replace('-', '−')}"


def _exists(one: WantedHold, model: Model) -> bool:
    units = model.stack[0][0].units[one.signal]
    if one.value.startswith("1-") and one.value[2:] not in model.signals:
        return False
    here = one.layer is None or one.layer < model.num_layers
    ways = one.direction is None or one.direction == "forward" or model.num_directions == 2
    return here and ways and (one.units is None or max(one.units) < units)


def _write(one: WantedHold) -> str:
    parts = [f"{'!' if one.off else ''}{one.signal}={one.value}"]
    parts += [f"l{one.layer}"] if one.layer is not None else []
    parts += [name for name, way in _WAYS.items() if way == one.direction]
    parts += ["u" + spell_places(one.units).replace(", ", ".").replace("–", "-")] if one.units is not None else []
    if one.start or one.stop is not None:
        parts.append(f"t{one.start}-{'' if one.stop is None else one.stop - 1}")
    return ",".join(parts)


def _read(item: str) -> WantedHold | None:
    head, *rest = item.strip().split(",")
    signal, _, value = head.removeprefix("!").partition("=")
    if signal not in _roles() or not _is_value(signal, value):
        return None
    places = [_read_place(part) for part in rest]
    if None in places:
        return None
    known = {name: found for place in places if place for name, found in place.items()}
    return WantedHold(signal, value, off=head.startswith("!"), **known)  # type: ignore[arg-type]


def _roles() -> dict[str, str]:
    """What every signal of every cell is: a link does not say of which cell it speaks."""
    return {one.name: one.role for cell in CELLS.values() for one in cell.words}


def _is_value(signal: str, value: str) -> bool:
    if value in ("mean", "other"):
        return True
    if value.startswith("1-") and value[2:] in _roles():
        gates = _roles()[signal] == _roles()[value[2:]] == "gate"
        return gates and signal != value[2:]
    return re.fullmatch("x?" + _NUMBER, value) is not None and abs(float(value.removeprefix("x"))) < 1e6


def _read_place(part: str) -> dict[str, object] | None:
    if part in _WAYS:
        return {"direction": _WAYS[part]}
    if re.fullmatch(r"l\d{1,2}", part):
        return {"layer": int(part[1:])}
    if re.fullmatch(r"u[\d.-]+", part):
        try:
            return {"units": read_places(part[1:].replace(".", ","))}
        except ClampError:
            return None
    steps = re.fullmatch(r"t(\d{1,6})-(\d{0,6})", part)
    if steps and (not steps[2] or int(steps[2]) >= int(steps[1])):
        return {"start": int(steps[1]), "stop": int(steps[2]) + 1 if steps[2] else None}
    return None
