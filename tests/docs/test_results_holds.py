"""What theory says of held gates, on the tasks' own held-out data."""

import pytest

from docs.results_holds import JUDGES, SURGERIES, Surgery, scores
from explorer.models import load_card


@pytest.mark.parametrize(
    ("name", "surgery"),
    [
        ("recall-lstm", SURGERIES["lstm"][0]),
        ("recall-gru", SURGERIES["gru"][0]),
        ("brackets-lstm", SURGERIES["lstm"][2]),
    ],
    ids=lambda one: one.words if isinstance(one, Surgery) else one,
)
def test_a_network_that_cannot_carry_anything_answers_at_chance(name: str, surgery: Surgery) -> None:
    card = load_card(name)
    judge = JUDGES[card["task"]]
    assert surgery.forgets
    assert judge.broken(scores(name, surgery)[judge.score], card)
    assert not judge.broken(card["metrics"][judge.score], card)


def test_holding_nothing_gives_the_scores_of_the_card() -> None:
    expected = load_card("recall-lstm")["metrics"]
    assert scores("recall-lstm", None)["accuracy"] == pytest.approx(expected["accuracy"], abs=1e-3)
