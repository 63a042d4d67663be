"""Whatever is typed, uploaded or linked: a sentence or a result, never an exception, and nothing typed is lost."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from explorer.models import list_models
from explorer.ui.session.request import CHOICES
from tests.ui.screen import Screen

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "empty": "",
    "blank": "   ",
    "one character": "(",
    "emoji": "👩‍👩‍👧 🎉",
    "right to left": "שלום (עולם) مرحبا",
    "reordering": "a\u202eb\u2066c",
    "markup": SCRIPT,
    "markdown": "![x](https://example.org/x.png) [y](javascript:alert(1)) $x$ :smile: `z",
    "a slip in numbers": "1,2,x",
    "nan and inf": "nan, inf, -inf",
    "one nan": "1, nan, 3",
    "too large": "1e400, 1",
    "only commas": ",,,",
    "zero byte": "a\0b",
    "template": "{{7*7}} %s %(a)s {0} ${y}",
}
NUMBERS_MODEL, TEXT_MODEL = "sst-lstm", "brackets-lstm"


def outcome(screen: Screen) -> str:
    """Either a picture or exactly one sentence."""
    if screen.drawn:
        assert screen.warnings == []
        return "drawn"
    assert len(screen.warnings) == 1
    sentence = screen.warnings[0]
    assert sentence.endswith((".", "?"))
    assert "Error" not in sentence
    assert "Traceback" not in sentence
    return sentence


@pytest.mark.parametrize("model", [TEXT_MODEL, NUMBERS_MODEL, "random"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_anything_typed_is_drawn_or_answered_and_stays_in_the_line(model: str, text: str) -> None:
    screen = Screen(model=model, text="1").type(text)
    assert outcome(screen)
    assert screen.line == text
    assert screen.request.sequence.text == text
    assert screen.link.get("text") == text


@pytest.mark.parametrize("name", ["one character", "emoji", "right to left", "markup", "markdown", "nan and inf"])
def test_a_model_of_characters_draws_any_characters(name: str) -> None:
    screen = Screen().type(HOSTILE[name])
    assert outcome(screen) == "drawn"
    assert {panel.shape for panel in screen.panels.values()} == {(20, len(HOSTILE[name]))}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No numbers were typed"),
        ("20, 21, x", "'x' (line 1, item 3) is not a number"),
        ("20, nan, 21", "'nan' (line 1, item 2) is not a finite number"),
        ("20, 21, inf", "'inf' (line 1, item 3) is not a finite number"),
        ("20,,21", "Nothing stands between two separators"),
    ],
)
def test_what_is_no_list_of_numbers_is_said(typed: str, said: str) -> None:
    assert said in outcome(Screen(model=NUMBERS_MODEL, text="1").type(typed))


MARKDOWN = "20, 21, ![](//x.example/a.png)", "20, 21, [y](//x.example)", "20, 21, $x$"


@pytest.mark.parametrize("typed", MARKDOWN)
def test_a_sentence_that_quotes_markdown_shows_it_as_it_is(typed: str) -> None:
    word = typed.rpartition(" ")[2]
    sentence = Screen(model=NUMBERS_MODEL, text=typed).warnings[0]
    assert word not in sentence
    assert word in sentence.replace("\\", "")


def test_ragged_rows_are_said() -> None:
    assert "Line 2 has 1 number, line 1 has 2" in outcome(Screen(model="random").paste("1 2\n3"))


def test_an_empty_line_is_said() -> None:
    assert outcome(Screen().type("")).replace("\\", "") == "The text has no character: type at least one character."


def test_text_for_a_model_of_numbers_opens_with_one_button() -> None:
    screen = Screen(model=NUMBERS_MODEL).type("f(x)")
    assert "reads numbers; your line is text" in outcome(screen)
    assert screen.app.button(key="fitting").label == "Open it with Brackets · LSTM"
    screen.press("fitting")
    assert outcome(screen) == "drawn"
    assert (screen.request.model, screen.line) == (TEXT_MODEL, "f(x)")


def test_two_columns_for_a_model_of_one_open_with_one_button() -> None:
    screen = Screen(model=NUMBERS_MODEL).paste("20 1\n21 2\n22 3")
    assert "2" in outcome(screen)
    screen.press("fitting")
    assert outcome(screen) == "drawn"
    assert screen.request.sequence.text == "20 1\n21 2\n22 3"


@pytest.mark.parametrize("source", ["generator", "upload"])
def test_numbers_for_a_model_of_text_open_with_one_button(source: str) -> None:
    screen = Screen(model=TEXT_MODEL, source=source)
    outcome(screen)
    assert screen.press("fitting").request.model == "random"


@pytest.mark.parametrize("typed", ["1,2,x", "20, nan, 21"])
def test_no_button_is_offered_where_no_model_could_read_it(typed: str) -> None:
    screen = Screen(model=NUMBERS_MODEL).type(typed)
    assert not screen.has("button", "fitting")


TYPED = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NUMERIC = st.lists(st.one_of(st.floats().map(str), st.sampled_from(["x", "", ";", "−1", "1e9"])), max_size=6)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(TYPED | NUMERIC.map(", ".join), st.sampled_from([TEXT_MODEL, NUMBERS_MODEL, "random"]))
def test_any_text_is_drawn_or_answered(text: str, model: str) -> None:
    screen = Screen(model=model, source="typed", text=text)
    assert outcome(screen)
    assert screen.request.sequence.text == text
    assert screen.link.get("text") == text


NONSENSE = st.one_of(TYPED, st.integers().map(str), st.floats().map(str))
SMALL = {"length": 50, "hidden": 8, "layers": 2, "proj": 9}


def sensible(one: Any) -> st.SearchStrategy[str]:
    """A value that a link may well have, most of all one that does not go with the others."""
    if one.name == "model":
        return st.sampled_from([*list_models(), "random"])
    if "choices" in one.metadata:
        return st.sampled_from(one.metadata["choices"])
    if one.type is int:
        low = one.metadata["low"]
        return st.integers(low, max(low, SMALL.get(one.name, 12))).map(str)
    return st.sampled_from(["0", "1"]) if one.type is bool else TYPED


LINKS = st.fixed_dictionaries({}, optional={"z": NONSENSE} | {one.name: sensible(one) | NONSENSE for one in CHOICES})


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(LINKS)
def test_any_link_is_drawn_or_answered(link: dict[str, str]) -> None:
    screen = Screen(**link)
    assert outcome(screen)
    screen.open("source").open("examples").open("share")


@pytest.mark.parametrize("spelt", ["", "-1", "nan", "zzz", SCRIPT, "9" * 400, "\0"])
def test_nonsense_in_every_parameter_at_once(spelt: str) -> None:
    names = [one.name for one in CHOICES if one.name not in ("text", "source")]
    assert outcome(Screen(**dict.fromkeys(names, spelt), z=spelt)) == "drawn"


@pytest.mark.parametrize(
    "settings_",
    ["length=5", "name=5", "seed=1", "a b=1", "=5", "period=nan", "period=inf", "period=-1", "period=1e9", SCRIPT],
)
def test_nonsense_in_the_settings_of_a_generator(settings_: str) -> None:
    screen = Screen(model="random", source="generator", settings=settings_)
    outcome(screen)
    screen.source("Generator")


@pytest.mark.parametrize(
    ("offset", "scale"), [("", ""), ("x", "1"), ("nan", "1"), ("0", "0"), ("1 2 3", "1"), ("1e308", "1e-308")]
)
def test_nonsense_in_a_typed_scaling(offset: str, scale: str) -> None:
    screen = Screen(model="random", text="1 2 3", scaling="typed", offset=offset, scale=scale)
    assert outcome(screen) != "drawn"
    assert screen.line == "1 2 3"
    screen.source("Generator")


def test_what_is_too_long_to_be_kept_is_not_recorded_but_offered_in_chunks() -> None:
    screen = Screen(model="random", source="generator", length="100000", hidden="512")
    assert not screen.drawn
    assert "This sequence has 100,000 steps: it is run in chunks" in screen.app.info[0].value
    assert screen.has("button", "run-long")
