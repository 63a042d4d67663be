"""The Source menu: files, generators, scaling and random models."""

from itertools import product
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.sequences import GENERATORS, generate
from tests.ui.screen import Screen

CSV = b"when,level,flow\n2001-01,0.5,3\n2001-02,0.25,4\n2001-03,1.5,5\n2001-04,-1,9\n"
GAPS = b"level,flow\n1,\n,2\n3,3\n4,9\n"
BAD_FILES = {
    "empty": b"",
    "blank": b"\n\n  \n",
    "header only": b"a,b\n",
    "words": b"name,town\nAda,London\nAlan,Wilmslow\n",
    "binary": bytes(range(256)) * 40,
    "png": b"\x89PNG\r\n\x1a\n" + bytes(1_000),
    "zip": b"PK\x03\x04" + bytes(range(256)) * 4,
    "ragged": b"a,b\n1,2\n3\n4,5,6\n",
    "zero bytes": bytes(1_000),
}


def width(screen: Screen) -> int:
    """How many steps the picture shows."""
    return next(iter(screen.panels.values())).shape[1]


def drawn_as(screen: Screen, x: Any, **options: Any) -> bool:
    """Whether the forget gate is that of the default random LSTM over ``x``."""
    values = np.asarray(x, dtype=float)
    model = explorer.random_model("lstm", values.reshape(len(values), -1).shape[1], 16, **options)
    gate = explorer.record(model, values).select("forget")[:, screen.units].T
    return gate.shape == screen.panels["forget"].shape and np.allclose(gate, screen.panels["forget"], atol=1e-6)


def test_an_uploaded_file_is_drawn_with_a_model_that_reads_it(landing: Screen) -> None:
    landing.upload(CSV)
    assert landing.errors == []
    assert landing.request.model == "random"
    assert drawn_as(landing, [0.5, 0.25, 1.5, -1])
    assert landing.link == {"model": "random", "source": "upload"}
    assert "The link leaves your uploaded file out" in landing.open("share").captions


def test_a_model_of_numbers_keeps_its_place_for_an_uploaded_file() -> None:
    screen = Screen(model="sst-lstm").upload(CSV)
    assert screen.request.model == "sst-lstm"
    assert width(screen) == 4


def test_other_columns_of_the_file(landing: Screen) -> None:
    landing.upload(CSV).app.button_group(key="csv-columns").set_value(["level", "flow"])
    assert drawn_as(landing.run(), [[0.5, 3], [0.25, 4], [1.5, 5], [-1, 9]])
    landing.app.button_group(key="csv-columns").set_value([])
    assert landing.run().drawn


def test_a_second_file_replaces_the_first_and_its_columns(landing: Screen) -> None:
    landing.upload(CSV).app.button_group(key="csv-columns").set_value(["flow"])
    assert drawn_as(landing.run(), [3, 4, 5, 9])
    landing.upload(b"p,q\n0.1,1\n0.3,2\n0.2,7\n", "second.csv")
    assert drawn_as(landing, [0.1, 0.3, 0.2])
    landing.app.toggle(key="csv-missing").set_value(True)
    assert drawn_as(landing.run(), [0.1, 0.3, 0.2])


def test_missing_values_are_refused_or_filled(landing: Screen) -> None:
    landing.upload(GAPS)
    assert not landing.drawn
    assert len(landing.warnings) == 1
    landing.app.toggle(key="csv-missing").set_value(True)
    assert drawn_as(landing.run(), [1, 2, 3, 4])


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES)
def test_a_file_that_is_no_table_is_one_sentence_and_the_view_stays(landing: Screen, content: bytes) -> None:
    landing.type("f(x)").upload(content)
    assert len(landing.errors) == 1
    assert landing.errors[0].endswith(".")
    assert landing.line == "f(x)"
    assert landing.drawn


@pytest.mark.parametrize("word", [b"nan", b"inf", b"-inf", b"x", b"1e999"])
def test_a_value_that_is_no_number_is_said(landing: Screen, word: bytes) -> None:
    landing.upload(b"level\n1\n" + word + b"\n3\n4\n")
    assert len(landing.warnings) + len(landing.errors) == 1


def test_a_good_file_after_a_bad_one_takes_the_sentence_away(landing: Screen) -> None:
    landing.upload(b"").upload(CSV)
    assert landing.errors == []
    assert width(landing) == 4


def test_names_of_columns_are_no_markup(landing: Screen) -> None:
    landing.upload(b"<script>alert(1)</script>,![x](https://example.org)\n1,2\n3,4\n5,6\n")
    landing.app.button_group(key="csv-columns").set_value(["<script>alert(1)</script>"])
    assert drawn_as(landing.run(), [1, 3, 5])
    assert not any(text.allow_html for text in [*landing.app.markdown, *landing.app.caption])


