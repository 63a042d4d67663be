"""The equation of a signal with weights: its two products and biases, in either notation, filled in."""

import re
from collections.abc import Callable

from explorer.cells import Block
from explorer.cells.declared import Factor
from explorer.measures.arithmetic import SQUASHES, Equation, Squash, fill_in, gate_squash
from explorer.measures.memory import gate_slope
from explorer.measures.preactivation import Preactivation, preactivation
from explorer.measures.spelling import Here, Operands, Sheet, letter_of


def block_equation(here: Here, block: Block) -> Equation:
    """A squashed sum of input, recurrent and bias part."""
    lines = here.lines
    turned = block.signal == lines.turned_gate
    squash = gate_squash(gate_slope(lines.cell), turned) if block.squash == "gate" else SQUASHES.get(block.squash)
    sheet = Sheet(here)
    template, rule = (_two_products if block.times is not None else _parts)(here, block, sheet)
    symbols = _sum_in_symbols(here, block)
    return fill_in(
        block.signal, here.at(block.signal), symbols if squash is None else _latex(squash).format(symbols), template,
        sheet.operands, rule, here.value(Factor(block.signal, "now")), squash, lines.word(block.signal).title,
    )  # fmt: skip


Filled = tuple[str, Callable[..., float]]
"""A template and what it computes."""


def _parts(here: Here, block: Block, sheet: Sheet) -> Filled:
    """Input, recurrent and bias part, and what is read past the matrices."""
    total = _total(here, block.signal)
    past = total.recurrent[0, 0] - total.direct[0, 0]
    parts: Operands = [
        (r"\text{input}", float(total.input[0, 0]), "input"),
        (r"\text{recurrent}", float(past), "recurrent"),
    ]
    if _is_joined(here, block):
        parts.reverse()
    pieces = [sheet.put(*part) for part in parts]
    if block.direct is not None:
        pieces.append(sheet.sum(block.direct, "recurrent"))
    if here.lines.cell.shifted:
        pieces.append(sheet.put(r"\text{bias}", float(total.bias[0, 0]), "bias"))

    def rule(one: float, another: float, *numbers: float) -> float:
        left = iter(numbers)
        direct = 0.0 if block.direct is None else float(block.direct.of(lambda factor: next(left)))
        return one + another + direct + next(left, 0.0)

    return " + ".join(pieces), rule


def _two_products(here: Here, block: Block, sheet: Sheet) -> Filled:
    """A GRU's new content with the reset after the product: two products in either notation, the past's own bias."""
    times, direct = block.times, block.direct
    assert times is not None
    total, own, biased = _total(here, block.signal), _weight(here, block, False), here.lines.cell.shifted
    pieces = [sheet.put(r"\text{input}", float(total.input[0, 0]), "input")]
    if biased:
        pieces.append(sheet.put(f"b_{{i{own}}}", float(total.bias_ih[0, 0]), "bias"))
    gain = sheet.sum(times)
    past = sheet.put(r"\text{recurrent}", float(total.past[0, 0]), "recurrent")
    if biased:
        past = f"({past} + {sheet.put(f'b_{{h{own}}}', float(total.bias_hh[0, 0]), 'bias')})"
    pieces.append(f"{gain if len(times.terms) == 1 else f'({gain})'} × {past}")
    if direct is not None:
        pieces.append(sheet.sum(direct, "recurrent"))

    def rule(*numbers: float) -> float:
        left = iter(numbers)
        entered = next(left) + (next(left) if biased else 0.0)
        gain = float(times.of(lambda factor: next(left)))
        past = next(left) + (next(left) if biased else 0.0)
        return entered + gain * past + (0.0 if direct is None else float(direct.of(lambda factor: next(left))))

    return " + ".join(pieces), rule


def _total(here: Here, signal: str) -> Preactivation:
    lines = here.lines
    return preactivation(lines.model, lines.trace, signal, [here.unit], lines.layer, lines.direction, lines.steps)


def _is_joined(here: Here, block: Block) -> bool:
    """Whether both products are written as one; what scales or normalises one of them apart needs two."""
    return here.notation == "joined" and block.times is None and not block.normed


def _weight(here: Here, block: Block, joined: bool) -> str:
    """The letter in the names of a block's weights."""
    named = here.lines.cell.word(block.signal)
    return re.sub(r"\\\w+\{(\w)\}", r"\1", letter_of(named, "joined")) if joined else letter_of(named, "torch")


def _sum_in_symbols(here: Here, block: Block) -> str:
    joined, read = _is_joined(here, block), here.symbols(block.past)
    own = _weight(here, block, joined)
    direct = "" if block.direct is None else f" + {here.symbols(block.direct)}"
    if joined:
        return rf"W_{{{own}}} [{read},\, x_t]{direct}{here.bias(own)}"
    source = f"({read})" if len(block.past.factors) > 1 else read
    entered = rf"W_{{i{own}}} x_t{here.bias('i' + own)}"
    past = rf"W_{{h{own}}} {source}{here.bias('h' + own)}"
    if block.normed:
        entered, past = (rf"\text{{LN}}({one})" for one in (entered, past))
    if block.times is not None:
        gain = here.symbols(block.times)
        past = rf"{gain if len(block.times.terms) == 1 else f'({gain})'} \circ ({past})"
    return f"{entered} + {past}{direct}"


def _latex(squash: Squash) -> str:
    """The squash round ``{}``, in LaTeX."""
    written = squash.written.replace("hardσ", r"\text{{hard}}σ").replace("σ", r"\sigma").replace("−", "-")
    return written.replace("tanh", r"\tanh").replace("max", r"\max")
