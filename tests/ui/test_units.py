"""Units without a browser: the corpora, the text in colour, what is on here and where else, and a pass that stops."""

from typing import Any

import numpy as np
import pytest

import explorer
from explorer.measures import Wanted, elsewhere, probabilities, singling
from explorer.training import make_task
from explorer.ui.units.asked import read, spell
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.first_pass import FirstPass
from tests.ui.message import unpack
from tests.ui.screen import Screen

PAGE = "pages/units.py"
MODEL = "brackets-lstm"
LINE = "f(x[0]) + g(a, (b)) - h[i + (j * k)]"


def drawn(screen: Screen) -> dict[str, Any]:
    """What the coloured text, or the places, are told."""
    found = [one.proto for one in screen.app.get("bidi_component") if one.proto.component_name.endswith("_coloured")]
    return dict(unpack(found[0].bytes))


@pytest.fixture(scope="module")
def lines() -> list[Any]:
    return make_task("brackets").corpus()


@pytest.fixture(scope="module")
def text() -> Screen:
    return Screen(PAGE, unit="3")


@pytest.fixture(scope="module")
def here() -> Screen:
    return Screen(PAGE, picture="here", text=LINE, source="typed", first="25", last="29", unit="2")


def test_the_text_is_in_the_colours_of_the_run(text: Screen, lines: list[Any]) -> None:
    shown = drawn(text)
    model = explorer.load_model(MODEL)
    runs = [explorer.record(model, line) for line in lines[:20]]
    expected = np.concatenate([run.select("cell") for run in runs]).T
    steps = expected.shape[1]
    found = np.array(shown["values"])[:, :steps] * np.array(shown["level"])[:, None]
    assert np.abs(found - expected).max() <= max(shown["level"]) / 2 + 1e-5
    assert shown["unit"] == 3
    assert shown["breaks"][:3] == np.cumsum([0, *map(len, lines[:2])]).tolist()
    assert "".join(shown["tokens"][: len(lines[0])]) == "".join(model.text.encode(model.text.decode(lines[0])).labels)


def test_the_likeliest_are_the_models(text: Screen, lines: list[Any]) -> None:
    guesses = drawn(text)["guesses"]
    model = explorer.load_model(MODEL)
    expected = np.concatenate([probabilities(explorer.record(model, line)) for line in lines[:10]])
    count, steps = guesses["count"], len(expected)
    ids = guesses["ids"].reshape(-1, count)[:steps]
    assert np.array_equal(ids, np.argsort(-expected, axis=1, kind="stable")[:, :count])
    shares = guesses["shares"].reshape(-1, count)[:steps] / 250
    assert np.abs(shares - np.take_along_axis(expected, ids, axis=1)).max() < 0.003


def test_a_range_is_singled_out_by_the_best_unit(here: Screen) -> None:
    values = explorer.record(explorer.load_model(MODEL), LINE).select("cell")
    found = singling(values, 25, 30)
    assert f"unit {found.ranked[0]}’s cell state stands out most" in here.texts
    assert f"AUC {found.scores[found.ranked[0]]:.2f}" in here.texts
    assert here.app.get("button_group")


def test_its_places_are_those_of_the_whole_corpus(here: Screen, lines: list[Any]) -> None:
    model = explorer.load_model(MODEL)
    line = explorer.record(model, LINE).select("cell")
    found = singling(line, 25, 30)
    best = found.ranked[:3]
    taken = [unit for unit in best if found.right[unit] >= found.right[best[0]] - 0.02]
    values = np.concatenate([explorer.record(model, one).select("cell") for one in lines])
    starts = np.cumsum([0, *map(len, lines[:-1])]).tolist()
    wanted = [Wanted(unit, found.threshold[unit], bool(found.above[unit])) for unit in taken]
    places = elsewhere(values, wanted, 5, starts=starts)
    assert f"{len(places):,} places" in here.texts
    assert [row["at"] for row in drawn(here)["rows"]][:5] == places.start[:5].tolist()


def test_units_that_are_asked_after_survive_their_link() -> None:
    wanted = {3: Wanted(3, 0.25, True), 7: Wanted(7, -1.5, False), 9: None}
    assert spell([wanted[3], wanted[7], 9]) == "3>0.25,7<-1.5,9"
    assert read("3>0.25,7<-1.5,9,9999,x,<3", 20) == wanted
    assert np.isnan(read("4>", 20)[4].threshold)
    screen = Screen(PAGE, picture="here", asked="3>0.25,7<-1.5", corpus="screen")
    assert "unit 3" in screen.texts
    assert "unit 7" in screen.texts


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"text": "(", "source": "typed", "first": "0", "last": "0"}, ""),
        ({"text": "f(x)", "source": "typed", "first": "0", "last": "3"}, "leave some out"),
        ({"text": "f(x)", "source": "typed", "first": "2", "last": "2"}, ""),
        ({"corpus": "file"}, "No file is here"),
    ],
)
def test_what_cannot_be_asked_is_said_and_the_ribbon_stays(link: dict[str, str], said: str) -> None:
    screen = Screen(PAGE, picture="here", **{"corpus": "screen", **link})
    told = " ".join([*screen.warnings, *(one.value for one in screen.app.info)])
    assert said in told
    assert screen.view["ribbons"]


def brought(content: bytes, name: str, **link: str) -> Screen:
    screen = Screen(PAGE, picture="here", **link)
    screen.app.file_uploader(key="corpus-upload").set_value((name, content, "text/plain"))
    return screen.run()


def test_a_table_with_labels_says_what_places_share() -> None:
    rows = "\n".join(f'"{one}",{int(one in "([")},{"deep" if one in "[]" else "flat"}' for one in LINE * 5)
    screen = brought(f"char,opens,where\n{rows}\n".encode(), "my.csv", asked="3>-100")
    assert screen.request.units_page.corpus == "file"
    assert "your file my.csv, 100.0%" in screen.texts
    table = screen.app.table[0].value.to_string()
    share = np.mean([one in "([" for one in LINE])
    assert f"{share:.3g}" in table.split("opens, mean")[1].split("\n")[0]
    assert brought("Ωмега".encode(), "greek.txt").warnings[0].startswith("This model knows 0 of the 5 characters")
    assert "no UTF-8" in brought(b"\xff\xfe\x00", "b.txt").errors[0]


def test_numbers_are_a_series_in_colour() -> None:
    screen = Screen(PAGE, model="sine-lstm")
    shown = drawn(screen)
    assert len(shown["numbers"]) == len(shown["tokens"])
    table = "x,level,mood\n" + "\n".join(
        f"{np.sin(one / 5):.3f},{one},{'up' if one % 2 else 'down'}" for one in range(90)
    )
    told = brought(table.encode(), "sea.csv", model="sine-lstm", asked="1>-100")
    assert "level, mean" in told.app.table[0].value.to_string()


def test_a_pass_that_was_stopped_goes_on_where_it_was() -> None:
    model = explorer.random_model("lstm", 1, 6)
    values = np.random.default_rng(0).normal(size=(7_000, 1))
    found = FirstPass(model, Corpus("noise", values), "cell", 0, "forward")
    found.go_on()
    done = found.share
    assert not found.done
    assert np.count_nonzero(found.values[:, 0]) < 7_000
    while not found.done:
        found.go_on()
    assert done < found.share or done == 0
    expected = explorer.record(model, values).select("cell")
    assert np.abs(found.values - expected).max() < 1e-5
    assert not found.values.flags.writeable
