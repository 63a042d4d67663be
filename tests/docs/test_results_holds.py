"""What theory says of held gates, on the tasks' own held-out data."""

import pytest

from docs.results import FILE
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


def test_what_theory_demands_is_what_the_document_measured() -> None:
    text = FILE.read_text("utf-8").partition("## Gate surgery")[2]
    rows = [line.split("|") for line in text.splitlines() if "must be:" in line]
    assert len(rows) == 20
    assert {row[4].strip() for row in rows} == {"yes"}
    assert [heading for heading in JUDGES if f"### {heading}: " in text] == list(JUDGES)
