"""A cell that is one file and one line: every public function answers for it, and answers what is so."""

import inspect
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer import figures, measures, scanning
from explorer.cells import CELLS
from explorer.code.pytorch import as_pytorch, constructor
from explorer.code.recipe import Recipe
from explorer.film import reel_of
from explorer.models.model.head import Head
from explorer.models.model.shapes import parameters_by_gate, parameters_of_kinds, weight_shapes
from explorer.models.model.untrained import untrained
from explorer.trace import saliency
from explorer.training import fit
from explorer.watching import Padded, gathered
from tests.contract.sieve import SquaredSieve, by_hand, logistic

INPUTS, UNITS, STEPS = 2, 4, 14
X = np.random.default_rng(3).normal(size=(STEPS, INPUTS))
pytestmark = pytest.mark.usefixtures("sieve")


def model_of(**options: Any) -> explorer.Model:
    return explorer.random_model("sieve", INPUTS, UNITS, seed=5, dtype=torch.float64, **options)


def test_a_run_is_the_loop_in_every_layer_and_direction() -> None:
    model = model_of(num_layers=2, bidirectional=True)
    trace = explorer.record(model, X)
    below = X
    for layer in range(2):
        forward = by_hand(model.weights(layer, "forward"), below, np.zeros(UNITS))
        reverse = by_hand(model.weights(layer, "reverse"), below[::-1], np.zeros(UNITS))
        for name in ("valve", "grain", "draft", "hidden"):
            assert np.abs(trace[name][layer, 0] - forward[name]).max() < 1e-12
            assert np.abs(trace[name][layer, 1] - reverse[name][::-1]).max() < 1e-12
        below = np.concatenate([forward["hidden"], reverse["hidden"][::-1]], axis=1)
    assert (trace.kind, trace.max_error, trace.method) == ("sieve", None, "step")
    assert trace.signals == ("valve", "grain", "draft", "hidden")
    assert trace.states == ("hidden",)


def test_an_option_that_it_declares_is_taken_and_one_that_it_does_not_know_refused() -> None:
    model = model_of(options={"sifts": False})
    wanted = by_hand(model.weights(), X, np.zeros(UNITS), sifts=False)
    assert np.abs(explorer.record(model, X)["draft"][0, 0] - wanted["draft"]).max() < 1e-12
    for options in ({"sifts": 3}, {"mesh": True}):
        with pytest.raises(explorer.ShapeError, match=next(iter(options))):
            model_of(options=options)


def test_what_it_remembers_is_what_its_valve_does_not_let_go() -> None:
    model = model_of()
    trace = explorer.record(model, X)
    valve, hidden = trace.select("valve"), trace.select("hidden")
    assert np.allclose(measures.time_constants(trace), -1 / np.log(1 - valve).mean(axis=0), rtol=1e-12)
    weights = model.weights()
    resting = np.split(weights["bias_ih"] + weights["bias_hh"], 3)[2]
    assert np.allclose(measures.gate_bias(model, "valve"), resting, rtol=1e-12)
    assert np.allclose(measures.bias_time_constants(model), -1 / np.log(1 - logistic(resting)), rtol=1e-12)
    book = measures.ledger(trace, 9)
    left = np.array([np.prod(1 - valve[step + 1 : 10], axis=0) for step in range(10)])
    assert np.allclose(book.written[:10], left * valve[:10] * trace.select("draft")[:10], atol=1e-14)
    assert np.allclose(book.written.sum(axis=0), hidden[9], atol=1e-14)
    assert np.abs(book.residual).max() < 1e-14


def test_a_cell_that_keeps_neither_its_gate_nor_the_rest_of_it_is_measured_by_its_carry() -> None:
    CELLS["squared"] = SquaredSieve
    try:
        model = explorer.random_model("squared", INPUTS, UNITS, seed=5, dtype=torch.float64)
        trace = explorer.record(model, X)
        kept = 1 - trace.select("valve") ** 2
        assert np.allclose(measures.time_constants(trace), -1 / np.log(kept).mean(axis=0), rtol=1e-12)
        at_rest = 1 - logistic(measures.gate_bias(model, "valve")) ** 2
        assert np.allclose(measures.bias_time_constants(model), -1 / np.log(at_rest), rtol=1e-12)
        assert np.abs(measures.ledger(trace).residual).max() < 1e-14
    finally:
        del CELLS["squared"]


