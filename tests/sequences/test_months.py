import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import encode_table, read_table, unroll_months
from explorer.sequences.dates import MONTHS, month_number

SHORT = "JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC"
FULL = ",".join(month.title() for month in MONTHS)
NUMBERED = ",".join(map(str, range(1, 13)))


def _file(head: str, *rows: str) -> bytes:
    return "\n".join([head, *rows]).encode()


def _row(year: int, first: float) -> str:
    return ",".join([str(year), *(str(first + month) for month in range(12))])


@pytest.mark.parametrize("names", [SHORT, FULL, NUMBERED])
def test_years_by_months_become_one_series(names: str) -> None:
    table = read_table(_file(f"YEAR,{names}", _row(1950, 1), _row(1951, 13)), "sst.csv")
    assert "can become one monthly series" in table.notes[-1]
    encoded = encode_table(unroll_months(table))
    assert encoded.values[:, 0].tolist() == list(range(1, 25))
    assert (encoded.labels[0], encoded.labels[12], encoded.labels[-1]) == ("1950-01", "1951-01", "1951-12")
    assert encoded.columns == ("sst",)


def test_months_in_another_order_and_a_yearly_mean_do_not_matter() -> None:
    shuffled = ",".join(reversed(SHORT.split(",")))
    row = ",".join(["1950", *(str(12 - place) for place in range(12)), "99"])
    table = unroll_months(read_table(_file(f"year,{shuffled},mean", row)))
    assert encode_table(table).values[:, 0].tolist() == list(range(1, 13))


def test_months_yet_to_come_are_cut_off_and_gaps_stay() -> None:
    row = "1951,1,,3" + "," * 9
    table = unroll_months(read_table(_file(f"year,{SHORT}", _row(1950, 1), row)))
    assert table.labels[-1] == "1951-03"
    with pytest.raises(EncodingError, match=r"1 missing value, the first in row 14 \(1951-02\)"):
        encode_table(table)


def test_a_year_without_a_row_is_said() -> None:
    table = unroll_months(read_table(_file(f"year,{SHORT}", _row(1950, 1), _row(1953, 1))))
    assert table.notes[-1] == "The series closes up over 2 years without a row."


def test_years_out_of_order_are_refused() -> None:
    table = read_table(_file(f"year,{SHORT}", _row(1951, 1), _row(1950, 1)))
    with pytest.raises(EncodingError, match="year 1950 comes after"):
        unroll_months(table)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", _file(f"name,{SHORT}", _row(1950, 1).replace("1950", "x"))])
def test_other_tables_are_refused(data: bytes) -> None:
    table = read_table(data)
    assert not table.is_year_by_month
    with pytest.raises(EncodingError, match="twelve columns named by months"):
        unroll_months(table)


@given(st.text(max_size=5))
def test_a_month_is_a_number_from_one_to_twelve_or_none(name: str) -> None:
    assert month_number(name) in (None, *range(1, 13))


def test_names_of_months() -> None:
    assert [month_number(name) for name in ["Jan", "sept.", "MAY", "12", "01"]] == [1, 9, 5, 12, 1]
    assert [month_number(name) for name in ["ma", "13", "0", "²", "mean", ""]] == [None] * 6
