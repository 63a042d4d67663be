"""What the diagram draws, from the lines that a cell declares: boxes, the memory's own line, what multiplies what."""

from collections.abc import Iterator
from typing import Any

from explorer.cells import Block, Line, Norm, Sum
from explorer.cells.declared import Factor
from explorer.measures.lines import Lines

Described = dict[str, Any]


def drawing(lines: Lines) -> Described:
    """Boxes and wires as the browser lays them out, nothing in it by the kind of cell.

    Returns:
        ``columns``: the boxes from left to right; ``boxes``: what each reads; ``main``: the sum that is carried in the
        memory's own line, or None; ``tails``: the sums beside it, in the order in which they are computed.
    """
    main = _main(lines)
    boxes = _boxes(lines)
    return {
        "columns": _columns(lines, main, boxes),
        "boxes": {name: _box(lines, main, line) for name, line in boxes.items()},
        "main": None if main is None else _carried(lines, main),
        "tails": [_sum(lines, main, line) for line in _sums(lines, boxes) if line is not main],
    }


def drawn_factors(lines: Lines) -> dict[str, Factor]:
    """Every number that the drawing names beside signals and states, by the name of its track."""
    sums = (part for line in lines.all for part in _parts(line))
    named = {_track(factor): factor for one in sums for factor in one.factors}
    return {track: one for track, one in named.items() if one.of != "old" and one.name not in lines.trace.signals}


def _parts(line: Any) -> Iterator[Sum]:
    parts = (getattr(line, name, None) for name in ("value", "past", "times", "direct"))
    return (part for part in parts if part is not None)


def _boxes(lines: Lines) -> dict[str, Block | Line]:
    """What has a box: the signals with weights, and gates and candidates that are made without."""
    return {
        line.signal: line
        for line in lines.all
        if isinstance(line, Block) or (isinstance(line, Line) and lines.word(line.signal).role != "state")
    }


def _sums(lines: Lines, boxes: dict[str, Block | Line]) -> list[Line]:
    return [line for line in lines.all if isinstance(line, Line) and line.signal not in boxes]


def _main(lines: Lines) -> Line | None:
    """The memory's sum; where no state is carried linearly, the first sum."""
    sums = _sums(lines, _boxes(lines))
    return next((line for line in sums if line.signal == lines.cell.memory), sums[0] if sums else None)


def _split(main: Line) -> tuple[list[Factor] | None, list[tuple[Factor, ...]]]:
    """What its own old value is multiplied by (None where that is not in it), and the other terms."""
    own = ("old", main.signal)
    kept = next((term for term in main.value.terms if any((one.of, one.name) == own for one in term)), None)
    written = [term for term in main.value.terms if term is not kept]
    return None if kept is None else [one for one in kept if (one.of, one.name) != own], written


def _columns(lines: Lines, main: Line | None, boxes: dict[str, Block | Line]) -> list[str]:
    """What is kept by first, then what is written, then what shows it; a box stands right after those that it reads."""
    order: list[str] = []

    def place(name: str) -> None:
        if name in boxes and name not in order:
            for one in _read(boxes[name]):
                place(one.name)
            order.append(name)

    kept, written = _split(main) if main is not None else (None, [])
    rest = [one for line in _sums(lines, boxes) for one in line.value.factors]
    for one in [*(kept or []), *(one for term in written for one in term), *rest]:
        if one.of == "now":
            place(one.name)
    for name in boxes:
        place(name)
    return order


def _read(line: Block | Line) -> list[Factor]:
    """The signals of this step that a box reads."""
    parts = (line.past, line.times) if isinstance(line, Block) else (line.value,)
    return [one for part in parts if part is not None for one in part.factors if one.of == "now"]


def _box(lines: Lines, main: Line | None, line: Block | Line) -> Described:
    reads = [_factor(lines, main, one) | {"how": _how(lines, line, one)} for one in _read(line)]
    if isinstance(line, Line):
        return {"reads": reads, "parts": [], "direct": None, "normed": False, "squash": ""}
    direct = None
    if line.direct is not None:
        seen = next((one for one in line.direct.factors if one.of != "own"), line.direct.factors[0])
        direct = _factor(lines, main, seen) | {"sum": _spelt(lines, line.direct.terms)}
    parts = ["input", "recurrent", *(["direct"] if direct else []), *(["bias"] if lines.cell.shifted else [])]
    squash = {"gate": "σ", "": "value"}.get(line.squash, line.squash)
    return {"reads": reads, "parts": parts, "direct": direct, "normed": line.normed, "squash": squash}


def _how(lines: Lines, line: Block | Line, one: Factor) -> str:
    """What a factor does to what a box reads, in a sentence."""
    title = _title(lines, one)
    if isinstance(line, Line):
        return f"{lines.word(line.signal).title} is made of it: {_spelt(lines, line.value.terms)}."
    if line.times is not None and one in line.times.factors:
        return f"The {title} scales what the past brings, after the product W h."
    return f"The {title} scales h before the product W ({_spelt(lines, line.past.terms)})."


def _carried(lines: Lines, main: Line) -> Described:
    kept, written = _split(main)
    return {
        "signal": main.signal,
        "kept": None if kept is None else [_factor(lines, main, one) for one in kept],
        "terms": [[_factor(lines, main, one) for one in term] for term in written],
    }


def _sum(lines: Lines, main: Line | None, line: Line) -> Described:
    return {
        "signal": line.signal,
        "terms": [[_factor(lines, main, one) for one in term] for term in line.value.terms],
    }


def _track(one: Factor) -> str:
    return {"now": one.name, "old": f"before:{one.name}", "own": f"own:{one.name}"}[one.of]


def _factor(lines: Lines, main: Line | None, one: Factor) -> Described:
    """A factor as the drawing needs it.

    ``from`` is a box's name, ``"line"`` where it comes down from the memory's line (then perhaps through ``norm``), or
    ``""`` where it has only a label. ``hides`` are the signals that it would give away.
    """
    norm = next((each for each in lines.all if isinstance(each, Norm) and each.signal == one.name), None)
    source = norm.of if norm is not None else one.name
    box = one.name if one.of == "now" and one.name in _boxes(lines) else ""
    carried = main is not None and one.of == "now" and source == main.signal
    return {
        "track": _track(one),
        "symbol": one.symbol if one.of == "own" else lines.word(source).symbol,
        "title": _title(lines, one),
        "role": "state" if one.of != "now" else lines.word(one.name).role,
        "from": box or ("line" if carried else ""),
        "old": one.of == "old",
        "rest": one.rest,
        "squash": "tanh" if one.squashed else "",
        "norm": None if norm is None else norm.word.meaning,
        "hides": [one.name, source] if one.of == "now" else [],
    }


def _title(lines: Lines, one: Factor) -> str:
    if one.of == "own":
        return one.symbol
    return ("old " if one.of == "old" else "") + lines.word(one.name).title.lower()


def _spelt(lines: Lines, terms: tuple[tuple[Factor, ...], ...]) -> str:
    """``"r × h"``."""

    def spell(one: Factor) -> str:
        letter = one.symbol if one.of == "own" else lines.word(one.name).symbol
        inside = f"1 − {letter}" if one.rest else letter
        return f"tanh({inside})" if one.squashed else f"({inside})" if one.rest else inside

    return " + ".join(" × ".join(map(spell, term)) for term in terms)
