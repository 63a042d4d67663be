"""Catalogues: nothing is translated that is not asked for, nothing is filled in that is not there, none is stale."""

import gettext
import re
from pathlib import Path

import polib
import pytest

from docs.languages import asked_words, catalogues, known_words
from explorer.cells import CELLS
from explorer.languages import known_languages, own_name, preferred, say, speak
from explorer.ui.frame import ROOMS
from tests.ui.screen import Screen

CATALOGUES = catalogues()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_a_catalogue_translates_what_there_is_and_nothing_else(path: Path) -> None:
    words = polib.pofile(str(path))
    assert {entry.msgid for entry in words} - known_words() == set()
    for entry in words:
        assert entry.msgstr
        assert sorted(re.findall(r"\{\w*\}", entry.msgstr)) == sorted(re.findall(r"\{\w*\}", entry.msgid))
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert [entry.msgid for entry in words if compiled.gettext(entry.msgid) != entry.msgstr] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parents[1].name)
def test_menus_and_signals_are_translated(path: Path) -> None:
    known = {entry.msgid for entry in polib.pofile(str(path))}
    signals = {text for cell in CELLS.values() for one in cell.words for text in (one.title, one.meaning)}
    assert ({text for room in ROOMS for text in (room.group, room.title)} | signals) - {""} <= known
    assert len(asked_words() & known) > 100


def test_a_language_is_said_in_it_and_what_is_unknown_stays_english() -> None:
    try:
        assert known_languages()[0] == "en"
        assert {own_name("de"), own_name("es"), own_name("en")} == {"Deutsch", "Español", "English"}
        speak("de")
        assert say("Next step") == "Nächster Schritt"
        assert (say("No such words"), say("")) == ("No such words", "")
        speak("xx")
        assert say("Next step") == "Next step"
    finally:
        speak("en")
    asked = {"de-CH,de;q=0.9,en;q=0.8": "de", "fr,es;q=0.5": "es", "": "en", "zz": "en", "EN-us": "en"}
    assert {one: preferred(one) for one in asked} == asked


def test_the_link_names_the_language_of_menus_bar_signals_and_lesson() -> None:
    screen = Screen("", lang="de", lesson="one-neuron.1")
    labels = [str(one.proto.popover.label) for one in screen.app.get("popover")]
    assert "Beispiele" in labels
    names = [note["text"] for note in screen.charts[0]["layout"]["annotations"]]
    assert any("Forget-Gate" in name and "0 löschen · 1 behalten" in name for name in names)
    assert screen.link["lang"] == "de"
    assert screen.press("again").link == {"lang": "de"}
    assert "Examples" in [str(one.proto.popover.label) for one in Screen("").app.get("popover")]
