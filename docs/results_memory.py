"""What memory lasts and what gradients are left, measured here beside what is published or follows from an identity."""

from random import Random

import numpy as np
import torch

from explorer import from_torch, load_model, record
from explorer.measures import LAG, MYTH, bias_time_constants, bust, memory_signal, noise, time_constants
from explorer.models.model.untrained import untrained
from explorer.training.tasks.brackets import CLOSER, make_line

Row = tuple[str, ...]
PUBLISHED_TAU = {0: 1.44, 1: 3.19, 2: 7.88, 3: 20.6, 5: 149.0}
SEEDS = 12


def table(header: Row, rows: list[Row]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tau_of_bias(bias: float) -> tuple[float, float]:
    """The time constant of an LSTM whose forget gate sees a bias alone: recorded, and from the bias."""
    module = torch.nn.LSTM(1, 16, dtype=torch.float64)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.bias_ih_l0[16:32] = bias
    model = from_torch(module)
    recorded = time_constants(record(model, noise(0)))
    return float(np.median(recorded)), float(np.median(bias_time_constants(model)))


def forget_bias() -> str:
    """τ of forget biases 0 to 5."""
    rows = [
        (str(bias), *(f"{value:.4g}" for value in tau_of_bias(bias)), f"{known:g}")
        for bias, known in PUBLISHED_TAU.items()
    ]
    return "\n\n".join(
        [
            "## The forget bias sets the time constant",
            "An LSTM whose weights are all 0 but its forget bias b, over 200 steps of noise: τ = −1 / mean ln f as "
            "recorded, τ = −1 / ln σ(b) from the bias alone. Published: the identity itself.",
            table(("b", "τ recorded", "τ from the bias", "published"), rows),
        ]
    )


def chrono_taus(longest: int, units: int = 512) -> tuple[float, float, float]:
    """Medians over units of chrono initialisation: u + ½, τ of the bias, τ recorded on noise."""
    model = untrained("lstm", units, 0, longest=longest)
    weights = model.weights()
    drawn = np.exp((weights["bias_ih"] + weights["bias_hh"])[units : 2 * units])
    recorded = time_constants(record(model, noise(0, 1_000)))
    medians = (np.median(values) for values in (drawn + 0.5, bias_time_constants(model), recorded))
    first, second, third = (float(value) for value in medians)
    return first, second, third


def chrono() -> str:
    """τ ≈ u + ½."""
    rows = [
        (f"{longest:,}", *(f"{value:.4g}" for value in chrono_taus(longest)), f"≈ {longest / 2:g}")
        for longest in (100, 500, 1_000)
    ]
    return "\n\n".join(
        [
            "## Chrono initialisation spreads time constants up to T_max",
            "b_f = ln u with u ~ U(1, T_max − 1) and b_i = −b_f (Tallec & Ollivier 2018, arXiv 1804.11188) gives "
            "τ ≈ u + ½; medians of 512 units of an untrained LSTM, recorded on 1,000 steps of noise.",
            table(("T_max", "u + ½", "τ from the bias", "τ recorded", "published median"), rows),
        ]
    )


def myth_medians(seeds: int = SEEDS) -> list[tuple[float, float, float]]:
    """Median, smallest and largest of what is left of the gradient, for each row of the myth-buster."""
    found: list[list[float]] = [[] for _ in MYTH]
    for row, _, left in bust(seeds):
        found[row].append(left)
    return [(float(np.median(values)), min(values), max(values)) for values in found]


def myth() -> str:
    """An LSTM does not save the gradient by being one."""
    medians = myth_medians()
    rows = [
        (one.title, f"{median:.2g}", f"{low:.1g} … {high:.1g}", f"{one.known:g}", f"{median / one.known:.2g} ×")
        for one, (median, low, high) in zip(MYTH, medians, strict=True)
    ]
    decades = np.log10(medians[0][2] / medians[0][1])
    return "\n\n".join(
        [
            "## The myth that an LSTM keeps the gradient",
            f"‖∂L/∂s_t‖ / ‖∂L/∂s_T‖ at lag {LAG}, L = Σ h_T, s = (h, c) taken as independent inputs of the next step; "
            f"untrained, 64 units, U(−1/√H, 1/√H), scalar N(0, 1) input of 200 steps, float64; medians of {SEEDS} "
            "seeds, beside those computed for this project once. An untrained LSTM's gradient vanishes like an RNN's "
            f"(whose seeds lie {decades:.0f} decades apart); its forget bias is what keeps it.",
            table(("untrained network", "median", "from … to", "expected", "measured / expected"), rows),
        ]
    )


def depth(line: str) -> list[int]:
    """How many brackets are open after each character; a closer that matches nothing is ignored."""
    waiting: list[str] = []
    depths = []
    for character in line:
        if character in CLOSER:
            waiting.append(CLOSER[character])
        elif waiting and character == waiting[-1]:
            waiting.pop()
        depths.append(len(waiting))
    return depths


def depth_unit(name: str, lines: int = 200) -> tuple[int, float]:
    """The unit whose memory follows depth best in half of the lines, and its correlation in the others."""
    model, random = load_model(name), Random("depth")
    texts = [make_line(random, 64) for _ in range(lines)]
    runs = [record(model, text).select(memory_signal(model.kind)) for text in texts]
    depths = [depth(text) for text in texts]
    half = lines // 2
    best = int(np.abs(_correlations(np.concatenate(runs[:half]), np.concatenate(depths[:half]))).argmax())
    return best, float(_correlations(np.concatenate(runs[half:]), np.concatenate(depths[half:]))[best])


def _correlations(values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Pearson's r of each unit (time, unit) with one quantity (time,)."""
    one, other = values - values.mean(axis=0), wanted - wanted.mean()
    spread = np.linalg.norm(one, axis=0)
    return (one * other[:, None]).sum(axis=0) / (np.where(spread > 0, spread, np.inf) * np.linalg.norm(other))


def brackets() -> str:
    """Which unit of the bracket networks follows depth."""
    rows = []
    for kind in ("lstm", "gru", "rnn"):
        unit, r = depth_unit(f"brackets-{kind}")
        rows.append((f"brackets-{kind}", "c" if kind == "lstm" else "h", str(unit), f"{r:+.2f}", f"{r * r:.2f}"))
    return "\n\n".join(
        [
            "## Which unit of the bracket networks follows depth",
            "Of 200 new lines of 64 characters, 100 choose the unit and the other 100 judge it: Pearson's r of its "
            "memory with the number of open brackets. Published: interpretable units exist in trained networks, about "
            "5 % of them (Karpathy, Johnson & Fei-Fei 2015, arXiv 1506.02078); nothing in training asked for one.",
            table(("model", "memory", "unit", "r", "r²"), rows),
        ]
    )
