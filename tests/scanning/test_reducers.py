"""Each reducer beside NumPy, or a loop, over the whole run at once; and what makes it fit to be taken apart."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import explorer
from explorer import scanning
from explorer.measures import Wanted, elsewhere
from explorer.scanning import Counts, Histograms, Matches, Moments, Passage, Ridge, Separation, moments_frame
from explorer.scanning.bins import bin_of, edges_of

STEPS = 900
X = np.random.default_rng(0).normal(size=(STEPS, 2)).astype(np.float32)
HIGH = X[:, 0] > 0.7


@cache
def model_of(kind: str = "lstm") -> explorer.Model:
    """Two layers, small."""
    return explorer.random_model(kind, 2, 5, seed=3, num_layers=2)


@cache
def trace_of(kind: str) -> explorer.Trace:
    """One run in one piece."""
    return explorer.record(model_of(kind), X)


def whole(model: explorer.Model, signal: str) -> np.ndarray:
    """(layer, direction, unit, time) of it, float64."""
    return trace_of(model.kind)[signal].astype(np.float64).transpose(0, 1, 3, 2)


def arrays(found: Any) -> list[np.ndarray]:
    """Every number in a result."""
    if isinstance(found, dict | tuple | list):
        return [one for part in (found.values() if isinstance(found, dict) else found) for one in arrays(part)]
    if hasattr(found, "__dataclass_fields__"):
        return [one for part in vars(found).values() for one in arrays(part)]
    return [np.asarray(found)] if isinstance(found, np.ndarray | int | float) else []


@pytest.mark.parametrize("kind", ["lstm", "gru", "mgu"])
def test_moments_are_those_of_the_whole_run(kind: str) -> None:
    model = model_of(kind)
    found = explorer.scan(model, X, Moments(), block=60)
    for signal in model.signals:
        values, one = whole(model, signal), found[signal]
        assert one.steps.tolist() == [STEPS]
        wanted = {"mean": values.mean(-1), "std": values.std(-1), "low": values.min(-1), "high": values.max(-1)}
        for name, expected in wanted.items():
            # A memory is rebuilt block by block, and rounds otherwise than in one piece.
            assert np.abs(getattr(one, name)[0] - expected).max() < 1e-6, name


def test_sums_are_kept_to_full_precision() -> None:
    values = 1e6 + 1e-3 * np.random.default_rng(1).normal(size=(1, 1, 5_000, 4))
    moments, state = Moments(("forget",)), Moments().empty()
    for part in np.array_split(values, 7, axis=2):
        state = moments.add(state, passage_of(part))
    found = moments.result(state)["forget"]
    assert np.abs(found.mean[0, 0, 0] / values.mean((0, 1, 2)) - 1).max() < 1e-14
    assert np.abs(found.std[0, 0, 0] / values.std((0, 1, 2)) - 1).max() < 1e-7
    still = moments.result(moments.add(moments.empty(), passage_of(np.full((1, 1, 50, 2), 0.3))))["forget"]
    assert still.std.max() == 0


def passage_of(values: np.ndarray, told: tuple[np.ndarray, ...] = ()) -> Passage:
    """Made-up values of a forget gate."""
    steps = values.shape[2]
    return Passage(model_of(), {"forget": values}, np.zeros(steps), np.arange(steps), None, told)


def test_groups_by_position_and_label() -> None:
    model, values = model_of(), whole(model_of(), "forget")
    position, label, counts = explorer.scan(
        model, X, [Moments(("forget",), by="position"), Moments(("forget",), by="high"), Counts("word")],
        labels={"high": HIGH, "word": np.where(HIGH, "up", "down")}, block=70,
    )  # fmt: skip
    assert position["forget"].groups[:5] == ("1", "2", "3–4", "5–8", "9–16")
    assert np.allclose(position["forget"].mean[3], values[..., 4:8].mean(-1), atol=1e-7)
    assert label["forget"].groups == ("False", "True")
    assert np.allclose(label["forget"].mean[1], values[..., HIGH].mean(-1), atol=1e-7)
    assert np.allclose(label["forget"].std[0], values[..., ~HIGH].std(-1), atol=1e-7)
    assert counts == {"steps": 900, "sequences": 1, "groups": {"down": int((~HIGH).sum()), "up": int(HIGH.sum())}}


def test_the_table_names_every_number() -> None:
    found = explorer.scan(model_of(), X, Moments(("forget",), by="high"), labels={"high": HIGH})
    table = moments_frame(found)
    row = table[(table.layer == 1) & (table.unit == 3) & (table.group == "True")].iloc[0]
    assert len(table) == 2 * 2 * 5
    assert (row["signal"], row["direction"], row["steps"]) == ("forget", "forward", HIGH.sum())
    assert row["mean"] == found["forget"].mean[1, 1, 0, 3]


@pytest.mark.parametrize("signal", ["forget", "candidate", "cell"])
def test_bins_keep_the_order_and_their_edges_are_true(signal: str) -> None:
    low = 0.0 if signal == "forget" else -30.0
    values = np.sort(np.random.default_rng(0).uniform(low, 1 if signal == "forget" else 30, 4_000)).astype(np.float32)
    bins, edges = bin_of(values, "lstm", signal, 64), edges_of("lstm", signal, 64)
    assert (np.diff(bins) >= 0).all()
    assert (values >= edges[bins] - 1e-5).all()
    assert (values <= edges[bins + 1] + 1e-5).all()
    far = 1.5 if signal == "forget" else np.inf
    assert bin_of(np.array([-far, far], np.float32), "lstm", signal, 64).tolist() == [0, 63]
    with pytest.raises(explorer.ArgumentError, match="runs away"):
        bin_of(np.array([np.nan], np.float32), "lstm", signal, 64)


def test_quantiles_are_right_to_a_bin() -> None:
    model = model_of()
    found = explorer.scan(model, X, Histograms(("forget", "cell"), bins=512), block=70)
    for signal, width in (("forget", 1 / 512), ("cell", 0.02)):
        assert (found[signal].counts.sum(-1) == STEPS).all()
        wanted = np.quantile(whole(model, signal), [0.05, 0.5, 0.95], axis=-1)
        assert np.abs(found[signal].quantiles([0.05, 0.5, 0.95])[:, 0] - wanted).max() <= width


def area_of_pairs(values: np.ndarray, yes: np.ndarray) -> float:
    """Every pair of a step of the concept and another, one by one."""
    pairs = values[yes][:, None] - values[~yes]
    return float(((pairs > 0) + 0.5 * (pairs == 0)).mean())


def test_the_area_is_that_of_all_pairs_to_the_slack_it_tells() -> None:
    model = model_of()
    # A label that a unit can know, and not every step has.
    told = np.where(np.arange(STEPS) % 7 == 0, np.nan, (whole(model, "cell")[0, 0, 2] > 0.05).astype(float))
    found = explorer.scan(model, X, Separation("known"), labels={"known": told}, block=70)
    taken = np.isfinite(told)
    assert (found["cell"].yes, found["cell"].no) == ((told == 1).sum(), (told == 0).sum())
    for signal in ("hidden", "cell"):
        for place in np.ndindex(2, 1, 5):
            wanted = area_of_pairs(whole(model, signal)[place][taken], told[taken] == 1)
            assert abs(found[signal].auc[place] - wanted) <= found[signal].slack[place] + 1e-6
            assert found[signal].slack[place] < 0.01
    assert found["cell"].auc[0, 0, 2] > 0.999
    assert abs(found["cell"].shuffled[0, 0, 2] - 0.5) < 0.2
    reversed_ = explorer.scan(model, X, Separation("known"), labels={"known": 1 - told}, block=70)
    assert np.allclose(reversed_["cell"].auc, 1 - found["cell"].auc)


def test_the_probe_is_ridge_regression() -> None:
    model = model_of()
    target = X[:, 1] + 0.5 * whole(model, "cell")[1, 0, 3]
    found = explorer.scan(model, X, Ridge("y", ("hidden", "cell"), penalty=0.01), labels={"y": target}, block=90)
    rows = np.concatenate([whole(model, name).reshape(10, -1) for name in ("hidden", "cell")]).T
    fit = np.arange(STEPS) % 90 < 72  # the last fifth of each block is held out
    z = (rows - rows[fit].mean(0)) / rows[fit].std(0)
    centred = target[fit] - target[fit].mean()
    weights = np.linalg.solve(z[fit].T @ z[fit] + 0.01 * fit.sum() * np.eye(20), z[fit].T @ centred)
    assert found.steps == (fit.sum(), (~fit).sum())
    assert np.abs(found.weights - weights).max() < 1e-5
    said = z @ weights + target[fit].mean()
    for share, steps in ((found.trained, fit), (found.held_out, ~fit)):
        left = ((target - said)[steps] ** 2).sum() / ((target[steps] - target[steps].mean()) ** 2).sum()
        assert abs(share - (1 - left)) < 1e-5
    place = next(at for at, one in enumerate(found.places) if tuple(one) == ("cell", 1, 0, 3))
    line = np.polyfit(rows[fit][:, place], target[fit], 1)
    left = ((target[~fit] - np.polyval(line, rows[~fit][:, place])) ** 2).sum()
    spread = ((target[~fit] - target[~fit].mean()) ** 2).sum()
    assert abs(found.scores[place] - (1 - left / spread)) < 1e-5


WANTED = (Wanted(2, 0.02), Wanted(4, 0.1, above=False))
REDUCERS = [Matches(WANTED), Counts("high"), Moments(by="high"), Histograms(bins=32), Separation("high"), Ridge("high")]


@pytest.mark.parametrize("block", [7, 70, 1_000])
@pytest.mark.parametrize("many", [False, True])
def test_matches_are_those_of_a_search_of_the_whole(block: int, many: bool) -> None:
    model = model_of()
    corpus = [X[:100], X[:1], X[100:104], X[104:]] if many else X
    lengths = [100, 1, 4, 796] if many else [900]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    values = np.concatenate([explorer.record(model, one)["cell"][1, 0] for one in (corpus if many else [X])])
    wanted = elsewhere(values, WANTED, starts=starts.tolist())
    count, found = explorer.scan(model, corpus, Matches(WANTED, "cell", 1, top=10_000), block=block)
    assert count == len(wanted) > 20
    at = sorted(int(starts[one.sequence]) + one.start for one in found)
    assert at == sorted(wanted.start.tolist())
    spans = {(int(starts[one.sequence]) + one.start, one.length) for one in found}
    assert spans == set(zip(wanted.start.tolist(), wanted.lengths.tolist(), strict=True))
    assert [one.length for one in found] == sorted(wanted.lengths.tolist(), reverse=True)
    few = explorer.scan(model, corpus, Matches(WANTED, "cell", 1, top=5, length=2), block=block)
    assert few[0] == count
    alike = sorted((min(one, 2) / max(one, 2) for one in wanted.lengths.tolist()), reverse=True)
    assert [min(one.length, 2) / max(one.length, 2) for one in few[1]] == alike[:5]


@pytest.mark.parametrize("reducer", REDUCERS, ids=lambda one: type(one).__name__)
def test_merging_is_associative_and_nothing_is_neutral(reducer: Any) -> None:
    seen: list[Passage] = []

    class Keep:
        concepts = reducer.concepts

        def empty(self) -> int:
            return 0

        def add(self, state: int, passage: Passage) -> int:
            seen.append(passage)
            return state

        def merge(self, first: int, second: int) -> int:
            return first + second

        def result(self, state: int) -> int:
            return state

    explorer.scan(model_of(), X, Keep(), labels={"high": HIGH}, block=300)
    a, b, c = (reducer.add(reducer.empty(), one) for one in seen)
    left = reducer.merge(reducer.merge(a, b), c)
    right = reducer.merge(a, reducer.merge(b, c))
    empty = reducer.merge(reducer.empty(), reducer.merge(left, reducer.empty()))
    assert len(arrays(left)) > 1
    for one, other, third in zip(arrays(left), arrays(right), arrays(empty), strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True)
        assert np.array_equal(one, third, equal_nan=True)
    added = reducer.add(reducer.add(a, seen[1]), seen[2])
    for one, other in zip(arrays(left), arrays(added), strict=True):
        assert np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (Moments(("forgot",)), "no signal 'forgot'"),
        (Moments(by="token"), "reads numbers and no tokens"),
        (Separation("none"), "no labels 'none'"),
        (Separation(lambda values: values[:3, 0]), "gave"),
        (Separation("many"), "numbers other than 0 and 1"),
        (Separation("words"), "True or False"),
        (Moments(by="many"), "more than 300 groups"),
        (Ridge("flat"), "the same at every step"),
        (Ridge("nothing"), "no step to fit"),
        (Matches((Wanted(9, 0.0),)), "no unit 9"),
        (Matches(((1, 0.0),), layer=2), "no layer 2"),
        (Moments, "a reducer"),
        ([], "what is empty"),
        ("moments", "a reducer"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(what: Any, said: str) -> None:
    labels = {
        "many": np.arange(float(STEPS)), "words": np.array(["a"] * STEPS), "flat": np.ones(STEPS),
        "nothing": np.full(STEPS, np.nan),
    }  # fmt: skip
    with pytest.raises(explorer.ExplorerError, match=said):
        explorer.scan(model_of(), X, what, labels=labels)


def test_one_class_has_no_area() -> None:
    found = explorer.scan(model_of(), X, Separation("all"), labels={"all": np.ones(STEPS)})["cell"]
    assert np.isnan(found.auc).all()
    assert (found.yes, found.no) == (STEPS, 0)
    assert replace(scanning.Moments(), by="high").concepts == ("high",)
