"""docs/results.md says what is measured, and what is measured is what is published."""

import re

import pytest

from docs import results, results_memory

TEXT = results.FILE.read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its header."""
    section = TEXT.partition(f"## {heading}")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_time_constant_of_a_forget_bias_is_the_published_one() -> None:
    table = rows("The forget bias")
    assert [int(row[0]) for row in table] == list(results_memory.PUBLISHED_TAU)
    for bias, known in results_memory.PUBLISHED_TAU.items():
        assert results_memory.tau_of_bias(bias) == pytest.approx((known, known), rel=0.005)
    for row in table:
        assert float(row[1]) == pytest.approx(float(row[3]), rel=0.005)


def test_chrono_gives_half_of_the_longest() -> None:
    drawn, bias, recorded = results_memory.chrono_taus(500, 256)
    assert bias == pytest.approx(drawn, rel=0.001)
    assert recorded == pytest.approx(250, rel=0.05)
    assert [row[0] for row in rows("Chrono")] == ["100", "500", "1,000"]


def test_the_medians_of_twelve_seeds_are_within_a_factor_of_ten() -> None:
    table = rows("The myth")
    assert len(table) == 5
    for row in table:
        factor = 100 if row[0] == "RNN" else 10
        assert 1 / factor < float(row[1]) / float(row[3]) < factor


def test_a_unit_of_the_bracket_lstm_follows_depth() -> None:
    unit, r = results_memory.depth_unit("brackets-lstm", 60)
    written = next(row for row in rows("Which unit") if row[0] == "brackets-lstm")
    assert unit == int(written[2])
    assert r == pytest.approx(float(written[3]), abs=0.1)
    assert abs(r) > 0.7


def test_depth_counts_what_is_open() -> None:
    assert results_memory.depth("a(b[c])])") == [0, 1, 1, 2, 2, 1, 0, 0, 0]


def test_every_section_is_a_function_and_stands_in_the_file() -> None:
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert len(headings) >= len(results.SECTIONS)
    assert all(callable(section) for section in results.SECTIONS)
