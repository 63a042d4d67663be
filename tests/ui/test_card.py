"""The card on paper."""

from dataclasses import replace

from explorer.models import load_model
from explorer.trace import record
from explorer.ui.models.card import sheet
from explorer.ui.models.card_facts import Card, card_of
from explorer.ui.session.request import Request
from explorer.ui.view.view import View


def bundled_card() -> Card:
    model = load_model("brackets-gru")
    assert model.text is not None
    encoded = model.text.encode("f(x)<b>")
    return card_of(View(Request(model="brackets-gru"), model, encoded, record(model, encoded)))


def test_what_came_from_a_file_is_escaped() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    card = replace(bundled_card(), title=hostile, notes=(hostile,), facts={hostile: hostile}, shapes=[{"a": hostile}])
    page = sheet(card)
    assert "<img" not in page
    assert page.count("&lt;img") == 5


def test_every_place_of_the_sheet_is_filled() -> None:
    page = sheet(bundled_card())
    assert "<!--" not in page
    assert "update gate" in page
    assert "weight_ih_l0" in page
    assert "f(x)&lt;b&gt;" in page
