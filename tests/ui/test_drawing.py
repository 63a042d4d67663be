"""What the diagram is told: from the cell's own lines, so that what is drawn as multiplied and added is the state."""

from math import prod
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.cells import CELLS
from explorer.cells.declared import Factor
from explorer.measures.lines import Lines
from explorer.ui.step.drawing import drawing, drawn_factors
from tests.measures.from_lines import SHAPES
from tests.measures.made_up import MadeUpCell

VARIANTS = [
    *((kind, {}) for kind in [*CELLS, *SHAPES, "madeup"]),
    ("lstm", {"proj_size": 3}),
    ("gru", {"reset_after": False}),
    ("rnn", {"nonlinearity": "relu"}),
]


def lines(kind: str, turned: bool = False, **options: Any) -> Lines:
    model = explorer.random_model(kind, 3, 5, seed=4, **options)
    trace = explorer.record(model, np.random.default_rng(1).standard_normal((6, 3)) * 3)
    return Lines(model, trace, 0, "forward", slice(None), turned)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, cell in {**SHAPES, MadeUpCell.kind: MadeUpCell}.items():
        monkeypatch.setitem(CELLS, kind, cell)


def value(own: Lines, told: dict[str, Any]) -> Any:
    """A factor, computed as the browser does, from the track that it names."""
    name = told["track"].partition(":")[2] or told["track"]
    of = {"before": "old", "own": "own"}.get(told["track"].partition(":")[0], "now")
    plain = own.numbers(Factor(name, of))  # type: ignore[arg-type]
    if told["track"] not in (*own.trace.signals, *(f"before:{state}" for state in own.cell.state_signals)):
        assert told["track"] in drawn_factors(own)
    meant = 1 - plain if told["rest"] else plain
    return np.tanh(meant) if told["squash"] else meant


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("kind", "options"), VARIANTS)
def test_what_is_drawn_comes_to_what_was_recorded(kind: str, options: dict[str, Any], turned: bool) -> None:
    own = lines(kind, turned, **options)
    told = drawing(own)
    sums = {
        tail["signal"]: sum(prod(value(own, one) for one in term) for term in tail["terms"]) for tail in told["tails"]
    }
    if main := told["main"]:
        before = own.numbers(Factor(main["signal"], "old"))
        kept = 0 if main["kept"] is None else prod((value(own, one) for one in main["kept"]), start=before)
        sums[main["signal"]] = kept + sum(prod(value(own, one) for one in term) for term in main["terms"])
    for signal, total in sums.items():
        assert np.abs(total - own.numbers(Factor(signal, "now"))).max() < 1e-5
    drawn = set(told["columns"]) | set(sums)
    assert drawn - {"shown"} >= set(own.cell.signals) - ({"hidden"} if "proj_size" in options else set())


@pytest.mark.parametrize(
    ("kind", "columns", "kept", "written", "tails"),
    [
        ("lstm", ["forget", "input", "candidate", "output"], ["forget"], [["input", "candidate"]], ["hidden"]),
        ("peephole", ["forget", "input", "candidate", "output"], ["forget"], [["input", "candidate"]], ["hidden"]),
        ("layernorm", ["forget", "input", "candidate", "output"], ["forget"], [["input", "candidate"]], ["hidden"]),
        ("gru", ["update", "reset", "new"], ["update"], [["update", "new"]], []),
        ("mgu", ["forget", "candidate"], ["forget"], [["forget", "candidate"]], []),
        ("madeup", ["mix", "draft"], [""], [["", "mix", "draft"]], ["hidden"]),
    ],
)
def test_boxes_stand_in_the_order_of_keeping_writing_and_showing(kind, columns, kept, written, tails):
    told = drawing(lines(kind))
    assert told["columns"] == columns
    assert [one["from"] for one in told["main"]["kept"]] == kept
    assert [[one["from"] for one in term] for term in told["main"]["terms"]] == written
    assert [tail["signal"] for tail in told["tails"]] == tails


@pytest.mark.parametrize(
    ("kind", "options", "box", "reader"),
    [("gru", {}, "new", "reset"), ("gru", {"reset_after": False}, "new", "reset"), ("mgu", {}, "candidate", "forget")],
)
def test_a_box_that_reads_another_is_wired_to_it(kind, options, box, reader):
    (one,) = drawing(lines(kind, **options))["boxes"][box]["reads"]
    assert one["from"] == reader
    assert ("before the product" in one["how"]) == (kind == "mgu" or options != {})


def test_peepholes_see_the_old_memory_and_the_output_gate_the_new():
    boxes = drawing(lines("peephole"))["boxes"]
    seen = {name: box["direct"] and box["direct"]["old"] for name, box in boxes.items()}
    assert seen == {"forget": True, "input": True, "output": False, "candidate": None}


def test_a_number_that_is_hidden_hides_what_would_give_it_away():
    (tail,) = drawing(lines("layernorm"))["tails"]
    (carried,) = (one for one in tail["terms"][0] if one["from"] == "line")
    assert set(carried["hides"]) == {"normed", "cell"}


def test_a_cell_without_gates_has_a_box_and_no_line():
    told = drawing(lines("rnn", nonlinearity="relu"))
    assert (told["main"], told["tails"], told["columns"]) == (None, [], ["hidden"])
    assert told["boxes"]["hidden"]["squash"] == "relu"
