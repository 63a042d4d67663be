"""What single units and all of them know of what nobody told them, measured here beside what is published."""

from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from docs.results_memory import Row, table
from explorer import Model, from_torch, list_models, load_model, record
from explorer.concepts import CONCEPTS, concept_of, neither
from explorer.measures import Probe, counting, memory_signal, probe
from explorer.trace.passing import passing
from explorer.training import make_task

STEPS = 60_000
TEXTS = ("python-chars", "shakespeare-chars")
KINDS = ("lstm", "gru", "rnn")
KNOWN = {"python-chars": ("quotes", "comment", "brackets", "line", "indent"), "shakespeare-chars": ("line", "word")}
PUBLISHED = {
    "quotes": "a cell turns on inside quotes",
    "line": "a cell keeps its place in the line",
    "comment": "a cell turns on in comments and quotes",
    "indent": "a cell follows the depth of an expression",
}
"""Karpathy, Johnson & Fei-Fei 2015, figure 2, found by eye."""
SURE = 0.9
YEARS, UNITS = 40, 16


def memories(name: str, steps: int = STEPS) -> tuple[NDArray[np.float32], str, NDArray[np.int64]]:
    """A character model's memory over its held-out text, (time, unit); the text; its ids."""
    model, task = load_model(name), make_task(name.rpartition("-")[0])
    ids = np.concatenate(task.corpus())[:steps]
    states = [
        passed.trace.select(memory_signal(model.kind), passed.trace.num_layers - 1)
        for passed in passing(model, ids)
        if passed.trace is not None
    ]
    vocabulary = model.text
    assert vocabulary is not None
    shown = [token if len(token) == 1 else "\ufffd" for token in vocabulary.tokens]
    return np.concatenate(states), "".join(shown[one] for one in ids), ids


def known(name: str, concept: str, steps: int = STEPS) -> Probe:
    """The probe of one concept in one model."""
    values, text, ids = _memories(name, steps)
    rest = np.flatnonzero(~neither(concept, text))
    return probe(values[rest], concept_of(concept, text)[rest], inputs=ids[rest])


_memories = cache(memories)


def concepts() -> str:
    """The best unit for each concept in each character model."""
    rows: list[Row] = []
    for task, names in KNOWN.items():
        for concept in names:
            for kind in KINDS:
                if f"{task}-{kind}" in list_models():
                    rows.append(_row(f"{task}-{kind}", concept))
    return "\n\n".join(
        [
            "## A unit that knows quotes, and one that knows its place in the line",
            f"{STEPS:,} characters of held-out text; half of them, in whole stretches, rank the units by what they "
            "remember, the other half judge: AUC where something is so or not, R² of a number. *Chance*: the best that "
            "any unit has of the same labels moved on in time, 59 times. *All*: a linear probe of all units. *Inputs*: "
            "the same of the characters themselves. Published, by eye: Karpathy, Johnson & Fei-Fei 2015, "
            "arXiv 1506.02078.",
            table(
                ("model", "knows", "unit", "score", "held out", "chance", "all", "inputs", "published"), rows
            ),
        ]
    )  # fmt: skip


def _row(name: str, concept: str) -> Row:
    found = known(name, concept)
    numbers = (found.held_out, found.band, found.all_units, found.inputs or 0.0)
    return (
        name, CONCEPTS[concept].title, str(found.unit), "AUC" if found.is_label else "R²",
        *(f"{one:.3f}" for one in numbers), PUBLISHED.get(concept, ""),
    )  # fmt: skip


def sure_units(name: str, steps: int = STEPS) -> tuple[int, int, int, int]:
    """Units that tell a yes-or-no concept with a held-out AUC of 0.9 or more; that count; both together; all."""
    found = [known(name, concept, steps) for concept in ("quotes", "comment", "long", "brackets")]
    sure = {unit for one in found for unit in one.passing if one.judged[unit] >= SURE}
    able = set(counting(_memories(name, steps)[0]).counters)
    return len(sure), len(able), len(sure | able), len(found[0].scores)


def interpretable() -> str:
    """The share of units whose meaning can be said."""
    rows: list[Row] = []
    for kind in KINDS:
        sure, able, both, units = sure_units(f"python-chars-{kind}")
        rows.append((f"python-chars-{kind}", str(sure), str(able), str(units), f"{both / units:.1%}"))
    return "\n\n".join(
        [
            "## How many units can be understood by themselves",
            f"Units that tell quotes, comments, strings of several lines or brackets with an AUC of {SURE} or more on "
            "held-out text, and units that count: equal steps up or down, R² of 0.97 in runs over half of the text. "
            "Published: about 5 % of the units have a meaning that can be seen (Karpathy, Johnson & Fei-Fei 2015, "
            "arXiv 1506.02078); that was by eye, so the two compare loosely.",
            table(("model", "tell a concept", "count", "of", "share of either"), rows),
        ]
    )