def test_a_bias_that_keeps_keeps_and_chrono_makes_it_long() -> None:
    plain, long = (untrained("sieve", 200, bias=bias) for bias in (0.0, 6.0))
    assert np.median(measures.bias_time_constants(long)) > 100 * np.median(measures.bias_time_constants(plain))
    assert 60 < np.median(measures.bias_time_constants(untrained("sieve", 200, longest=200))) < 140


def test_a_gate_is_the_sum_of_its_parts() -> None:
    model = model_of(bidirectional=True)
    trace = explorer.record(model, X)
    for direction in ("forward", "reverse"):
        for signal, squash in (("valve", logistic), ("grain", logistic), ("draft", np.tanh)):
            parts = measures.contributions(model, trace, signal, 6, 2, direction=direction)
            assert squash(parts.total) == pytest.approx(trace.select(signal, 0, direction)[6, 2], abs=1e-14)


@pytest.mark.parametrize("options", [{}, {"sifts": False}])
def test_its_equations_come_to_what_was_recorded(options: dict[str, bool]) -> None:
    model = model_of(options=options)
    trace = explorer.record(model, X)
    lines = {one.signal: one for one in measures.arithmetic(model, trace, 6, 2)}
    assert list(lines) == ["valve", "grain", "draft", "hidden"]
    for name, line in lines.items():
        assert line.result.value == pytest.approx(trace.select(name)[6, 2], abs=1e-12)
    assert (r"s_t \circ" in lines["draft"].symbols) == (not options)


def test_gradients_are_those_of_small_steps() -> None:
    model = model_of()
    found, eps = explorer.gradients(model, X), 1e-6
    for feature in range(INPUTS):
        ends = []
        for sign in (1, -1):
            moved = X.copy()
            moved[5, feature] += sign * eps
            ends.append(explorer.record(model, moved)["hidden"][0, 0, -1].sum())
        assert (ends[0] - ends[1]) / (2 * eps) == pytest.approx(found.input[5, feature], rel=1e-5, abs=1e-9)
    assert found.cell is None
    assert saliency(model, X).shape == (STEPS, STEPS)


def test_what_is_held_is_seen_by_what_is_computed_after_it() -> None:
    model = model_of()
    held = explorer.record(model, X, clamps=[explorer.Clamp("valve", 0.0, start=4, stop=9)])
    assert (held["hidden"][0, 0, 4:9] == held["hidden"][0, 0, 3]).all()
    follows = explorer.record(model, X, clamps=[explorer.Coupling("grain", "valve")])
    assert (follows["grain"] == 1 - follows["valve"]).all()
    with pytest.raises(explorer.ClampError, match="forget"):
        explorer.record(model, X, clamps=[explorer.Clamp("forget", 0.0)])


def test_its_states_are_its_own() -> None:
    model, start = model_of(), np.full((1, UNITS), 0.5)
    wanted = by_hand(model.weights(), X, start[0])
    assert np.abs(explorer.record(model, X, h_0=start)["hidden"][0, 0] - wanted["hidden"]).max() < 1e-12
    with pytest.raises(explorer.ShapeError, match="c_0 was given, but the Sieve"):
        explorer.record(model, X, c_0=start)


def test_another_run_starts_from_any_step_of_it_and_its_states_are_kept_on_disk(tmp_path: Path) -> None:
    model = model_of()
    trace = explorer.record(model, X)
    explorer.save_states(tmp_path / "states.npz", **trace.state_at(4))
    rest = explorer.record(model, X[5:], **explorer.load_states(tmp_path / "states.npz"))
    assert np.array_equal(rest["hidden"][0, 0], trace["hidden"][0, 0, 5:])


def test_chunks_and_files_keep_it() -> None:
    model = model_of(bidirectional=True)
    trace = explorer.record(model, X)
    window = explorer.record_chunks(model, X, chunk=4).window(3, 11)
    for name in trace.signals:
        assert np.abs(window[name] - trace[name][:, :, 3:11]).max() < 1e-12
    file = io.BytesIO()
    trace.save(file)
    again = explorer.Trace.load(file.getvalue())
    assert (again.kind, again.signals) == (trace.kind, trace.signals)
    assert (again["valve"] == trace["valve"]).all()
    assert set(trace.to_frame()["signal"]) == set(trace.signals)


