"""What each answer of the course must be, by another path: a NumPy loop, PyTorch's own module, or a model's file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from explorer import load_model
from explorer.lessons import Screen
from explorer.models.model.untrained import untrained
from tests.lessons.by_hand import MODELS, Floats, Run, card, gradient_norms, module_of, run, words

Ours = Callable[..., Any]
OURS: dict[str, Ours] = {}
"""Name of an answer → a function of the screen and the answer's arguments that gives its value."""


def ours(function: Ours) -> Ours:
    OURS[function.__name__] = function
    return function


def start_of(screen: Screen) -> dict[str, Floats]:
    begins = {"hidden": screen.run.h_0, "cell": screen.run.c_0}
    return {name: np.asarray(values) for name, values in begins.items() if values is not None}


def again(screen: Screen, **holds: float) -> Run:
    return run(screen.network, screen.run.inputs, start_of(screen), holds)


def here(screen: Screen, found: Run, signal: str) -> Floats:
    return found.signals[signal][screen.layer, ("forward", "reverse").index(screen.direction)]


def part(value: float, *bounds: float) -> str:
    """The words of a range, as a lesson's options have them."""
    spelt = [f"{bound:.10f}".rstrip("0").rstrip(".") for bound in bounds]
    if value < bounds[0]:
        return f"Below {spelt[0]}"
    between = [place for place in range(1, len(bounds)) if value < bounds[place]]
    return f"{spelt[between[0] - 1]} to {spelt[between[0]]}" if between else f"Above {spelt[-1]}"


def agree(true: bool) -> str:
    return "Yes" if true else "No"


def differing(one: list[str], two: list[str]) -> int:
    return sum(left != right for left, right in zip(one, two, strict=True))


def said_by(screen: Screen, found: Run) -> list[str]:
    return words(screen.network, found.output)


@ours
def unit_count(screen: Screen) -> int:
    return int(screen.network.weights()["weight_hh"].shape[1])


@ours
def fades(screen: Screen, share: float) -> str:
    x = screen.run.inputs.copy()
    spike = int(np.abs(x).max(axis=1).argmax())
    with_it = here(screen, again(screen), "hidden")
    x[spike] = 0
    without = here(screen, run(screen.network, x, start_of(screen)), "hidden")
    left = np.sqrt(((with_it - without) ** 2).sum(axis=1))[spike:]
    return next((f"{lag} steps" for lag, one in enumerate(left) if one < share * left[0]), "Never")


@ours
def value_of(screen: Screen, signal: str) -> float:
    return float(here(screen, again(screen), signal)[screen.choices["step"], screen.choices["unit"]])


@ours
def lowest_label(screen: Screen, signal: str) -> str:
    return screen.run.labels[
        min(range(len(screen.run)), key=here(screen, again(screen), signal).mean(axis=1).tolist().__getitem__)
    ]


@ours
def lowest_step(screen: Screen, signal: str) -> int:
    means = here(screen, again(screen), signal).mean(axis=1).tolist()
    return means.index(min(means)) + 1


@ours
def highest_step(screen: Screen, signal: str) -> int:
    means = here(screen, again(screen), signal).mean(axis=1).tolist()
    return means.index(max(means)) + 1


@ours
def goes_below_zero(screen: Screen, signal: str) -> str:
    return agree(bool((here(screen, again(screen), signal) < 0).any()))


@ours
def exceeds(screen: Screen, signal: str, bound: float) -> str:
    found = here(screen, again(screen), signal)
    return agree(max(found.max(), -found.min()) > bound)


@ours
def said(screen: Screen) -> str:
    found = again(screen).output
    assert found is not None
    head = screen.network.head
    assert head is not None
    step = -1 if head.reads == "ends" or screen.choices["step"] < 0 else screen.choices["step"]
    return head.labels[int(found[step].argmax())]


@ours
def said_within(screen: Screen, *bounds: float) -> str:
    found = again(screen).output
    assert found is not None
    return part(float(found[-1, 0]), *bounds)


@ours
def answers_given(screen: Screen) -> int:
    return len(said_by(screen, again(screen)))


@ours
def sum_error(screen: Screen, *bounds: float) -> str:
    found, x = again(screen).output, screen.run.inputs.astype(float)
    assert found is not None
    return part(abs(float(found[-1, 0]) - sum(value for value, mark in x if mark == 1)), *bounds)


@ours
def most_gradient(screen: Screen) -> str:
    task = screen.network.card["task"]
    left = {}
    for kind in ("lstm", "gru", "rnn"):
        module = module_of(load_model(f"{task}-{kind}"))
        left[kind.upper()] = gradient_norms(
            module, screen.run.inputs, screen.choices["step"], (screen.choices["step"],)
        )
    return max(left, key=lambda name: left[name])