def test_a_sentence_that_quotes_the_file_is_no_markup(landing: Screen) -> None:
    landing.upload(b"level\n1\n![](//x.example/a.png)\n3\n4\n")
    assert len(landing.errors) == 1
    assert "![](" not in landing.errors[0]
    assert "![](//x.example/a.png)" in landing.errors[0].replace("\\", "")


def test_start_again_after_an_upload_can_be_undone(landing: Screen) -> None:
    landing.upload(CSV).press("again")
    assert landing.request.model == "brackets-lstm"
    landing.press("undo")
    assert drawn_as(landing, [0.5, 0.25, 1.5, -1])


def test_an_upload_is_reachable_from_no_other_session(landing: Screen) -> None:
    landing.upload(CSV)
    for link in (landing.link, landing.shared, {"model": "random", "source": "upload"}):
        other = Screen(**link)
        assert not (other.drawn and width(other) == 4)
        assert "upload" not in other.app.session_state
    assert "The uploaded file is gone" in other.warnings[0]


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_with_its_own_settings(name: str) -> None:
    screen = Screen(model="random").source("Generator").choose("generator", name)
    screen.press("use-series").choose("length", 30)
    assert drawn_as(screen, generate(name, 30).values)
    for parameter in GENERATORS[name].parameters:
        screen.app.number_input(key=f"setting-{name}-{parameter.name}").set_value(parameter.low)
        screen.run()
    lowest = {parameter.name: parameter.low for parameter in GENERATORS[name].parameters}
    assert drawn_as(screen, generate(name, 30, **lowest).values)
    again = Screen(**screen.shared)
    assert again.request == screen.request
    assert np.array_equal(again.panels["forget"], screen.panels["forget"])


def test_a_generator_under_a_model_of_text_brings_random_weights(landing: Screen) -> None:
    landing.source("Generator").press("use-series")
    assert landing.request.model == "random"
    assert landing.drawn


def test_another_kind_of_series_begins_with_its_own_settings() -> None:
    screen = Screen(model="random", source="generator", settings="period=10").source("Generator")
    assert screen.choose("generator", "impulse").request.sequence.settings == ""
    assert screen.drawn


@pytest.mark.parametrize(
    ("scaling", "expected"),
    [("z-score", [-(1.5**0.5), 0, 1.5**0.5]), ("min-max", [0, 0.5, 1]), ("none", [1, 2, 3])],
)
def test_numbers_are_scaled_as_chosen(scaling: str, expected: list[float]) -> None:
    screen = Screen(model="random", text="1 2 3").open("source").choose("scaling", scaling)
    assert drawn_as(screen, expected)
    assert screen.line == "1 2 3"


def test_numbers_are_scaled_by_typed_numbers() -> None:
    screen = Screen(model="random", text="1 2 3").open("source").choose("scaling", "typed")
    screen.choose("offset", "1").choose("scale", "0.5")
    assert drawn_as(screen, [0, 2, 4])
    assert Screen(**screen.shared).request == screen.request


def test_an_example_is_scaled_as_chosen_too() -> None:
    screen = Screen(model="sst-lstm")
    before = screen.panels["forget"]
    screen.open("source").choose("scaling", "z-score")
    assert not np.array_equal(before, screen.panels["forget"])


OPTIONS: list[dict[str, Any]] = [
    *({"kind": "lstm", "proj": proj, "bias": bias} for proj, bias in product((0, 3), (True, False))),
    *({"kind": "gru", "reset": reset} for reset in ("after", "before")),
    *({"kind": "rnn", "squash": squash} for squash in ("tanh", "relu")),
]


@pytest.mark.parametrize("text", ["f(x)", "0 1 2 1"], ids=["text", "numbers"])
@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_a_random_model_of_every_kind(options: dict[str, Any], both: bool, text: str) -> None:
    screen = Screen(model="random", text=text, hidden="6", layers="2").source("Random model")
    for name, value in {"both": both, **options}.items():
        if screen.request.value(name) != value:
            screen.choose(name, value)
    signals = explorer.record(explorer.random_model(options["kind"], 1, 2), [0.0]).signals
    assert set(screen.panels) == set(signals)
    assert screen.panels["hidden"].shape == (options.get("proj") or 6, 4)
    proof = screen.proof
    assert (
        proof == "no PyTorch equivalent" if options.get("reset") == "before" else proof.startswith("✓ equals PyTorch")
    )
    assert Screen(**screen.shared).request == screen.request


def test_another_seed_is_another_model_and_the_same_seed_the_same() -> None:
    screen = Screen(model="random", text="0 1 2").source("Random model")
    first = screen.panels["forget"]
    assert not np.array_equal(screen.choose("seed", 1).panels["forget"], first)
    assert drawn_as(screen, [0, 1, 2], seed=1)
    assert drawn_as(screen.choose("seed", 0), [0, 1, 2])


def test_what_the_view_shows_changes_no_weights() -> None:
    screen = Screen(model="random", text="0 1 2", units="0", order="index")
    assert drawn_as(screen, [0, 1, 2])
    assert drawn_as(screen.choose("order", "spread"), [0, 1, 2])
