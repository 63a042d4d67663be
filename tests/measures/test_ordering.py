"""Which units come first."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import Clamp, Trace, UnknownSignalError, random_model, record
from explorer.measures import (
    ORDERS,
    Order,
    alike,
    choose_units,
    leading_signal,
    memory_signal,
    rank_units,
    time_constants,
)
from tests.models.configurations import Configuration, configurations

X = np.random.default_rng(2).normal(size=(30, 2))
LEADING = {"lstm": "forget", "gru": "update", "rnn": "hidden"}
MEMORY = {"lstm": "cell", "gru": "hidden", "rnn": "hidden"}


def _score(trace: Trace, by: str, unit: int) -> float:
    gate = [float(value) for value in trace.select(LEADING[trace.kind], 0, "reverse")[:, unit]]
    if by == "movement":
        moves = [abs(after - before) for before, after in pairwise(gate)]
        return sum(moves) / len(moves)
    if by == "openness":
        return sum(gate) / len(gate)
    return float(np.std(np.float64(trace.select(MEMORY[trace.kind], 0, "reverse")[:, unit])))


@pytest.mark.parametrize("by", ["movement", "openness", "spread"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_ranking_goes_from_most_to_least(kind: str, by: Order) -> None:
    trace = record(random_model(kind, 2, 9, bidirectional=True, seed=3), X)
    ranked = rank_units(trace, by, 0, "reverse")
    scores = [_score(trace, by, int(unit)) for unit in ranked]
    assert sorted(ranked) == list(range(9))
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_longest_memory_comes_first_and_the_order_is_kept(kind: str) -> None:
    trace = record(random_model(kind, 2, 9, bidirectional=True, seed=3), X)
    taus = time_constants(trace, 0, "reverse")
    ranked = choose_units(trace, None, "constant", True, 0, "reverse")
    assert taus[list(ranked)].tolist() == sorted(taus.tolist(), reverse=True)


def test_by_likeness_units_stand_as_the_leaves_of_their_tree() -> None:
    trace = record(random_model("lstm", 2, 9, seed=3), X)
    assert choose_units(trace, None, "alike") == alike(trace.select("cell")).order
    assert rank_units(record(random_model("lstm", 2, 4), X[:1]), "alike").tolist() == [0, 1, 2, 3]


def test_without_time_constants_the_units_keep_their_numbers() -> None:
    assert rank_units(record(random_model("rnn", 2, 5), X), "constant").tolist() == [0, 1, 2, 3, 4]
    held = record(random_model("gru", 2, 3), X, clamps=[Clamp("update", -0.5, units=0), Clamp("update", 1.0, units=2)])
    assert rank_units(held, "constant").tolist() == [2, 1, 0]


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_the_leading_gate_and_the_memory(kind: str) -> None:
    assert (leading_signal(kind), memory_signal(kind)) == (LEADING[kind], MEMORY[kind])


def test_index_keeps_the_model_s_order_and_equals_stay_in_it() -> None:
    model = random_model("lstm", 2, 5)
    assert rank_units(record(model, X), "index").tolist() == [0, 1, 2, 3, 4]
    still = record(model, X, clamps=[Clamp("forget", 0.5)])
    assert rank_units(still, "movement").tolist() == [0, 1, 2, 3, 4]
    assert rank_units(record(model, X[:1])).tolist() == [0, 1, 2, 3, 4]


def test_an_unknown_order_is_named() -> None:
    with pytest.raises(UnknownSignalError, match=r"'beauty'.*movement"):
        rank_units(record(random_model("lstm", 2, 3), X), "beauty")  # type: ignore[arg-type]


@settings(max_examples=60)
@given(
    config=configurations(most_steps=20, most_layers=2),
    count=st.none() | st.integers(1, 15),
    by=st.sampled_from(list(ORDERS)),
    similar=st.booleans(),
)
def test_chosen_units_are_the_leading_ones_each_once(
    config: Configuration, count: int | None, by: Order, similar: bool
) -> None:
    trace = record(config.model(), config.x())
    chosen = choose_units(trace, count, by, similar, layer=config.num_layers - 1)
    ranked = rank_units(trace, by, layer=config.num_layers - 1).tolist()
    wanted = ranked[:count]
    assert sorted(chosen) == sorted(wanted)
    assert chosen[0] == wanted[0]
    assert all(isinstance(unit, int) for unit in chosen)
    if not similar:
        assert list(chosen) == wanted


def test_similar_units_stand_side_by_side() -> None:
    base = np.sin(np.arange(30))
    other = np.cos(1.7 * np.arange(30))
    gate = np.stack([base, other, 0.9 * base, 0.8 * other, 0.7 * base], axis=1) / 3 + 0.5
    trace = record(random_model("lstm", 2, 5), X, clamps=[Clamp("forget", gate)])
    assert choose_units(trace, similar=False) != (0, 2, 4, 3, 1)
    chain = choose_units(trace)
    families = [unit in (0, 2, 4) for unit in chain]
    assert sum(left != right for left, right in pairwise(families)) == 1