def test_its_code_gives_its_numbers() -> None:
    for options in ({}, {"sifts": False}):
        model = explorer.random_model("sieve", INPUTS, UNITS, seed=5, num_layers=2, bidirectional=True, options=options)
        trace = explorer.record(model, X)
        found: dict[str, Any] = {}
        exec(as_pytorch(model, Recipe(X, seed=5)), found)
        assert np.abs(found["output"][:, :UNITS].numpy() - trace.select("hidden", 1)).max() < 1e-6
        assert ("sifts=False" in constructor(model)) == bool(options)
        assert constructor(model).startswith("Sieve(")


def test_its_parameters_are_counted_by_its_own_blocks() -> None:
    model = model_of()
    each = UNITS * (INPUTS + UNITS + 2)
    assert parameters_by_gate(model) == {"draft": each, "grain": each, "valve": each}
    assert parameters_of_kinds(model)["sieve"] == parameters_by_gate(model)
    assert {one.blocks for one in weight_shapes(model)} == {("draft", "grain", "valve")}


NOT_OF_A_CELL = {
    "align", "autocorrelation", "bust", "checkpoint_groups", "correlation_time", "divergences", "find_token",
    "from_torch", "implied_time_constant", "list_models", "load_checkpoint", "load_model", "log_probabilities", "noise",
    "part_colours", "profile", "ranked", "reach", "separation", "spectrum", "spread", "waterfall", "gate_histogram",
    "unit_check", "timescale_atlas", "saliency_triangle", "reset_reach", "written_reach", "gate_slope", "step_losses",
    "effects", "scale_end", "watch", "open_run", "save_states", "load_states",
    "save_figure",
    "alike", "counting", "elsewhere", "line_positions", "parting", "probe", "probes", "shares", "singling",
    "concept_line", "counter_lines", "likeness_map", "probe_ranking", "probe_weights", "saturation_scatter",
}  # fmt: skip
"""Functions of plain numbers, of labels or of files, whatever cell these come from."""


