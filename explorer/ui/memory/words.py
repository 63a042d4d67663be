"""What the Memory page says about what it counts: every sentence from the numbers on screen."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.cells import CELLS, word
from explorer.figures.canvas import power_of_ten
from explorer.measures import Changes, Ledger, correlation_time, gate_slope, memory_signal, reach
from explorer.models import Model
from explorer.signals import with_article
from explorer.trace import Untrained
from explorer.ui.parts.sentences import formula
from explorer.ui.view.view import View

Floats = NDArray[np.float64]

IDENTITY = (
    "An identity, not a guess: it says what was added and how much of it is left, not why; the gates and "
    "candidates that did it depend on earlier states themselves."
)
GRADIENT = (
    "‖∂L/∂s_t‖ over ‖∂L/∂s_T‖, h and c taken as independent inputs of the next step. A gradient says what a small "
    "change would do, not what a large one would."
)
SALIENCY = (
    "‖∂answer/∂x_t‖, each row as a share of its largest: what a small change of that token would do to the answer."
)
UNTRAINED = (
    "Untrained, 64 units, weights and biases U(−1/√H, 1/√H), 200 steps of noise N(0, 1), float64; L is the sum of the "
    "last h, s = (h, c)."
)
RESETS = "Each piece begins with the same initial state; weights, inputs and everything else stay as they are."


def no_ledger(model: Model) -> str:
    """Why a cell without a memory has no ledger."""
    name = with_article(CELLS[model.kind].title)
    return (
        f"{name[0].upper()}{name[1:]} rewrites its whole state at every step: nothing is carried on linearly, so there "
        "is no ledger and no time constant. Its gradient still tells how far back it listens."
    )


def geometric(model: Model) -> str:
    """How time constants are counted, from the record and from the bias alone."""
    cell = model.stack[0][0]
    squash = "hardσ" if gate_slope(cell) else "σ"
    if cell.keep_gate is None or not cell.keeps_by_gate():
        return (
            "τ = −1 / mean ln k, k what a recorded step keeps of a memory: after τ steps at its geometric mean 1/e is "
            f"left. From the biases alone: k of gates that see nothing else. {formula(model)}"
        ).strip()
    symbol = cell.word(cell.keep_gate).symbol
    kept, sign = (symbol, "") if cell.keep_sign() > 0 else (f"(1 − {symbol})", "−")
    return (
        f"τ = −1 / mean ln {kept}: after τ steps at the geometric mean of what the recorded gate keeps 1/e of a memory "
        f"is left. From its bias alone: −1 / ln {squash}({sign}b). {formula(model)}"
    ).strip()


def many(steps: float) -> str:
    """A number of steps: ``"4.2 steps"``, ``"1 step"``, ``"for ever"``."""
    if np.isinf(steps) or steps >= 1e5:
        return "for ever"
    text = f"{steps:.1f}" if steps < 100 else f"{steps:,.0f}"
    return f"{text.removesuffix('.0')} step{'' if text in ('1', '1.0') else 's'}"


def share(part: float) -> str:
    """A share of a whole: ``"34 %"``, ``"0.02 %"``, ``"3 × 10⁻⁹"``, ``"2.1 times"``."""
    if part >= 1.995:
        return f"{part:.3g} times"
    if part >= 0.0001:
        return f"{100 * part:.2g} %" if part < 0.995 else f"{100 * part:.0f} %"
    if part <= 0 or not np.isfinite(part):
        return "nothing"
    digit, power = f"{part:.0e}".split("e")
    return f"{digit} × {power_of_ten(int(power))}"


def token(view: View, step: int) -> str:
    """A step as it is called: ``"step 12 ‘(’"``; of numbers only its number."""
    return f"step {step + 1} ‘{view.trace.labels[step]}’" if view.encoded.is_text else f"step {step + 1}"


def who_wrote(view: View, book: Ledger, unit: int, step: int) -> str:
    """Which step wrote most of a unit's present memory, and how long a writing lasts there."""
    memory = word(view.trace.kind, memory_signal(view.trace.kind)).title.lower()
    written, initial = book.written[:, unit], abs(float(book.initial[unit]))
    total = float(np.abs(written).sum() + initial)
    best = int(np.abs(written).argmax())
    now = f"What stands in unit {unit}’s {memory} after {token(view, step)}"
    if total == 0:
        return f"{now}: nothing, neither written nor left over."
    if initial > abs(written[best]):
        writer = f"the initial state still makes up {share(initial / total)} of it"
    else:
        writer = f"{token(view, best)} wrote the most, {share(abs(float(written[best])) / total)} of it"
    half = float(book.half_life[unit])
    if np.isinf(half):
        return f"{now}: {writer}; everything ever written still has more than half of itself left."
    if half < 1:
        return f"{now}: {writer}; what the step before wrote has lost more than half of itself."
    return f"{now}: {writer}; what was written {many(half)} ago has lost half of itself."


