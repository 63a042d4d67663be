"""Undo, redo, start again, another model, another session: nothing typed is lost, and nothing leaks."""

import pytest

from explorer.sequences import GENERATORS
from explorer.ui.session import state
from tests.ui.screen import Screen


def is_off(screen: Screen, key: str) -> bool:
    return bool(screen.app.button(key=key).disabled)


def test_undo_and_redo_go_through_what_was_typed(landing: Screen) -> None:
    assert is_off(landing, "undo")
    assert is_off(landing, "redo")
    landing.type("f(x)").type("g[y]")
    assert landing.press("undo").line == "f(x)"
    assert landing.link["text"] == "f(x)"
    assert landing.press("undo").link == {}
    assert is_off(landing, "undo")
    assert landing.press("redo").press("redo").line == "g[y]"
    assert is_off(landing, "redo")


def test_undo_takes_back_every_kind_of_choice(landing: Screen) -> None:
    landing.choose("model", "brackets-gru").choose("order", "index").choose("units", 5).choose("start", "random")
    for _ in range(4):
        landing.press("undo")
    assert landing.link == {}
    assert is_off(landing, "undo")


def test_a_new_choice_ends_what_could_be_redone(landing: Screen) -> None:
    landing.type("f(x)").press("undo").type("g[y]")
    assert is_off(landing, "redo")


def test_twenty_steps_can_be_undone() -> None:
    screen = Screen(text="0")
    for text in map(str, range(1, 23)):
        screen.type(text)
    for _ in range(20):
        screen.press("undo")
    assert screen.line == "2"
    assert is_off(screen, "undo")


@pytest.mark.parametrize(
    "link",
    [
        {"units": "4096"},
        {"layer": "9", "view": "layers"},
        {"model": "nothing"},
        {"model": "random", "layers": "2", "view": "layers"},
        {"model": "random", "layers": "2", "view": "layers", "signal": "nothing", "direction": "reverse"},
    ],
    ids=str,
)
def test_what_the_page_puts_right_itself_is_no_step_to_undo(link: dict[str, str]) -> None:
    screen = Screen(**link)
    assert is_off(screen.run(), "undo")
    screen.type("f(x)").type("g[y]").press("undo")
    assert screen.line == "f(x)"
    assert is_off(screen.press("undo"), "undo")


def test_start_again_is_the_landing_view_and_can_be_undone(landing: Screen) -> None:
    fresh = landing.request
    landing.type("f(x)").choose("order", "index").press("again")
    assert landing.link == {}
    assert landing.request == fresh
    landing.press("undo")
    assert landing.line == "f(x)"
    assert landing.request.shown.order == "index"


@pytest.mark.parametrize("model", ["brackets-gru", "brackets-rnn", "random"])
def test_another_model_keeps_what_was_typed(landing: Screen, model: str) -> None:
    assert landing.type("f(x)").choose("model", model).line == "f(x)"
    assert landing.drawn
    assert landing.panels["hidden"].shape[1] == 4


def test_a_model_of_another_kind_brings_its_example_and_undo_brings_the_text_back(landing: Screen) -> None:
    landing.type("f(x)").choose("model", "sst-lstm")
    assert landing.drawn
    assert landing.request.sequence.source == "example"
    assert landing.press("undo").line == "f(x)"
    assert landing.request.model == "brackets-lstm"


def test_numbers_typed_are_kept_by_another_model_of_numbers() -> None:
    screen = Screen(model="random", text="20 21 25").choose("model", "sst-lstm")
    assert screen.line == "20 21 25"
    assert screen.choose("model", "sst-gru").line == "20 21 25"
    assert screen.drawn


def test_a_generated_series_is_kept_by_another_model_of_numbers() -> None:
    screen = Screen(model="random", source="generator").choose("model", "sst-lstm")
    assert screen.request.sequence.source == "generator"


def test_an_address_the_browser_goes_to_is_followed(landing: Screen) -> None:
    landing.app.query_params["text"] = "g[y]"
    assert landing.run().line == "g[y]"


def test_an_old_address_that_comes_with_a_new_choice_takes_nothing_back(
    landing: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_ECHO_SECONDS", 1e6)
    landing.type("f(x)")
    landing.app.query_params.clear()
    assert landing.choose("order", "index").line == "f(x)"
    assert landing.request.shown.order == "index"
    assert not is_off(landing, "undo")


def test_two_sessions_share_no_choice(landing: Screen) -> None:
    other = Screen()
    landing.type("f(x)").choose("order", "index")
    assert other.run().link == {}
    assert other.request.sequence.text == ""
    assert is_off(other, "undo")


def test_share_says_that_the_link_holds_the_text(landing: Screen) -> None:
    assert "This link contains your text." not in landing.open("share").captions
    assert "This link contains your text." in landing.type("f(x)").captions
    assert landing.shared == {"source": "typed", "text": "f(x)"}


def test_a_long_text_goes_into_the_link_packed(landing: Screen) -> None:
    text = "f(x[0], y) + " * 60
    landing.type(text)
    assert "text" not in landing.shared
    assert Screen(**landing.shared).line == text


def test_a_text_beyond_the_limit_is_said_to_be_left_out(landing: Screen) -> None:
    text = "".join(chr(33 + at * at * 7919 % 90) for at in range(9_973))
    hard = "".join(chr(0x4E00 + ord(char) * (at % 97)) for at, char in enumerate(text))
    landing.type(hard).open("share")
    assert landing.line == hard
    assert "Your text is too long for a link" in landing.captions
    assert landing.shared == {}
    assert Screen(**landing.shared).drawn


def test_a_number_hidden_that_another_cell_lacks_does_not_stop_undo() -> None:
    """Every undo would otherwise come back to the view it left, where the page changed the request as it drew it."""
    screen = Screen("pages/step.py", text="f(x)", hide="forget", model="brackets-lstm")
    screen.type("g[y]").choose("model", "brackets-gru")
    assert screen.request.step_page.hide == ""
    screen.press("undo")
    assert (screen.request.model, screen.request.step_page.hide) == ("brackets-lstm", "forget")
    assert screen.press("undo").line == "f(x)"
    assert is_off(screen, "undo")


def test_a_generator_that_nobody_has_is_put_right_without_an_undo() -> None:
    screen = Screen(model="random", source="generator", generator="nothing").source("Generator")
    assert screen.request.sequence.generator in GENERATORS
    assert is_off(screen, "undo")


def test_a_page_cannot_change_the_request_that_it_draws(landing: Screen) -> None:
    with state.drawing(), pytest.raises(RuntimeError, match="hide"):
        state.change(hide="forget")
    assert landing.request.step_page.hide == ""


@pytest.mark.parametrize("by_button", [True, False])
def test_back_and_forward_of_the_browser_move_and_a_slow_address_does_not(
    landing: Screen, by_button: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both bring an address that was left a moment ago; only the browser's own buttons mean it."""
    landing.type("f(x)").type("g[y]")
    context = type("Context", (), {"is_history_navigation": by_button})()
    monkeypatch.setattr(state, "get_script_run_ctx", lambda **_: context)
    for text in ("f(x)", "g[y]"):
        landing.app.query_params.clear()
        landing.app.query_params.update({"source": "typed", "text": text})
        assert landing.run().line == (text if by_button else "g[y]")
