"""The teacher's plans: their slides open whole, their minutes add up, and every sheet's solution is right."""

from itertools import product
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from explorer import Clamp, load_model, random_model, record
from explorer.lessons.teaching import Slide, read_plan
from explorer.ui.learn.handouts import LINE, STEP, sheets
from explorer.ui.learn.teach import relative
from explorer.ui.session.catalogue import RANDOM, model_names
from explorer.ui.session.link import from_link
from explorer.ui.view.view import look
from tests.lessons.by_hand import module_of, run
from tests.lessons.opened import NO_RUN, unread

PLANS = {"45-minutes": 45, "90-minutes": 90, "exercise": 0, "misconceptions": 0}
SLIDES = [(name, slide) for name in PLANS for slide in read_plan(name).slides]


def query(view: str) -> dict[str, str]:
    return dict(parse_qsl(view.partition("?")[2], keep_blank_values=True))


@pytest.mark.parametrize(("name", "slide"), SLIDES, ids=[f"{name}: {slide.title}" for name, slide in SLIDES])
def test_a_slide_opens_whole(name: str, slide: Slide) -> None:
    view = slide.view
    request = from_link(query(view))
    assert unread(query(view), request) == []
    assert request.model in (*model_names(), RANDOM)
    assert relative(view).startswith("./")
    assert not set(relative(view)) & set("() ")
    if view.partition("?")[0].strip("/") not in NO_RUN:
        assert len(look(request, None).trace) > 0


@pytest.mark.parametrize(("name", "minutes"), PLANS.items())
def test_the_minutes_add_up(name: str, minutes: int) -> None:
    plan = read_plan(name)
    assert plan.minutes == minutes
    assert all(bool(slide.expect) == bool(minutes) for slide in plan.slides)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_a_sheets_solution_is_that_of_a_loop(kind: str) -> None:
    found = sheets(kind, 5)
    assert len({sheet.seed for sheet in found}) == 5
    for sheet in found:
        ours = run(random_model(kind, 1, 1, seed=sheet.seed), np.array(LINE)[:, None]).signals
        assert sheet.values == pytest.approx({name: values[0, 0, STEP, 0] for name, values in ours.items()}, abs=1e-5)


def test_the_landing_page_has_the_address_of_the_app() -> None:
    assert [relative(view) for view in ("/gates?presenter=1", "/gates", "/step?unit=0")] == [
        "./?presenter=1", "./", "./step?unit=0"
    ]  # fmt: skip


def due(line: str) -> list[str]:
    """The rule as the exercise states it."""
    waiting, found = [], []
    for sign in line:
        if sign in "([":
            waiting.append({"(": ")", "[": "]"}[sign])
        elif waiting and sign == waiting[-1]:
            waiting.pop()
        found.append(waiting[-1] if waiting else "none")
    return found


@torch.no_grad()
def test_the_shortest_line_that_the_network_gets_wrong_has_seven_signs() -> None:
    """Every line of up to six signs, by PyTorch's own module; and what the exercise says of the seventh."""
    model = load_model("brackets-lstm")
    assert model.head is not None
    assert model.embedding is not None
    assert model.text is not None
    module = module_of(model, double=False)
    for length in range(1, 7):
        lines = ["".join(signs) for signs in product("()[]x", repeat=length)]
        ids = torch.tensor([[model.text.tokens.index(sign) for sign in line] for line in lines]).T
        said = (module(model.embedding[ids])[0] @ model.head.weight.T + model.head.bias).argmax(-1).T.tolist()
        assert [[model.head.labels[place] for place in row] for row in said] == [due(line) for line in lines]
    wrong = "(]]]]])"
    for name, holds, right in (
        ("lstm", (), False), ("lstm", (Clamp("input", 0, start=1, stop=6),), True), ("gru", (), True), ("rnn", (), True)
    ):  # fmt: skip
        other = load_model(f"brackets-{name}")
        output = record(other, wrong, clamps=holds).output
        assert other.head is not None
        assert output is not None
        assert ([other.head.labels[place] for place in output.argmax(1)] == due(wrong)) is right
