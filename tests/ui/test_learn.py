"""A lesson beside the pages: what the panel says follows what is on screen, and the page is as without it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

import explorer
from explorer.lessons import read_lessons
from explorer.ui.parts import lessons as place
from explorer.ui.parts.lessons import place_of
from tests.ui.screen import Screen

FORGET = {"signal": "forget", "lesson": "short.2"}
COURSE = """---
title: A short one
minutes: 1
---
## Look
Here.
view: /gates?signal=hidden

## Where does it forget?
The **forget gate** says how much each unit keeps. The forget gate again.
view: /gates?signal=forget
predict: At which step? | step 1 | step 11 | step 20
answer: lowest_step(forget)
reveal: At step {value}: the mean over all units falls to {detail} there.

## Your own line
Type.
view: /gates?signal=forget
task: typed_own()
done: Yes.
"""


@pytest.fixture(scope="module", autouse=True)
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A course of one lesson, so that no test here depends on what the real one says."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "01-short.md").write_text(COURSE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(place, "read_lessons", lambda *_: read_lessons("en", folder))
        yield


def answered(screen: Screen) -> Screen:
    """The same after the question was answered, as the panel's callback notes it."""
    screen.app.session_state["answered-steps"] = {"short.2"}
    return screen.run()


def told(screen: Screen, name: str = "lesson") -> dict[str, Any] | None:
    """What one of our components was told last, None where it is not there."""
    found = [one.proto for one in screen.app.get("bidi_component") if one.proto.component_name.endswith(f"_{name}")]
    return json.loads(found[0].json) if found else None


def step(screen: Screen) -> dict[str, Any]:
    content = told(screen)
    assert content is not None
    return content


def spoken(lines: list[list[dict[str, str]]]) -> str:
    return "\n".join("".join(span["text"] for span in line) for line in lines)


@pytest.fixture(scope="module")
def lesson() -> Screen:
    return Screen("", **FORGET)


def test_a_step_stands_beside_its_view_and_nothing_of_the_page_changes(lesson: Screen) -> None:
    content = step(lesson)
    assert (content["number"], content["count"], content["away"], content["came"]) == (2, 3, False, False)
    assert (content["before"], content["after"], content["ends"]) == ("short.1", "short.3", False)
    plain = Screen("", signal="forget")
    assert told(plain) is None
    assert {name: values.tolist() for name, values in plain.panels.items()} == {
        name: values.tolist() for name, values in lesson.panels.items()
    }
    assert lesson.link == {"signal": "forget", "lesson": "short.2"}
    assert lesson.shared["lesson"] == "short.2"


def test_a_word_says_what_it_means_once(lesson: Screen) -> None:
    spans = [span for line in step(lesson)["text"] for span in line]
    meanings = {span["text"].lower(): span["meaning"] for span in spans if span["meaning"]}
    assert meanings["forget gate"] == explorer.load_model("brackets-lstm").stack[0][0].words[1].meaning
    assert [span["text"] for span in spans].count("forget gate") == 1


@pytest.mark.parametrize("line", ["best = max([len(w) for w in names[2:]])", "f(x[1]) + g(y)"])
def test_what_is_right_is_computed_for_the_line_on_screen(line: str) -> None:
    screen = Screen("", **FORGET).type(line)
    assert step(screen)["question"]["known"] is False
    answered(screen)
    trace = explorer.record(explorer.load_model("brackets-lstm"), line)
    mean = trace.select("forget").mean(axis=1).tolist()
    lowest = mean.index(min(mean)) + 1
    question = step(screen)["question"]
    assert question["right"] == [int(option.split()[1]) == lowest for option in question["options"]]
    assert spoken(question["reveal"]) == f"At step {lowest}: the mean over all units falls to {min(mean):.2f} there."
    assert step(screen)["away"] is ("text" in screen.link)


def test_who_leaves_and_undoes_is_back() -> None:
    screen = Screen("", **FORGET).type("a(b)")
    assert step(screen)["away"] is True
    assert step(screen.press("undo"))["away"] is False
    screen.app.switch_page("pages/step.py")
    assert step(screen.run())["away"] is True
    screen.app.switch_page("pages/train.py")
    assert step(answered(screen))["question"]["trouble"].startswith("This page shows no run")


def test_a_task_is_done_when_the_page_shows_it() -> None:
    screen = Screen("", signal="forget", lesson="short.3")
    assert (step(screen)["task"]["done"], step(screen)["ends"]) == (False, True)
    assert step(screen.type("a(b)"))["task"]["done"] is True


def test_a_network_without_the_signal_is_told_and_asked_nothing() -> None:
    screen = answered(Screen("", model="brackets-gru", lesson="short.2"))
    assert step(screen)["question"]["trouble"].startswith("This network has no signal “forget”, only reset")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("short", 1),
        ("short.99", 3),
        ("short.0", 1),
        ("short.²", 1),
        ("no-such.2", None),
        (".", None),
    ],
)
def test_a_link_names_any_step(name: str, number: int | None) -> None:
    found = place_of(name)
    assert (None if found is None else found.number) == number


def test_a_link_that_names_a_step_alone_opens_its_view() -> None:
    screen = Screen("", lesson="short.2")
    assert (step(screen)["away"], screen.link) == (False, {"lesson": "short.2", "signal": "forget"})
    assert step(screen.type("a(b)"))["away"] is True


@pytest.mark.parametrize("picture", ["course", "words", "teach"])
def test_the_page_shows_one_picture_at_a_time(picture: str) -> None:
    screen = Screen("pages/learn.py", learn=picture)
    listed = told(screen, "course")
    assert (listed is not None) == (picture == "course")
    if listed is not None:
        assert listed["lessons"][0]["slug"] == "short"
    if picture == "words":
        assert all(one.meaning[:20] in screen.texts for one in explorer.load_model("sine-gru").stack[0][0].words)