@ours
def gradient_left(screen: Screen, lag: int, *bounds: float) -> str:
    return part(gradient_norms(module_of(screen.network), screen.run.inputs, len(screen.run) - 1, (lag,))[0], *bounds)


@ours
def untrained_gradient(screen: Screen, bias: float, *bounds: float) -> str:
    shares = []
    for seed in range(3):
        module = module_of(untrained("lstm", 64, seed, bias=bias))
        noise = np.random.default_rng(seed).normal(size=200)[:, None]
        shares += gradient_norms(module, noise, 199, (100,))
    return part(float(np.median(shares)), *bounds)


@ours
def longest_memory(screen: Screen, *bounds: float) -> str:
    kept = here(screen, again(screen), "forget")
    return part(max(-1 / float(np.mean(np.log(unit))) for unit in kept.T), *bounds)


def terms(screen: Screen) -> tuple[Floats, Floats]:
    """What each step wrote into the unit, and what is left of it after the chosen step."""
    found, unit, step = again(screen), screen.choices["unit"], screen.choices["step"]
    i, f, g = (here(screen, found, name)[:, unit] for name in ("input", "forget", "candidate"))
    left = np.array([np.prod(f[place + 1 : step + 1]) for place in range(step + 1)])
    return (i * g)[: step + 1] * left, left


@ours
def main_writer(screen: Screen) -> int:
    return int(np.abs(terms(screen)[0]).argmax()) + 1


@ours
def part_left(screen: Screen, writer: int, *bounds: float) -> str:
    return part(float(terms(screen)[1][writer - 1]), *bounds)


@torch.no_grad()
def tensors(screen: Screen) -> dict[str, Any]:
    module = module_of(screen.network, double=False)
    out, states = module(torch.tensor(screen.run.inputs))
    ends = states if isinstance(states, tuple) else (states,)
    named = {"output": out} | {
        f"{name}_{end}": ends[place] for place, name in enumerate("hc"[: len(ends)]) for end in "n0"
    }
    return {name: value.numpy() for name, value in named.items()}


@ours
def shape(screen: Screen, name: str) -> str:
    return str(tensors(screen)[name].shape)


@ours
def signal_shape(screen: Screen, signal: str) -> str:
    return str(again(screen).signals[signal].shape)


@ours
def head_shape(screen: Screen) -> str:
    return str(load_file(MODELS / f"{screen.network.name}.safetensors")["head.weight"].shape)


@ours
def parameters(screen: Screen) -> int:
    return sum(one.numel() for one in module_of(screen.network).parameters())


@ours
@torch.no_grad()
def one_bias_is_enough(screen: Screen) -> str:
    module, x = module_of(screen.network), torch.tensor(screen.run.inputs).double()
    before = module(x)[0]
    module.bias_ih_l0.add_(module.bias_hh_l0)
    module.bias_hh_l0.zero_()
    return agree(torch.allclose(module(x)[0], before, atol=1e-9))


@ours
def gap_to_pytorch(screen: Screen, *bounds: float) -> str:
    shown = np.concatenate(list(screen.run["hidden"][-1]), axis=1)
    return part(float(np.abs(shown - tensors(screen)["output"]).max()), *bounds)


@ours
def parameter_ratio(screen: Screen) -> str:
    sizes = screen.network.input_size, screen.network.hidden_size
    made = [
        sum(one.numel() for one in kind(*sizes).parameters()) for kind in (torch.nn.LSTM, torch.nn.GRU, torch.nn.RNN)
    ]
    return " : ".join(f"{count / made[2]:g}" for count in made)


@ours
def output_is_h_n(screen: Screen) -> str:
    found = tensors(screen)
    return agree(np.allclose(found["output"][-1], found["h_n"][-1]))


@ours
def matching_half(screen: Screen) -> str:
    found, units = tensors(screen), screen.network.hidden_size
    same = [np.allclose(found["output"][-1, half], found["h_n"][row]) for row, half in
            ((-2, slice(0, units)), (-1, slice(units, None)))]  # fmt: skip
    return {(True, False): "The first", (False, True): "The second", (True, True): "Both"}[tuple(same)]


@ours
def last_read_step(screen: Screen) -> int:
    """The column that holds this direction's row of h_n."""
    row = tensors(screen)["h_n"][2 * screen.layer + ("forward", "reverse").index(screen.direction)]
    columns = screen.run["hidden"][screen.layer, ("forward", "reverse").index(screen.direction)]
    return int(np.abs(columns - row).max(axis=1).argmin()) + 1


@ours
@torch.no_grad()
def mirror_swaps(screen: Screen) -> str:
    module, x, units = module_of(screen.network), torch.tensor(screen.run.inputs).double(), screen.network.hidden_size
    own, image = module(x)[0], module(x.flip(0))[0].flip(0)
    return agree(torch.allclose(own, torch.cat([image[:, units:], image[:, :units]], dim=1), atol=1e-6))


