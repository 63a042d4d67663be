"""What is found in a table before it is drawn: one finding a kind, and the table that each remedy gives."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import Table, encode_table, findings, read_table, remedied


def days(values: Any, dates: Any = None, head: str = "day,v") -> Table:
    dates = np.datetime64("2020-01-01") + np.arange(len(values)) if dates is None else dates
    rows = [f"{date},{value}" for date, value in zip(dates, values, strict=True)]
    return read_table("\n".join([head, *rows]).encode())


def kinds(table: Table) -> list[str]:
    return [one.kind for one in findings(table)]


def after(table: Table, *names: str) -> list[float]:
    fixed, _ = remedied(table, names)
    return [float(one) for one in fixed.frame[fixed.numeric_columns[-1]]]


SMOOTH = [1.5, 2.5, 0.5, -1.0, 2.0, 3.0]
SENTINEL = [-999, -9999, -99.9, -200, 9.969209968386869e36, 1e20, 99999, -999.9, -99999, 9999]


@pytest.mark.parametrize("value", SENTINEL)
def test_a_sentinel_is_found_said_and_made_missing(value: float) -> None:
    values = [*SMOOTH, value, 4.0, value]
    table = days(values)
    (found,) = findings(table)
    assert (found.kind, found.count, found.columns) == ("sentinel", 2, ("v",))
    assert found.sentence in encode_table(table).notes
    fixed, left = remedied(table, [found.remedies[0].name])
    assert left == ()
    assert encode_table(fixed, missing="interpolate").values[:, 0].tolist() == [*SMOOTH, 3.5, 4.0, 4.0]
    with pytest.raises(EncodingError, match="2 missing values"):
        encode_table(fixed)


def test_float32_spellings_of_a_fill_value() -> None:
    assert kinds(days([*SMOOTH, "9.96921e+36"])) == ["sentinel"]
    assert kinds(days([*SMOOTH, "1.00000002004e+20"])) == ["sentinel"]


@pytest.mark.parametrize("values", [[-999, -998, -1001.0], [9998, 9999, 10005], [0, 99, 98, 97], [5, 5, 5], [99] * 5])
def test_numbers_among_others_like_them_are_no_sentinels(values: list[float]) -> None:
    assert kinds(days(values)) == []


def test_two_sentinels_in_one_column_do_not_hide_each_other() -> None:
    table = days([*SMOOTH, -999, -9999])
    assert kinds(table) == ["sentinel", "sentinel"]
    names = [one.remedies[0].name for one in findings(table)]
    assert np.isnan(after(table, *names)).tolist() == [False] * 6 + [True] * 2


def test_a_column_of_sentinels_alone_is_refused_when_they_are_missing() -> None:
    table = read_table(b"a,b\n1,-9999\n2,-9999\n3,-9999\n")
    fixed, _ = remedied(table, ["missing:-9999.0"])
    with pytest.raises(EncodingError, match="'b' has no value"):
        encode_table(fixed, missing="interpolate")


@pytest.mark.parametrize("spelling", ["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%Y-%m-%d %H:%M"])
def test_time_backwards_is_turned_round(spelling: str) -> None:
    dates = [day.item().strftime(spelling) for day in np.datetime64("2020-01-20") - np.arange(20)]
    table = days(range(20), dates)
    (found,) = findings(table)
    assert (found.kind, found.remedies[0].name) == ("backwards", "turn")
    fixed, left = remedied(table, ["turn"])
    assert left == ()
    assert fixed.frame["v"].tolist() == list(range(19, -1, -1))
    assert fixed.labels == tuple(reversed(dates))


def test_a_step_column_backwards() -> None:
    assert after(read_table(b"time,v\n3,1\n2,5\n1,9\n"), "turn") == [9, 5, 1]


def test_a_buoys_columns_of_time_backwards() -> None:
    text = "#YY MM DD hh mm v\n2020 01 01 02 50 1\n2020 01 01 01 50 2\n2020 01 01 00 50 4\n"
    assert after(read_table(text.encode()), "turn") == [4, 2, 1]


def test_days_counted_within_a_year_run_on_over_its_end() -> None:
    rows = "year,yday,v\n2019,364,1\n2019,365,2\n2020,1,3\n2020,2,4\n"
    assert kinds(read_table(rows.encode())) == []
    assert kinds(read_table(rows.replace("2019,365,2\n", "").encode())) == ["uneven"]


def test_series_below_each_other_told_by_dates_that_restart() -> None:
    dates = [*(f"2020-01-{day:02d}" for day in range(1, 6))] * 2
    table = days(range(10), dates)
    (found,) = findings(table)
    assert (found.kind, found.count) == ("stacked", 2)
    assert after(table, "only:0") == [0, 1, 2, 3, 4]
    assert after(table, "only:1") == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("interleaved", [False, True])
def test_series_told_apart_by_a_column(interleaved: bool) -> None:
    rows = [f"2020-01-{day:02d},{name},{value}" for value, name in enumerate(["pier", "bay"]) for day in range(1, 7)]
    rows = sorted(rows) if interleaved else rows
    table = read_table("\n".join(["day,where,v", *rows]).encode())
    (found,) = findings(table)
    assert (found.kind, "'where'" in found.sentence) == ("stacked", True)
    named = {one.label: one.name for one in found.remedies}
    assert after(table, named["Take bay"]) == [1] * 6
    assert remedied(table, [named["Take bay"]])[1] == ()


def test_rows_out_of_order_are_sorted() -> None:
    table = days([1, 3, 2, 5, 4], [f"2020-01-{day:02d}" for day in (1, 3, 2, 5, 4)])
    assert kinds(table) == ["unsorted"]
    assert after(table, "sort") == [1, 2, 3, 4, 5]


def test_repeated_times_are_averaged_or_the_first_is_taken_or_kept() -> None:
    table = days([1, 2, 4, 8, 9], [f"2020-01-{day:02d}" for day in (1, 2, 2, 3, 4)])
    assert kinds(table) == ["repeated"]
    assert after(table, "average") == [1, 3, 8, 9]
    assert after(table, "drop") == [1, 2, 8, 9]
    kept, left = remedied(table, ["keep-repeated"])
    assert kept.frame["v"].tolist() == [1, 2, 4, 8, 9]
    assert [(one.kind, one.remedies) for one in left] == [("repeated", ())]


def test_a_gap_is_said_and_filled_or_kept() -> None:
    table = days([1, 2, 3, 9], [f"2020-01-{day:02d}" for day in (2, 3, 4, 7)])
    (found,) = findings(table)
    assert (found.kind, found.count) == ("uneven", 1)
    assert "3 days" in found.sentence
    fixed, left = remedied(table, ["even"])
    assert fixed.frame["v"].tolist() == [1, 2, 3, 5, 7, 9]
    assert fixed.labels[3:5] == ("2020-01-05", "2020-01-06")
    assert left == ()
    assert remedied(table, ["keep-uneven"])[1][0].remedies == ()


def test_months_years_and_working_days_are_even() -> None:
    months = [f"{year}-{month:02d}-01" for year in (2019, 2020) for month in range(1, 13)]
    assert kinds(days(range(24), months)) == []
    assert kinds(days(range(4), ["1999", "2000", "2001", "2002"])) == []
    ends = ["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]
    assert kinds(days(range(4), ends)) == []
    weekdays = [day for day in np.datetime64("2020-01-01") + np.arange(40) if np.is_busday(day)]
    assert kinds(days(range(len(weekdays)), weekdays)) == []


def test_a_month_left_out_is_filled_in_months() -> None:
    table = days([1, 2, 4], ["2020-01-01", "2020-02-01", "2020-04-01"])
    table4 = days([1, 2, 4, 5], ["2020-01-01", "2020-02-01", "2020-04-01", "2020-05-01"])
    assert kinds(table) == ["uneven"]
    fixed, _ = remedied(table4, ["even"])
    assert fixed.labels == ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05")
    assert fixed.frame["v"].tolist() == [1, 2, 3, 4, 5]


def test_remedies_follow_each_other_and_what_is_not_offered_is_passed_over() -> None:
    dates = [f"2020-01-{day:02d}" for day in (5, 4, 3, 3, 1)]
    table = days([5, 4, 3, -999, 1], dates)
    assert kinds(table) == ["backwards", "sentinel"]
    fixed, left = remedied(table, ["sort", "missing:-999.0", "turn", "average", "even", "only:7", "nonsense"])
    assert fixed.frame["v"].tolist() == [1, 2, 3, 4, 5]
    assert left == ()


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=12),
    st.lists(st.sampled_from([1.0, 2.5, -999.0, 1e20]), min_size=12, max_size=12),
)
def test_any_order_of_days_is_found_in_or_runs_on(offsets: list[int], values: list[float]) -> None:
    dates = [np.datetime64("2020-01-01") + offset for offset in offsets]
    table = days(values[: len(dates)], dates)
    rises = all(b - a == offsets[1] - offsets[0] > 0 for a, b in pairwise(offsets))
    in_order = not any(one.kind not in ("sentinel",) for one in findings(table))
    if len(offsets) > 2 and not in_order:
        assert not rises
    if len(offsets) > 2 and any(b <= a for a, b in pairwise(offsets)):
        assert not in_order
    for found in findings(table):
        assert found.sentence.isprintable()
        assert len(found.sentence) < 300
        for remedy in found.remedies:
            fixed, _ = remedied(table, [remedy.name])
            assert len(fixed.labels) == len(fixed.frame) > 0
            assert all(len(note) < 300 for note in fixed.notes)


@given(st.integers(2, 40))
def test_turning_round_twice_offers_nothing_more(count: int) -> None:
    table = days(range(count), np.datetime64("2020-03-01") - np.arange(count))
    fixed, left = remedied(table, ["turn", "turn", "turn"])
    if count > 2:
        assert fixed.frame["v"].tolist() == list(range(count - 1, -1, -1))
        assert left == ()
