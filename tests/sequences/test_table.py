"""Reading tables: whatever pandas can write comes back, whatever people upload is read or refused in a sentence."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import Table, encode_table, read_table

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(alphabet="abcdefghij áéß", min_size=1, max_size=6).map(str.strip).filter(bool)
REAL_NAMES = NAMES.map(lambda name: f"col {name}")
FORMS = [(";", ","), (";", "."), ("\t", ","), ("\t", "."), ("|", ","), (",", ".")]
TABLE_LIKE = st.text(alphabet='0123456789.,;|\t\n\r "-naé#yearx', max_size=120)


def _check(table: Table) -> None:
    assert table.numeric_columns
    assert len(table.labels) == len(table.frame)
    texts = (*table.labels, *table.numeric_columns, *table.notes, table.name)
    assert all(text.isprintable() for text in texts)
    encoded = encode_table(table, missing="interpolate")
    assert encoded.values.shape == (len(table.frame), len(table.numeric_columns))


@given(st.binary(max_size=200) | TABLE_LIKE.map(lambda text: text.encode("utf-8")) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    try:
        _check(read_table(data))
    except EncodingError as error:
        refusal = str(error)
    else:
        return
    assert refusal.isprintable()
    assert refusal.endswith(".")


@st.composite
def _frames(draw: st.DrawFn) -> pd.DataFrame:
    names = draw(st.lists(REAL_NAMES, min_size=2, max_size=5, unique=True))
    rows = draw(st.lists(st.tuples(*[NUMBERS] * len(names)), min_size=1, max_size=8))
    return pd.DataFrame(rows, columns=names)


@given(
    frame=_frames(),
    form=st.sampled_from(FORMS),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]),
    header=st.booleans(),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([0, 1]),
)
def test_what_pandas_writes_comes_back(
    frame: pd.DataFrame, form: tuple[str, str], encoding: str, header: bool, newline: str, quoting: int
) -> None:
    delimiter, decimal = form
    text = frame.to_csv(
        sep=delimiter, decimal=decimal, header=header, index=False, lineterminator=newline, quoting=quoting
    )
    table = read_table(text.encode(encoding))
    expected = list(frame.columns) if header else [f"column {place}" for place in range(1, frame.shape[1] + 1)]
    assert list(table.numeric_columns) == expected
    assert table.frame[expected].to_numpy().tolist() == frame.to_numpy().tolist()


@given(_frames(), st.data())
def test_missing_values_come_back_missing(frame: pd.DataFrame, data: st.DataObject) -> None:
    frame = pd.concat([frame, frame, frame], ignore_index=True)
    holes = data.draw(st.sets(st.integers(0, len(frame) - 2), max_size=4))
    frame.iloc[list(holes), 0] = np.nan
    read = read_table(frame.to_csv(index=False, na_rep=data.draw(st.sampled_from(["", "NA", "nan", "-"]))).encode())
    assert np.array_equal(read.frame.to_numpy(dtype=float), frame.to_numpy(), equal_nan=True)


@given(_frames(), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d %b %Y", "%Y-%m-%d %H:%M"]))
def test_a_date_column_becomes_the_labels(frame: pd.DataFrame, spelling: str) -> None:
    days = pd.date_range("1999-12-30", periods=len(frame))
    frame.insert(0, "date", days.strftime(spelling))
    table = read_table(frame.to_csv(index=False).encode())
    assert table.label_column == "date"
    assert list(table.numeric_columns) == list(frame.columns[1:])
    shown = "%Y-%m-%d" if spelling == "%Y%m%d" else spelling
    assert list(table.labels) == list(days.strftime(shown))


def test_a_data_frames_index_is_no_column_of_numbers() -> None:
    table = read_table(pd.DataFrame({"a": [5.0, 6.0], "b": [7.0, 9.0]}).to_csv().encode())
    assert table.numeric_columns == ("a", "b")
    assert "only counts the rows" in table.notes[1]


@pytest.mark.parametrize(
    ("text", "names", "values"),
    [
        ("a;b\n1,5;2\n3;4,5\n", ("a", "b"), [[1.5, 2], [3, 4.5]]),
        ("sep=;\na;b\n1;2\n", ("a", "b"), [[1, 2]]),
        ("# made by hand\n# twice\na,b\n1,2\n", ("a", "b"), [[1, 2]]),
        ("a b\n 1   2\n3 4 \n", ("a", "b"), [[1, 2], [3, 4]]),
        ("x\n1\n2\n", ("x",), [[1], [2]]),
        ("sst\n1,5\n2,5\n", ("sst",), [[1.5], [2.5]]),
        ("1\n2\n", ("column 1",), [[1], [2]]),
        ("1,2\n", ("column 1", "column 2"), [[1, 2]]),
        ("a,a,,a\n1,2,3,4\n", ("a", "a (2)", "column 3", "a (3)"), [[1, 2, 3, 4]]),
        ('"a, b",c\n"1",2\n', ("a, b", "c"), [[1, 2]]),
        ('n,m\n"1,234",2\n"2,500,000",3\n', ("n", "m"), [[1234, 2], [2500000, 3]]),
        ("n;m\n1.234,5;2\n2;3\n", ("n", "m"), [[1234.5, 2], [2, 3]]),
        ("a;b\n−1,5;2e3\n", ("a", "b"), [[-1.5, 2000]]),
        ("a,b,\n1,2,\n3,4,\n,,\n", ("a", "b"), [[1, 2], [3, 4]]),
        ("a,b\n\n1,2\n\n3,4\n", ("a", "b"), [[1, 2], [3, 4]]),
        ("a,b\n1,2,\n3,4,,\n", ("a", "b"), [[1, 2], [3, 4]]),
        ("name,v\nx,1\ny,2\n", ("v",), [[1], [2]]),
        ("year\n1990\n1991\n", ("year",), [[1990], [1991]]),
    ],
)
def test_forms_people_upload(text: str, names: tuple[str, ...], values: list[list[float]]) -> None:
    encoded = encode_table(read_table(text.encode()))
    assert encoded.columns == names
    assert encoded.values.tolist() == values


def test_how_it_was_read_is_said_in_one_sentence() -> None:
    table = read_table("jähr;wert\n1;2,5\n3;4,5\n".encode("cp1252"))
    assert table.notes == ("Read as Windows-1252 text, separated by semicolons, decimal commas, a header row.",)
    assert table.numeric_columns == ("jähr", "wert")


def test_a_column_spoilt_by_one_word_is_named_with_its_line() -> None:
    table = read_table(b"a,b\n1,2\n3,x\n5,6\n")
    assert table.numeric_columns == ("a",)
    assert table.notes[1] == "Left out as not numeric: column 'b' has 'x' on line 3."


def test_years_in_a_nameless_first_column_are_labels() -> None:
    table = read_table(b"1990,1\n1991,2\n1992,3\n")
    assert table.labels == ("1990", "1991", "1992")
    assert table.numeric_columns == ("column 2",)


def test_thousands_of_columns() -> None:
    head, row = ",".join(f"c{i}" for i in range(5_000)), ",".join(["1.5"] * 5_000)
    encoded = encode_table(read_table(f"{head}\n{row}\n{row}\n".encode()))
    assert encoded.values.shape == (2, 5_000)


def test_names_from_strangers_are_legible() -> None:
    table = read_table("\u202ea,<b>\n1,2\n".encode(), name="uploads/\u202ex.csv")
    assert table.numeric_columns == ("U+202Ea", "<b>")
    assert table.name == "U+202Ex"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"sep=;\n", "is empty"),
        (b"a,b\n", "only a header"),
        (b"PK\x03\x04\x00\x00\x08\x00", "is not text"),
        (bytes(range(1, 32)) * 9, "is not text"),
        ("a,b\n1,2\n".encode("utf-16-le"), "is not text"),
        (b"\xff\xfea", "says it is UTF-16 but breaks off"),
        (b"a,b\nx,y\n", "no column of numbers: check"),
        (b"a\n1\n2\nx\n", "no column of numbers (column 'a' has 'x' on line 4)"),
        (b"a,b\n1,2\n\n3,4,5\n", "Line 4 has 3 values, line 1 has 2"),
        (b"sep=,\na,b\n1,2\n3\n", "Line 4 has 1 value, line 2 has 2"),
        (b'a,b\n"x\ny",1\n2\n', "Line 4 has 1 value"),
        (b'a,b\n1,"' + b"x" * 200_000, "cannot be cut into cells"),
        (b"1," * 10_001 + b"1", "10,002 columns and the most is 10,000"),
        (b"a\n" + b"1\n" * 100_001, "more than 100,000 rows"),
        (b"1\n" * 100_001, "steps and the most is 100,000"),
        ((b"1," * 99 + b"1\n") * 10_001, "more than 1,000,000 cells"),
        (b"1" * 50_000_001, "50 MB"),
        (b"1" * 1_000_001, "line 1 has more than 1,000,000 characters"),
        (b"a,b\n" + b'"\nxx",' * 200_000, "has more than 1,000,000 characters"),
        (b"# \n" * 1_000, "is empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(EncodingError, match=re.escape(message)):
        read_table(data)


def test_the_longest_table_is_read() -> None:
    assert len(read_table(b"a\n" + b"1\n" * 100_000).frame) == 100_000


def test_more_lines_than_can_be_steps_are_counted_before_they_are_cut() -> None:
    for blank in (b"\n", b"\r", b"\r\n", b" \n"):
        with pytest.raises(EncodingError, match="300,00"):
            read_table(b"p,q" + blank * 300_000 + b"1,2\n")