@ours
def start_fades(screen: Screen, share: float, *bounds: float) -> str:
    given, zeros = here(screen, again(screen), "hidden"), here(screen, run(screen.network, screen.run.inputs), "hidden")
    first = np.linalg.norm(start_of(screen)["hidden"][screen.layer])
    apart = [float(first), *np.linalg.norm(given - zeros, axis=1)]
    steps = next(step for step, one in enumerate(apart) if one < share * first)
    return part(steps, *bounds) if bounds else f"{steps} steps"


@ours
def changed_by_start(screen: Screen) -> int:
    return differing(said_by(screen, again(screen)), said_by(screen, run(screen.network, screen.run.inputs)))


@ours
def changed_by_reset(screen: Screen) -> int:
    every, x = screen.choices["every"], screen.run.inputs
    pieces = [said_by(screen, run(screen.network, x[place : place + every])) for place in range(0, len(x), every)]
    return differing(said_by(screen, again(screen)), [word for piece in pieces for word in piece])


@torch.no_grad()
def padded(screen: Screen) -> tuple[Any, Any, Any, Any]:
    """Output and h_n of the sequence alone, and with zeros behind it, of every layer."""
    module, x = module_of(screen.network), torch.tensor(screen.run.inputs).double()
    long = torch.cat([x, torch.zeros(screen.choices["pad"], x.shape[1])])
    return module(x)[0], module(x)[1][0], module(long)[0], module(long)[1][0]


@ours
def padding_reaches(screen: Screen) -> str:
    """Of the first layer: the second reads both of its directions."""
    first = run(screen.network, screen.run.inputs).signals["hidden"][0]
    zeros = np.zeros((screen.choices["pad"], screen.run.inputs.shape[1]))
    second = run(screen.network, np.concatenate([screen.run.inputs, zeros])).signals["hidden"][0][:, : len(screen.run)]
    moved = [not np.allclose(one, two, atol=1e-9) for one, two in zip(first, second, strict=True)]
    return {(False, True): "Reverse", (True, False): "Forward", (True, True): "Both"}[tuple(moved)]


@ours
def padded_end(screen: Screen, direction: str) -> str:
    _, alone, _, long = padded(screen)
    return agree(not torch.allclose(*(one[-2 if direction == "forward" else -1] for one in (alone, long)), atol=1e-6))


@ours
@torch.no_grad()
def packed_gap(screen: Screen, *bounds: float) -> str:
    module, x = module_of(screen.network), torch.tensor(screen.run.inputs).double()
    batch = pad_sequence([torch.ones(len(x) + screen.choices["pad"], x.shape[1]).double(), x])
    packed, _ = pad_packed_sequence(module(pack_padded_sequence(batch, torch.tensor([len(batch), len(x)])))[0])
    return part(float((packed[: len(x), 1] - module(x)[0]).abs().max()), *bounds)


@ours
def same_again(screen: Screen, temperature: float) -> str:
    """Greedy writing is a function of the line; dice are not: two draws from PyTorch's own module."""
    if temperature == 0:
        return agree(True)
    model, text = screen.network, screen.choices["text"]
    drawn = []
    for seed in (0, 1):
        dice, line = np.random.default_rng(seed), text
        for _ in range(5):
            assert model.text is not None
            assert model.embedding is not None
            ids = [model.text.tokens.index(character) for character in line[-20:]]
            logits = run(model, model.embedding.numpy()[ids]).output
            assert logits is not None
            shares = np.exp(logits[-1] / temperature - (logits[-1] / temperature).max())
            line += model.text.tokens[dice.choice(len(shares), p=shares / shares.sum())]
        drawn.append(line)
    return agree(drawn[0] == drawn[1])


@ours
def own_output(screen: Screen, *bounds: float) -> str:
    model, x = screen.network, screen.run.inputs.astype(float)
    given = run(model, x).output
    assert given is not None
    middle = len(x) // 2
    found, line = run(model, x[: middle + 1]), list(x[: middle + 1, 0])
    while len(line) < len(x):
        assert found.output is not None
        line.append(float(found.output[-1, 0]))
        ends = {name: values[:, 0] for name, values in found.last.items()}
        found = run(model, np.array([[line[-1]]]), ends)
    truth = x[middle + 1 :, 0]
    return part(
        float(np.mean((line[middle + 1 :] - truth) ** 2) / np.mean((given[middle:-1, 0] - truth) ** 2)), *bounds
    )


@ours
def nearest_lag(screen: Screen) -> int:
    found, truth = again(screen).output, screen.run.inputs[:, 0].astype(float)
    assert found is not None
    ahead, later = found[:-1, 0], truth[1:]
    apart = [np.mean(np.abs(ahead[24:] - later[24 - lag : len(later) - lag])) for lag in range(25)]
    return int(np.argmin(apart))


