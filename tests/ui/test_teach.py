"""The teacher's page without a browser: a plan, the class's link, and a sheet for each student."""

import pytest

from tests.ui.screen import Screen


def teach(**link: str) -> Screen:
    return Screen("pages/learn.py", learn="teach", **link)


def test_a_plan_is_its_slides_and_the_class_gets_the_view_without_the_stage() -> None:
    screen = teach(teach="long")
    assert "[The GRU](./compare?model=brackets-gru" in screen.texts
    assert "presenter=1" in screen.texts
    assert (
        screen.choose("slide", 6)
        .app.code[0]
        .value.endswith(
            "/compare?model=brackets-gru&text=f(x%5B0%5D%2C%20(y))&compare=both&against=held&holds=update%3D1&panels=hidden"
        )
    )
    assert screen.link["slide"] == "6"
    assert "Everyone types a line" in screen.choose("teach", "exercise").texts


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_every_student_has_numbers_of_their_own(kind: str) -> None:
    table = teach(teach="handouts", students="5", kind=kind).app.table[0].value
    seeds = list(table.iloc[:, 0])
    assert len(seeds) == len(set(seeds)) == len(set(table["*h*"])) == 5
    assert all(f"kind={kind}&hidden=1&seed=" in cell for cell in seeds)