def how_long(taus: Floats, from_bias: Floats, unit: int) -> str:
    """The middle and the longest memory, and the chosen unit's."""
    known = np.where(np.isnan(taus), 0.0, taus)
    longest = int(known.argmax())
    return (
        f"Half of the units remember for less than {many(float(np.median(known)))}, the longest (unit {longest}) "
        f"{_for(known[longest])}; unit {unit} {_for(known[unit])}, where its bias alone would give "
        f"{many(float(from_bias[unit]))}."
    )


def _for(steps: float) -> str:
    words = many(float(steps))
    return words if words == "for ever" else f"for {words}"


def as_slow(correlation: Floats, tau: float, period: float, part: float, symbol: str) -> str:
    """Whether the memory is as slow as its gate says."""
    lag = float(correlation_time(correlation))
    if np.isnan(lag):
        return f"{symbol} never changes on this sequence, so there is nothing to compare."
    likeness = (
        f"{symbol} is like itself (r > 1/e) for {many(lag)}" if np.isfinite(lag) else f"{symbol} never unlearns itself"
    )
    return f"{likeness}; τ says {many(tau)}. Most of its movement, {share(part)}, has a period of {many(period)}."


def has_a_say(left: Sequence[tuple[str, float]], back: int) -> str:
    """What is left of the gradient some steps back, network by network."""
    if back == 0:
        return "This is the first step: no past could have a say. Choose a later one."
    first, *others = left
    listed = [f"{share(first[1])} of the gradient is left in the {first[0]}"]
    listed += [f"{share(part)} in the {name}" for name, part in others]
    return f"{many(back).capitalize()} back {', '.join(listed[:-1])}{' and ' if others else ''}{listed[-1]}."


def hangs_on(view: View, row: Floats, step: int, first: int) -> str:
    """What the answer at a step hangs on most."""
    if not row.any():
        return f"The answer after {token(view, step)} hangs on nothing."
    best = int(row.argmax()) + first
    where = (
        "itself"
        if best == step
        else f"{token(view, best)}, {many(abs(step - best))} {'earlier' if best < step else 'later'}"
    )
    return f"The answer after {token(view, step)} hangs most on {where}."


def in_the_lab(kind: str, start: str, taus: Floats, left: Floats, lag: int) -> str:
    """What the chosen beginning does to gate, memory and gradient."""
    gone = reach(left)
    far = "throughout" if np.isinf(gone) else f"for {many(gone)}"
    cell, median = with_article(CELLS[kind].title), float(np.median(taus))
    return (
        f"Untrained, {cell} with {start} remembers {_for(median)} (the median unit); "
        f"{lag} steps back {share(float(left[lag]))} of the gradient is left, more than 1 % {far}."
    )


def busted(rows: Sequence[Untrained], values: Sequence[Floats]) -> str:
    """What an LSTM as it comes does to the gradient, and what its bias changes."""
    medians = {row.title: float(np.median(found)) for row, found in zip(rows, values, strict=True) if len(found)}
    if len(medians) < len(rows):
        return "An LSTM keeps the gradient, they say. Let us see."
    plain, biased = (share(medians[rows[place].title]) for place in (1, -1))
    return (
        f"An LSTM keeps the gradient, they say: an untrained one as PyTorch makes it has {plain} left 100 steps back. "
        f"With 3 added to its forget bias it has {biased}."
    )


def forgot(view: View, every: int, found: Changes, first: str) -> str:
    """What forgetting changes, predictions included.

    Args:
        view: the run carried on.
        every: so many steps from one reset to the next.
        found: what the other run changes.
        first: the first answer that is another one, and which.
    """
    steps = len(view.trace)
    if every >= steps:
        return f"The sequence has {steps} steps: reset after fewer, or nothing is forgotten."
    begins = f"Forgetting everything every {'step' if every == 1 else many(every)}"
    if found.answer is None or view.model.head is None:
        return f"{begins} moves the state by {share(float(np.median(found.state[every:])))} (the median step after it)."
    moved, most = float(found.answer[every:].mean()), float(found.answer.max())
    if view.model.head.gives == "value":
        unit = str(view.model.card.get("unit", ""))
        sizes = [f"{value:.3g} {unit}".strip() for value in (moved, most)]
        return f"{begins} moves the predictions by {sizes[0]} on average, by {sizes[1]} at most."
    if not found.other.any():
        return f"{begins} changes no likeliest answer; on average {share(moved)} of the probability moves."
    at = token(view, int(found.other.argmax()))
    return f"{begins} changes {int(found.other.sum())} of {steps} answers, the first after {at}: {first}."