@ours
def beats_last_value(screen: Screen) -> str:
    """On the ten years held out, from the data's own file."""
    file = MODELS.parent / "data" / "sea_surface_temperature_nino12.csv"
    rows = [row.split(",") for row in file.read_text(encoding="utf-8").splitlines() if row[:1].isdigit()]
    months = [float(value) for row in rows for value in row[1:13] if value]
    naive = np.mean(np.abs(np.diff(months[-121:])))
    return agree(card(screen.network.name)["metrics"]["mae"] < naive)


@ours
def best_cell(screen: Screen) -> str:
    task = screen.network.card["task"]
    found = {kind: card(f"{task}-{kind}") for kind in ("lstm", "gru", "rnn")}
    scores = {kind: one["metrics"][one["metric"]] for kind, one in found.items()}
    higher = found["lstm"]["metric"] == "accuracy"
    return (max if higher else min)(scores, key=lambda kind: scores[kind]).upper()


@ours
def changed(screen: Screen, signal: str, value: float) -> int:
    return differing(said_by(screen, again(screen)), said_by(screen, again(screen, **{signal: value})))


@ours
def largest_when(screen: Screen, shown: str, signal: str, value: float) -> float:
    return float(np.abs(here(screen, again(screen, **{signal: value}), shown)).max())


@ours
def is_zero_when(screen: Screen, shown: str, signal: str, value: float) -> str:
    return agree(not here(screen, again(screen, **{signal: value}), shown).any())


@ours
def drift_when(screen: Screen, signal: str, value: float) -> float:
    apart = here(screen, again(screen, **{signal: value}), "hidden") - start_of(screen)["hidden"][screen.layer]
    return float(np.abs(apart).max())


@ours
def idle_gate(screen: Screen) -> str:
    gates = {"lstm": ("input", "forget", "output"), "gru": ("reset", "update")}[screen.network.kind]
    idle = [gate for gate in gates if 0 in (changed(screen, gate, 0), changed(screen, gate, 1))]
    return ", ".join(idle).capitalize() or "None"


def moved(screen: Screen, found: Run) -> float:
    """Half the sum of what each class's probability moves, the mean over steps: not how the app counts."""
    free = again(screen).output
    assert free is not None
    assert found.output is not None
    one, two = (np.exp(said - said.max(axis=1, keepdims=True)) for said in (free, found.output))
    return float(np.abs(one / one.sum(1, keepdims=True) - two / two.sum(1, keepdims=True)).sum(axis=1).mean() / 2)


@ours
def least_missed(screen: Screen, value: str) -> str:
    left = {gate: moved(screen, again(screen, **{gate: {"one": 1.0, "zero": 0.0}[value]})) for gate in
            ("input", "forget", "output")}  # fmt: skip
    return min(left, key=lambda gate: left[gate]).capitalize()


@ours
def most_missed(screen: Screen) -> str:
    """Each unit's column of every matrix that reads h set to 0: nothing of it is passed on."""
    lost = []
    for unit in range(screen.network.hidden_size):
        mask = np.ones(screen.network.hidden_size)
        mask[unit] = 0
        lost.append(moved(screen, _without(screen, mask)))
    return f"Unit {int(np.argmax(lost))}"


def _without(screen: Screen, mask: Floats) -> Run:
    model = screen.network
    assert model.head is not None
    module = module_of(model)
    with torch.no_grad():
        module.weight_hh_l0.mul_(torch.tensor(mask))
        out = module(torch.tensor(screen.run.inputs).double())[0].numpy() * mask
    return Run({}, {}, out @ model.head.weight.numpy().T.astype(float) + model.head.bias.numpy())


@ours
def counting_unit(screen: Screen) -> str:
    count, total = [], 0
    for label in screen.run.labels:
        total += 1 if label == "a" else -1
        count.append(total)
    cells = here(screen, again(screen), "cell").T
    return f"Unit {max(range(len(cells)), key=lambda unit: abs(np.corrcoef(cells[unit], count)[0, 1]))}"


@ours
def ends_right(screen: Screen) -> str:
    found = said_by(screen, again(screen))
    return agree("end" in found and found.index("end") == len(found) - 1)


@ours
def knows_quotes(screen: Screen, unit: int, *bounds: float) -> str:
    """Every pair of a step inside and one outside, counted."""
    open_by, inside = "", []
    for label in screen.run.labels:
        if not open_by and label in "'\"":
            open_by = label
        elif label == open_by:
            open_by = ""
        inside.append(bool(open_by))
    values = here(screen, again(screen), "cell")[:, unit]
    within, outside = values[np.array(inside)], values[~np.array(inside)]
    share = float(np.mean(within[:, None] > outside[None]))
    return part(max(share, 1 - share), *bounds)