def bucket(steps: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Rain and evaporation fill and empty a bucket that leaks and overflows: (time, 2), its flow and storage (time,).

    ::

        s' = max(0, s + rain − evaporation)    flow = 0.05 s' + 0.5 max(0, s' − 6)    s = s' − flow
    """
    rng = np.random.default_rng(seed)
    rain = np.where(rng.random(steps) < 0.3, rng.exponential(2.0, steps), 0.0)
    dry = 0.4 - 0.3 * np.cos(2 * np.pi * (np.arange(steps) + rng.integers(365)) / 365)
    flow, storage = np.empty(steps), np.empty(steps)
    held = 3.0
    for step in range(steps):
        held = max(0.0, held + rain[step] - dry[step])
        flow[step] = 0.05 * held + 0.5 * max(0.0, held - 6.0)
        held -= flow[step]
        storage[step] = held
    inputs = np.stack([rain, dry], axis=1)
    return inputs.astype(np.float32), flow.astype(np.float32), storage.astype(np.float32)


def hydrologist(rounds: int = 500, seed: int = 0) -> tuple[Model, float]:
    """An LSTM that learned the flow from rain and evaporation alone, and its R² on years that it did not see."""
    torch.manual_seed(seed)
    inputs, flow, _ = bucket(365 * YEARS, seed=1)
    layer, head = torch.nn.LSTM(2, UNITS), torch.nn.Linear(UNITS, 1)
    optimiser = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=1e-2)
    rng = np.random.default_rng(seed)
    for _ in range(rounds):
        starts = rng.integers(0, len(flow) - 200, 24)
        rows = starts + np.arange(200)[:, None]
        said = head(layer(torch.from_numpy(inputs[rows]))[0])[..., 0]
        loss = (said - torch.from_numpy(flow[rows]))[50:].square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    new, truth, _ = bucket(365 * 10, seed=2)
    with torch.no_grad():
        said = head(layer(torch.from_numpy(new)[:, None])[0])[:, 0, 0].numpy()
    return from_torch(layer), float(1 - np.mean((said - truth) ** 2) / truth.var())


def storage_known(model: Model) -> Probe:
    """What the cell states tell of the water in the bucket, which the network never saw."""
    inputs, _, storage = bucket(365 * 10, seed=2)
    return probe(record(model, inputs).select("cell"), storage, inputs=inputs)


def hidden_quantity() -> str:
    """R² of what drives a series and was never shown."""
    model, learned = hydrologist()
    water, depth = storage_known(model), brackets_depth()
    rows = [
        _hidden("water in the bucket, from the flow's network", water),
        _hidden("open brackets, brackets-lstm", depth),
    ]
    return "\n\n".join(
        [
            "## A hidden quantity stands in the cell states",
            f"An LSTM of {UNITS} units learned the flow out of a leaky bucket from rain and evaporation (R² "
            f"{learned:.3f} on ten new years); the water in it was never shown. A linear probe of its cell states, "
            "judged on stretches that did not fit it. Published: soil moisture and snow from the cell states of an "
            "LSTM that learned river flow, with an R² above 0.8 (Lees et al. 2022, doi 10.5194/hess-26-3079-2022).",
            table(("hidden quantity", "R², all units", "published", "best unit", "chance", "inputs alone"), rows),
        ]
    )


def brackets_depth() -> Probe:
    """What the bracket network's cell states tell of how many brackets are open."""
    model, task = load_model("brackets-lstm"), make_task("brackets")
    lines: list[Any] = list(task.corpus())
    starts = np.cumsum([0, *(len(one) for one in lines[:-1])]).tolist()
    ids = np.concatenate(lines)
    states = [passed.trace.select("cell") for passed in passing(model, ids, starts) if passed.trace is not None]
    assert model.text is not None
    text = "".join(model.text.tokens[one] if len(model.text.tokens[one]) == 1 else "\ufffd" for one in ids)
    return probe(np.concatenate(states), concept_of("depth", text, None, starts), inputs=ids)


def _hidden(what: str, found: Probe) -> Row:
    numbers = (found.held_out, found.band, found.inputs or 0.0)
    return (what, f"{found.all_units:.3f}", "> 0.8", *(f"{one:.3f}" for one in numbers))


SECTIONS = (concepts, interpretable, hidden_quantity)