def calls() -> dict[str, Callable[[], Any]]:
    """Every other public function, called for the sieve."""
    model = model_of()
    head = Head(torch.ones(2, UNITS, dtype=torch.float64), None, ("no", "yes"))
    said = replace(model, head=head)
    trace, other = explorer.record(said, X), explorer.record(said, -X)
    found, book = explorer.gradients(model, X), measures.ledger(trace)
    run = explorer.record_chunks(model, X, chunk=4, bins=3)
    curve = figures.Curve("Sieve", measures.remaining(found), "sieve")
    return {
        "random_model": model_of,
        "record": lambda: explorer.record(model, X),
        "record_batch": lambda: list(explorer.record_batch(model, [X, X[:3]])),
        "record_chunks": lambda: explorer.record_chunks(model, X),
        "scan": lambda: explorer.scan(model, X, [scanning.Moments(), scanning.Separation(lambda x: x[:, 0] > 0)]),
        "gradients": lambda: explorer.gradients(model, X),
        "aligned": lambda: measures.aligned(trace, range(STEPS)),
        "arithmetic": lambda: measures.arithmetic(model, trace, 5, 1),
        "bias_time_constants": lambda: measures.bias_time_constants(model),
        "changes": lambda: measures.changes(said, trace, other),
        "choose_units": lambda: measures.choose_units(trace, 2, "constant"),
        "comparable": lambda: measures.comparable(trace, other),
        "contributions": lambda: measures.contributions(model, trace, "draft", 3, 1),
        "effective_memory": lambda: measures.effective_memory(trace),
        "fading": lambda: measures.fading(found),
        "first_parting": lambda: measures.first_parting(trace, other),
        "gate_bias": lambda: measures.gate_bias(model, "grain"),
        "gate_knock_outs": lambda: measures.gate_knock_outs(trace),
        "gradient_left": lambda: measures.gradient_left(measures.Untrained("Sieve", "sieve", 1.0, 0.0), 0),
        "largest_differences": lambda: measures.largest_differences(trace, other),
        "layer_input": lambda: measures.layer_input(trace, 0),
        "leading_signal": lambda: measures.leading_signal("sieve"),
        "ledger": lambda: measures.ledger(trace),
        "letter": lambda: measures.letter("sieve", "valve"),
        "likeliest": lambda: measures.likeliest(said, trace, 3),
        "matter": lambda: measures.matter(said, X, 1, others=2),
        "patch_map": lambda: measures.patch_map(
            replace(said, head=Head(torch.ones(1, UNITS, dtype=torch.float64))), X, -X
        ),
        "memory_signal": lambda: measures.memory_signal("sieve"),
        "places": lambda: measures.places(trace),
        "preactivation": lambda: measures.preactivation(model, trace, "valve"),
        "predictions": lambda: measures.predictions(said, trace),
        "probabilities": lambda: measures.probabilities(trace),
        "rank_units": lambda: measures.rank_units(trace, "openness"),
        "record_with_resets": lambda: measures.record_with_resets(model, X, 3),
        "remaining": lambda: measures.remaining(found),
        "saturated_at_once": lambda: measures.saturated_at_once(trace),
        "saturation": lambda: measures.saturation(trace, "valve"),
        "scale_finding": lambda: (measures.scale_finding(model, trace), "answered"),
        "subtracted": lambda: measures.subtracted(trace, other, "valve"),
        "time_constants": lambda: measures.time_constants(trace),
        "unit_health": lambda: measures.unit_health(trace),
        "unit_knock_outs": lambda: measures.unit_knock_outs(trace, "valve"),
        "verdict": lambda: measures.verdict(trace),
        "weight_norms": lambda: measures.weight_norms(model),
        "batch_picture": lambda: figures.batch_picture(
            gathered(trace.select("valve").T.astype(float)), model.cell().word("valve")
        ),
        "padding_picture": lambda: figures.padding_picture(
            Padded(trace, other, STEPS, {name: np.abs(trace[name]).max(-1) for name in trace.states}, {})
        ),
        "bias_histogram": lambda: figures.bias_histogram([0.0, 1.0], "valve"),
        "gate_heatmap": lambda: figures.gate_heatmap(trace, "valve"),
        "gate_stack": lambda: figures.gate_stack(trace),
        "gradient_curves": lambda: figures.gradient_curves([curve], STEPS, "of the state"),
        "lag_curves": lambda: figures.lag_curves([curve]),
        "layer_stack": lambda: figures.layer_stack(trace, "draft"),
        "ledger_bars": lambda: figures.ledger_bars(trace, book, 1, STEPS - 1),
        "ledger_map": lambda: figures.ledger_map(trace, book, [0, 1]),
        "overview_strip": lambda: figures.overview_strip(run.overview, "valve"),
        "parameter_bars": lambda: figures.parameter_bars(parameters_of_kinds(model), "sieve"),
        "reset_signals": lambda: figures.reset_signals("sieve"),
        "reset_stack": lambda: figures.reset_stack(trace, measures.record_with_resets(said, X, 3), 3, [0, 1]),
        "histogram_map": lambda: figures.histogram_map(
            explorer.scan(model, X, scanning.Histograms())["valve"], model.cell().word("valve")
        ),
        "group_map": lambda: figures.group_map(
            explorer.scan(model, X, scanning.Moments(by="position"))["draft"], model.cell().word("draft")
        ),
        "matter_bars": lambda: figures.matter_bars(measures.matter(said, X, 1, others=2)),
        "patch_picture": lambda: figures.patch_picture(
            measures.patch_map(replace(said, head=Head(torch.ones(1, UNITS, dtype=torch.float64))), X, -X), {}
        ),
        "unit_lines": lambda: figures.unit_lines(trace, 1),
    }


def test_every_public_function_answers() -> None:
    named = calls()
    public = {
        name
        for room in (explorer, measures, figures)
        for name in room.__all__
        if inspect.isfunction(getattr(room, name))
    }
    assert public - NOT_OF_A_CELL == set(named)
    for name, call in named.items():
        assert call() is not None, name


def test_a_notebook_shows_it() -> None:
    html = explorer.record(model_of(), X).show().html
    assert "hold on" in html
    assert "Draft" in html


def test_the_figures_say_its_own_words() -> None:
    trace = explorer.record(model_of(), X)
    said = str(figures.gate_stack(trace).to_dict())
    assert "hold on" in said
    assert "let in" in said
    assert "Draft" in said
    assert "orget" not in said


def test_it_is_trained_beside_others_by_its_own_step() -> None:
    wave = np.sin(np.arange(120.0))
    outcome = fit(wave, ["sieve", "gru"], steps=15, hidden_size=4)
    twin = outcome.twins[0]
    assert (twin.title, twin.history[-1]["step"]) == ("Sieve", 15)
    said = explorer.record(twin.model(), wave[:-1, None]).output[-20:, 0]
    assert np.abs(said - twin.said).max() < 1e-4
    frames = {step: explorer.record(twin.model(one), outcome.shown) for step, one in outcome.films["sieve"].items()}
    film = reel_of(frames)
    assert film.signals == ("valve", "grain", "draft", "hidden")
