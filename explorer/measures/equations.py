"""The equations of each cell, in either notation, filled in for one unit and one step."""

from typing import Literal

from explorer.arguments import checked
from explorer.cells import Block, Norm, Projection, word
from explorer.cells.declared import AnyLine, Factor
from explorer.errors import UnknownSignalError
from explorer.measures.arithmetic import Equation, Notation, fill_in
from explorer.measures.block_sums import block_equation
from explorer.measures.contributions import refuse_masked
from explorer.measures.lines import Lines
from explorer.measures.spelling import Here, Operands, Sheet, letter_of
from explorer.models import Model
from explorer.trace import Trace

UpdateMeans = Literal["keep", "renew"]
"""What z = 1 does in a GRU: keep (PyTorch), or renew (Cho et al. 2014)."""


@checked
def arithmetic(
    model: Model,
    trace: Trace,
    step: int,
    unit: int,
    layer: int = 0,
    direction: str = "forward",
    notation: Notation = "torch",
    update: UpdateMeans = "keep",
) -> tuple[Equation, ...]:
    """Every equation of one step of one unit, in the order in which they are computed.

    Sums of many products stand as input, recurrent and bias subtotals.

    Args:
        model: the model that made the trace.
        trace: the run, without clamps.
        step: the position in the input, counted from 0.
        unit: which.
        layer, direction: where.
        notation: ``"torch"`` or ``"joined"``. A GRU that resets after the product keeps its two
            products, and so does whatever normalises them apart.
        update: what the gate means that some write the other way round (`Cell.turned`), a GRU's z; ``"renew"``
            writes 1 − z for PyTorch's z.

    Raises:
        UnknownSignalError: no such step, unit, layer or direction, or the step is masked.
    """
    if not 0 <= step < len(trace):
        raise UnknownSignalError(f"There is no step {step}: the sequence has {len(trace)}.")
    refuse_masked(trace, step)
    lines = Lines(model, trace, layer, direction, slice(step, step + 1), update == "renew")
    here = Here(lines, unit, notation)
    return tuple(equation for line in lines.all if (equation := _equation(here, line)) is not None)


@checked
def letter(kind: str, signal: str, notation: Notation = "torch") -> str:
    """A signal's symbol in LaTeX, without time."""
    return letter_of(word(kind, signal), notation)


def _equation(here: Here, line: AnyLine) -> Equation | None:
    """The line filled in; None where this unit has no such number."""
    if isinstance(line, Block):
        return block_equation(here, line)
    if isinstance(line, Norm):
        return _norm(here, line)
    if isinstance(line, Projection):
        return _projection(here, line)
    sheet = Sheet(here)
    template = sheet.sum(line.value)

    def rule(*numbers: float) -> float:
        left = iter(numbers)
        return float(line.value.of(lambda factor: next(left)))

    return fill_in(
        line.signal, here.at(line.signal), here.symbols(line.value), template, sheet.operands, rule,
        here.value(Factor(line.signal, "now")), None, here.lines.word(line.signal).title, line.value,
    )  # fmt: skip


def _norm(here: Here, line: Norm) -> Equation:
    """A layer normalisation, with the mean and the spread of all units as numbers."""
    normed, sheet, of = here.lines.normed(line), Sheet(here), Factor(line.of, "now")
    scale = "" if normed.weight is None else sheet.put("γ", float(normed.weight[here.unit])) + " × "
    middle = f"({sheet.put(here.named(of), here.value(of))} − {sheet.put(_MEAN, float(normed.mean[0, 0]))})"
    template = f"{scale}{middle} / {sheet.put(_SPREAD, float(normed.spread[0, 0]))}"
    symbols = (r"γ \circ " if scale else "") + f"({here.named(of)} - {_MEAN}) / {_SPREAD}"
    if normed.bias is not None:
        template += f" + {sheet.put(_BETA, float(normed.bias[here.unit]))}"
        symbols += rf" + {_BETA}"

    def rule(*numbers: float) -> float:
        left = iter(numbers)
        gamma = next(left) if scale else 1.0
        return gamma * (next(left) - next(left)) / next(left) + next(left, 0.0)

    result = float(normed.result[0, here.unit])
    return fill_in(line.signal, here.at(line.signal), symbols, template, sheet.operands, rule, result,
                   title=line.word.title)  # fmt: skip


_MEAN, _SPREAD, _BETA = r"\text{mean}", r"\text{spread}", "β"


def _projection(here: Here, line: Projection) -> Equation | None:
    matrix = here.lines.matrix(line.weight)
    if here.unit >= len(matrix):
        return None
    symbols = rf"{line.symbol}\,{here.at(line.of)}"
    total = float(matrix[here.unit] @ here.lines.numbers(Factor(line.of, "now"))[0])
    words: Operands = [(symbols, total, "")]
    value = here.value(Factor(line.signal, "now"))
    title = here.lines.word(line.signal).title
    return fill_in(line.signal, here.at(line.signal), symbols, "{0}", words, float, value, title=title)
