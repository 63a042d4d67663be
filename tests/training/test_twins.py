"""Twins side by side: the same data, the same numbers again, the same table from the downloaded script."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import explorer.training as training
from explorer import record
from explorer.cells import CELLS
from explorer.errors import Cancelled, ExplorerError
from explorer.models import load_checkpoint
from explorer.sequences import Labelled
from explorer.training import Outcome, Settings, Step, Task, Twins, fit
from explorer.training.learner import KINDS, Learner, Shape
from explorer.training.script import script_of, table_of, weights_file
from explorer.training.side_by_side import main

ROOT = Path(__file__).parents[2]
WAVE = np.sin(np.arange(200.0) / 3) + 5
LINES = [f"hello world {number}" for number in range(30)]
LABELLED = [Labelled("ab"[number % 2], f"hello {'xy'[number % 2]} {number}") for number in range(30)]


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return fit(WAVE, ["gru", "rnn"], seeds=[0, 1], steps=80, hidden_size=12)


def test_the_table_has_a_row_a_cell_and_a_row_a_baseline(outcome: Outcome) -> None:
    rows = outcome.rows()
    assert [row[""] for row in rows[:3]] == ["GRU", "RNN", "the last value"]
    assert list(rows[0]) == ["", "mae", "rmse", "mape", "parameters", "seconds"]
    assert outcome.twins[0].parameters == 3 * 12 * (1 + 12 + 2) + 13
    errors = outcome.twins[0].said - outcome.truth
    assert outcome.twins[0].scores["mae"] == pytest.approx(np.abs(errors).mean())
    assert outcome.twins[0].scores["rmse"] == pytest.approx(np.sqrt((errors**2).mean()))
    assert outcome.twins[0].scores["mape"] == pytest.approx(100 * np.abs(errors / outcome.truth).mean())
    assert outcome.baselines["the last value"]["mae"] == pytest.approx(np.abs(np.diff(WAVE))[-33:].mean())


def test_the_same_seed_gives_the_same_table_whatever_trains_beside_it(outcome: Outcome) -> None:
    alone = fit(WAVE, ["rnn"], seeds=[1], steps=80, hidden_size=12).twins[0]
    beside = outcome.of("rnn")[1]
    assert all((alone.weights[name] == beside.weights[name]).all() for name in alone.weights)
    assert alone.scores == beside.scores


def test_a_twin_is_a_model_of_the_session_at_any_step_of_its_film(outcome: Outcome) -> None:
    model = outcome.twins[0].model()
    assert model.name == f"my GRU, step {outcome.twins[0].best_step}"
    said = record(model, WAVE[:-1, None]).output[-33:, 0]
    assert np.abs(said - outcome.twins[0].said).max() < 1e-4
    film = outcome.films["gru"]
    assert {0, 1, 80} <= set(film)
    early = outcome.twins[0].model(film[1], 1)
    assert np.abs(early.weights()["weight_hh"] - film[1]["rnn.weight_hh_l0"]).max() == 0
    assert (early.weights()["weight_hh"] != model.weights()["weight_hh"]).any()


def test_going_on_is_the_networks_own_guesses_fed_back(outcome: Outcome) -> None:
    twin = outcome.twins[0]
    model, series = twin.model(), list(WAVE[:-33])
    for _ in range(5):
        series.append(float(record(model, np.array(series)[:, None]).output[-1, 0]))
    assert np.abs(np.array(series[-5:]) - twin.going_on[:5]).max() < 1e-4
    assert twin.going_on[0] == pytest.approx(twin.said[0], abs=1e-5)


def test_several_steps_ahead_each_value_is_said_from_what_was_known_then() -> None:
    task = training.Forecast(WAVE, 30, 7, 40, horizon=3)
    twin = fit(task, ["gru"], steps=20).twins[0]
    model = twin.model()
    for place in (0, 11, 29):
        known = WAVE[: len(WAVE) - 30 + place - 2]
        assert record(model, known[:, None]).output[-1, 0] == pytest.approx(twin.said[place], abs=1e-4)
    assert np.array_equal(task.guesses["the value 3 steps before"], WAVE[-33:-3])
    assert twin.going_on[:3] == pytest.approx(twin.said[:3], abs=1e-5)


def test_scaling_is_fitted_on_the_training_part_alone() -> None:
    changed = WAVE.copy()
    changed[-60:] += 100
    one, other = (training.Forecast(values, 30, 7, 40) for values in (WAVE, changed))
    assert one.scaling == other.scaling
    assert (one.batch(0, 3).inputs == other.batch(0, 3).inputs).all()


def test_who_is_best_is_said_only_where_spreads_do_not_overlap(outcome: Outcome) -> None:
    assert "One seed" in fit(WAVE, ["gru", "rnn"], steps=2, hidden_size=4).verdict()
    low, high = sorted(outcome.spread(kind, "mae") for kind in outcome.kinds)
    apart = low[2] < high[1]
    assert ("is best" in outcome.verdict()) == apart or "None is best" in outcome.verdict()


@pytest.mark.parametrize("kind", [kind for kind in CELLS if kind not in KINDS])
def test_a_cell_that_pytorch_lacks_is_trained_by_its_own_step(kind: str) -> None:
    task = training.make_task("anbn")
    twin = fit(task, [kind], steps=6, hidden_size=6, num_layers=2).twins[0]
    model, batch = twin.model(), task.validation[0]
    learner = Learner(kind, task.shape)
    learner.load_state_dict({name: torch.from_numpy(value) for name, value in twin.weights.items()})
    steps = int(batch.counted[:, 0].sum())
    ours = record(model, batch.inputs[:steps, 0].numpy()).output
    assert np.abs(ours - learner.predict(batch.inputs[:steps, :1])[:, 0].numpy()).max() < 1e-5


def test_cells_of_pytorchs_are_the_same_by_their_own_step() -> None:
    from explorer.training.layers import CellLayers

    for kind, module in KINDS.items():
        theirs = module(3, 5, 2, bidirectional=True)
        ours = CellLayers(kind, 3, 5, 2, bidirectional=True)
        ours.load_state_dict(theirs.state_dict())
        x = torch.randn(7, 2, 3, generator=torch.Generator().manual_seed(0))
        expected, ends = theirs(x)
        found, last = ours(x)
        assert torch.allclose(found, expected, atol=1e-6)
        for one, other in zip(
            ends if isinstance(ends, tuple) else [ends], last if isinstance(last, tuple) else [last], strict=True
        ):
            assert torch.allclose(one, other, atol=1e-6)


def test_keep_gates_begin_as_they_are_told() -> None:
    for kind, cell in CELLS.items():
        if cell.keep_gate is None:
            continue
        learner = Learner(kind, Shape(3, 5, 2, num_layers=2), Settings(bias=3.0).beginning)
        row = cell.blocks.index(cell.keep_gate) * 5
        for layer in range(2):
            both = sum(dict(learner.rnn.named_parameters())[f"{name}_l{layer}"] for name in cell.bias_fields)
            assert both[row : row + 5].tolist() == [3.0 * cell.keep_sign()] * 5
    chrono = Learner("lstm", Shape(1, 400, 1), Settings(longest=100).beginning)
    forget, entry = (chrono.rnn.bias_ih_l0[rows] for rows in (slice(400, 800), slice(0, 400)))
    assert (forget == -entry).all()
    assert 35 < float(forget.detach().exp().median()) < 65


def test_what_is_stopped_keeps_what_it_learned() -> None:
    def stop(step: Step) -> None:
        if step.step == 21 and step.kind == "rnn":
            raise Cancelled("enough")

    outcome = fit(WAVE, ["gru", "rnn"], steps=80, hidden_size=6, report=stop)
    assert outcome.stopped
    assert [one.step for one in outcome.twins] == [22, 21]
    assert all(one.history[-1]["step"] == one.step for one in outcome.twins)


def test_twins_go_on_as_if_they_had_not_been_stopped() -> None:
    def twins() -> Twins:
        return Twins(Settings(steps=30, dropout=0.1).apply(training.make_task("sst")), ["rnn", "gru"], [0, 1])

    whole, stopped, resumed = twins(), twins(), twins()
    for _ in whole:
        pass
    for count, _ in enumerate(stopped):
        if count == 41:
            break
    resumed.load_state_dict(stopped.state_dict())
    for _ in resumed:
        pass
    for key, one in whole.fittings.items():
        assert one.history == resumed.fittings[key].history
    assert whole.film.keys() == resumed.film.keys()
    assert all(whole.film[kind].keys() == resumed.film[kind].keys() for kind in whole.film)


DATA = {
    "series": (lambda: training.Forecast(WAVE, 30, 7, 40, 2), ["gru", "rnn"], {"dropout": 0.2, "num_layers": 2}),
    "chrono": (lambda: training.Forecast(WAVE, 30, 7, 40), ["lstm", "peephole"], {"longest": 20}),
    "diverging": (lambda: training.Forecast(WAVE, 30, 7, 40), ["lstm"], {"rate": 100.0}),
    "lines": (lambda: training.Lines(LINES), ["gru"], {}),
    "classes": (lambda: training.Classes(LABELLED), ["gru"], {"bias": 2.0}),
    "task": (lambda: training.make_task("anbn"), ["gru"], {}),
}


@pytest.mark.parametrize("name", DATA)
def test_the_downloaded_script_prints_the_same_table(name: str, tmp_path: Path) -> None:
    make, kinds, more = DATA[name]
    settings = Settings(steps=21, hidden_size=7, **more)
    task: Task = settings.apply(make())
    file = tmp_path / "train.py"
    file.write_text(script_of(Twins(task, kinds, [0, 3], settings)), "utf-8")
    printed = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    ).stdout
    assert printed == table_of(fit(task, kinds, seeds=[0, 3], **settings.given()))


def test_weights_open_as_a_checkpoint_with_their_card(outcome: Outcome) -> None:
    twin = outcome.twins[0]
    again = load_checkpoint(weights_file(twin))
    assert again.kind == "gru"
    assert (again.weights()["weight_hh"] == twin.model().weights()["weight_hh"]).all()
    assert twin.card["provenance"]["command"].startswith(
        "explorer.training.fit(data, ['gru'], seeds=[0], hidden_size=12"
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (np.arange(5.0), "5 values"),
        (np.append(WAVE, np.nan), "1 value of the series is missing"),
        (np.zeros((4, 2)), "one series"),
        (np.zeros(100_001), "100,001 values"),
        ("nothing", "There is no task 'nothing'"),
    ],
)
def test_data_that_cannot_be_learned_are_refused_in_a_sentence(data: object, sentence: str) -> None:
    with pytest.raises(ExplorerError, match=sentence):
        fit(data, ["rnn"], steps=1)


@pytest.mark.parametrize(
    "options", [{"rate": -1.0}, {"steps": 10**9}, {"seeds": []}, {"kinds": ["gru", "gru"]}, {"longest": 2}]
)
def test_settings_beyond_their_bounds_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ExplorerError, match="give"):
        fit(WAVE, **({"kinds": ["rnn"], "steps": 1} | options))


def test_a_constant_series_and_a_diverging_training_end_with_a_result() -> None:
    flat = fit(np.full(120, 7.0), ["rnn"], steps=10)
    assert np.isfinite(flat.twins[0].scores["mae"])
    assert [one[:39] for one in flat.troubles()] == ["The RNN is worse than every answer with"]
    several = fit(np.full(120, 7.0), ["lstm", "gru", "rnn"], steps=2)
    assert [one[:30] for one in several.troubles()] == ["The LSTM, GRU and RNN are wors"]
    wild = fit(WAVE, ["rnn"], steps=60, rate=1000.0)
    assert len(wild.troubles()) == 1
    zeros = fit(np.zeros(120), ["rnn"], steps=3)
    assert "mape" not in zeros.twins[0].scores


def test_a_loss_that_is_no_number_ends_a_twin_and_leaves_the_rest() -> None:
    task = Settings(steps=40).apply(training.make_task("sst"))
    twins = Twins(task, ["rnn", "gru"])
    for step in twins:
        if step.kind == "rnn" and step.step == 5:
            with torch.no_grad():
                twins.fittings["rnn", 0].learner.head.weight.fill_(float("nan"))
    assert (twins.fittings["rnn", 0].diverged, twins.fittings["rnn", 0].step) == (6, 6)
    assert twins.fittings["gru", 0].step == 40
    from explorer.training.fit import outcome_of

    outcome = outcome_of(twins)
    assert "no number any more at step 6" in outcome.troubles()[0]
    assert np.isfinite(outcome.twins[0].scores["mae"])


def test_classes_with_one_member_are_trained_on_and_said() -> None:
    task = training.Classes([*LABELLED, Labelled("c", "alone")])
    assert "'c' has 1 line" in task.notes[0]
    assert all(label != 2 for _, label in task.parts["held out"] + task.parts["validation"])
    assert any(label == 2 for _, label in task.parts["training"])
    with pytest.raises(ExplorerError, match="No class has three lines"):
        training.Classes([Labelled(str(number), "x") for number in range(9)])
    with pytest.raises(ExplorerError, match="two classes"):
        training.Classes([Labelled("a", "x")] * 9)
    with pytest.raises(ExplorerError, match="takes 5"):
        training.Lines(["one", "two"])


def test_own_lines_are_learned_better_than_by_counting() -> None:
    lines = fit(training.Lines(LINES), ["gru"], steps=150)
    assert lines.twins[0].scores["nats"] < min(one["nats"] for one in lines.baselines.values())
    classes = fit(training.Classes(LABELLED), ["gru"], steps=100)
    assert classes.twins[0].scores["accuracy"] == 1.0


def test_the_command_line_fits_twins_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wave.csv"
    file.write_text("wave\n" + "\n".join(map(str, WAVE)))
    assert (
        main([str(file), "--cells", "rnn", "--steps", "5", "--hidden-size", "4", "--out", str(tmp_path / "out")]) == 0
    )
    assert "RNN\t" in capsys.readouterr().out
    assert {one.name for one in (tmp_path / "out").iterdir()} == {"rnn-seed0.safetensors", "rnn-seed0.json", "train.py"}
    assert main(["nothing.csv"]) == 2
    assert "nothing.csv is no task and no file" in capsys.readouterr().err
