"""Tables as people have them: one row a kind, the values it must give worked out by hand."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import Table, read_table

NAN = float("nan")


def read(text: str, encoding: str = "utf-8") -> Table:
    return read_table(text.encode(encoding))


def columns(table: Table) -> dict[str, list[float]]:
    return {name: table.frame[name].tolist() for name in table.numeric_columns}


def said(table: Table) -> str:
    assert all(len(note) < 300 and note.isprintable() for note in table.notes)
    return " ".join(table.notes)


YFINANCE = """Price,Close,High,Volume
Ticker,AAPL,AAPL,AAPL
Date,,,
2020-01-02,72.7,72.8,135480400
2020-01-03,72.0,72.7,146322800
"""
TWO_TICKERS = """Price,Close,Close,High,High
Ticker,AAPL,MSFT,AAPL,MSFT
Date,,,,
2020-01-02,72.7,153.3,73,154
2020-01-03,72.0,151.4,74,155
"""
RDB = (
    "# U.S. station, daily, all values\n#\n# data, provisional, subject to revision\n"
    "agency_cd\tsite_no\tdatetime\t00060\t00060_cd\n5s\t15s\t20d\t14n\t10s\n"
    "USGS\t01646500\t2020-01-01\t9410\tA\nUSGS\t01646500\t2020-01-02\t8890\tA\nUSGS\t01646500\t2020-01-03\t8500\tA\n"
)
BUOY = """#YY  MM DD hh mm WDIR WSPD
#yr  mo dy hr mn degT m/s
2020 01 02 03 50 120  5.0
2020 01 02 02 50 MM   6.5
2020 01 02 01 50 110  7.0
"""
KINDS = {
    "comments with commas": ("# a, b, c, d\n# x\ndate,v\n2020-01-01,1\n2020-01-02,2\n", {"v": [1, 2]}),
    "percent comments": ("% made, here\nt,v\n5,1\n7,2\n", {"t": [5, 7], "v": [1, 2]}),
    "semicolon comments": ("; one\n; two, three\na,b\n5,1\n7,2\n", {"a": [5, 7], "b": [1, 2]}),
    "index before semicolons": (";a;b\n0;1,5;2\n1;3;4\n", {"a": [1.5, 3], "b": [2, 4]}),
    "a header in a comment": ("# a,b\n1,2\n3,4\n", {"a": [1, 3], "b": [2, 4]}),
    "comments between rows": ("a,b\n1,2\n# broken since, then\n3,4\n5,6\n", {"a": [1, 3, 5], "b": [2, 4, 6]}),
    "a preamble": ("Station 5\nLat: 12.5, Lon: 3.1, Alt: 4\n\ndate,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n",
                   {"a": [1, 3], "b": [2, 4]}),
    "a padded preamble": ("Station 5,,\nLatitude,12.5,\n,,\ndate,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n",
                          {"a": [1, 3], "b": [2, 4]}),
    "a preamble of another sign": ("Weather, hourly\nmade by A, B, C\n\nday;a\n01.02.2020;1,5\n02.02.2020;2,5\n",
                                   {"a": [1.5, 2.5]}),
    "yfinance": (YFINANCE, {"Close": [72.7, 72.0], "High": [72.8, 72.7], "Volume": [135480400, 146322800]}),
    "two tickers": (TWO_TICKERS, {"Close AAPL": [72.7, 72.0], "Close MSFT": [153.3, 151.4],
                                  "High AAPL": [73, 74], "High MSFT": [154, 155]}),
    "a row of units": ("date,temp,wind\n,°C,m/s\n2020-01-01,1.5,2\n2020-01-02,3,4\n",
                       {"temp": [1.5, 3], "wind": [2, 4]}),
    "RDB": (RDB, {"site_no": [1646500] * 3, "00060": [9410, 8890, 8500]}),
    "a buoy": (BUOY, {"YY": [2020] * 3, "MM": [1] * 3, "DD": [2] * 3, "hh": [3, 2, 1], "mm": [50] * 3,
                      "WDIR": [120, NAN, 110], "WSPD": [5, 6.5, 7]}),
    "a footer": ("date,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n2020-01-03,5,6\nSource: somewhere, 2020\n",
                 {"a": [1, 3, 5], "b": [2, 4, 6]}),
    "a total": ("date,a,b\n2020-01-01,1,2\n2020-01-02,3,4\n2020-01-03,5,6\nTotal,9,12\n",
                {"a": [1, 3, 5], "b": [2, 4, 6]}),
    "a repeated header": ("a,b\n1,2\n3,4\na,b\n5,6\n", {"a": [1, 3, 5], "b": [2, 4, 6]}),
    "R's row names": ('"a" "b"\n"1" 5 6\n"2" 7 8\n', {"a": [5, 7], "b": [6, 8]}),
    "years across": ("country,1990,1991\nx,1,2\ny,3,4\n", {"1990": [1, 3], "1991": [2, 4]}),
    "blank lines": ("\n\na,b\n\n1,2\n\n\n3,4\n\n", {"a": [1, 3], "b": [2, 4]}),
    "tabs": ("a\tb\n1,5\t2\n2,5\t3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "bars": ("a|b\n1.5|2\n2.5|3\n", {"a": [1.5, 2.5], "b": [2, 3]}),
    "fixed widths": ("  day        a      b\n2020-01-01  1.5   20\n2020-01-02 12.5    3\n",
                     {"a": [1.5, 12.5], "b": [20, 3]}),
    "K, M and B": ("d,v\n2020-01-01,12.3K\n2020-01-02,1.2M\n2020-01-03,2B\n", {"v": [12300, 1.2e6, 2e9]}),
    "spaced thousands": ("d;v\n2020-01-01;1 234,50\n2020-01-02;12,5\n", {"v": [1234.5, 12.5]}),
    "no-break thousands": ("d;v\n2020-01-01;1\u00a0234,50\n2020-01-02;1\u202f000\n", {"v": [1234.5, 1000]}),
    "spaced in one column": ("v\n1 234,50\n2 000,25\n", {"v": [1234.5, 2000.25]}),
    "apostrophes": ("d,v\n2020-01-01,1'234.50\n2020-01-02,7\n", {"v": [1234.5, 7]}),
    "quoted thousands": ('d,v\n2020-01-01,"1,234.5"\n2020-01-02,"12,000"\n', {"v": [1234.5, 12000]}),
    "dollars": ("d,v\n2020-01-01,$187.2\n2020-01-02,-$3\n", {"v": [187.2, -3]}),
    "euros": ("d;v\n2020-01-01;€ 3,50\n2020-01-02;4,00 €\n", {"v": [3.5, 4]}),
    "per cent": ("d,v\n2020-01-01,-0.5%\n2020-01-02,+1.25 %\n", {"v": [-0.5, 1.25]}),
    "accounts": ("d,v\n2020-01-01,(123)\n2020-01-02,\"(1,234.5)\"\n", {"v": [-123, -1234.5]}),
    "a real minus": ("d,v\n2020-01-01,−3.5\n2020-01-02,2\n", {"v": [-3.5, 2]}),
    "true and false": ("v,w\nTrue,yes\nFalse,no\n,yes\n", {"v": [1, 0, NAN], "w": [1, 0, 1]}),
    "T and F": ("v,w\nT,1\nF,2\n", {"v": [1, 0], "w": [1, 2]}),
    "limits": ("d,v\n2020-01-01,<0.1\n2020-01-02,>100\n2020-01-03,5\n", {"v": [0.1, 100, 5]}),
    "powers": ("d,v\n2020-01-01,1e-3\n2020-01-02,1.5e+02\n", {"v": [0.001, 150]}),
    "missing": ("d,v\n2020-01-01,NaN\n2020-01-02,-\n2020-01-03,n/a\n2020-01-04,M\n2020-01-05,5\n",
                {"v": [NAN, NAN, NAN, NAN, 5]}),
    "a trace of rain": ("d,v\n2020-01-01,T\n2020-01-02,0.5\n", {"v": [0, 0.5]}),
    "both decimal signs": ('d;v;w;x\n2020-01-01;1,5;1,25;0.5\n2020-01-02;2,5;1;0.25\n',
                           {"v": [1.5, 2.5], "w": [1.25, 1], "x": [0.5, 0.25]}),
    "a title and stars": ("Means\nYear,a,b\n1880,-.18,***\n1881,.5,.25\n", {"a": [-0.18, 0.5], "b": [NAN, 0.25]}),
    "a search's trend": ("Category: All categories\n\nWeek,x: (somewhere)\n2020-01-05,<1\n2020-01-12,45\n",
                         {"x: (somewhere)": [1, 45]}),
    "an indicator by year": ('"Data Source","Indicators",\n\n"Last Updated Date","2020-01-01",\n\n'
                             '"Name","Code","1960","1961",\n"x","xx","1","2",\n"y","yy","","5",\n',
                             {"1960": [1, NAN], "1961": [2, 5]}),
    "an instrument's header": ("Measurement\t\nVersion\t2\nSeparator\tTab\n***End***\t\n\n"
                               "X\tVolt\n0.5\t1.5\n0.7\t1.7\n",
                               {"X": [0.5, 0.7], "Volt": [1.5, 1.7]}),
    "names, units, comments": ("Time\tVolt\ns\tV\n\tCh1\n0.1\t1.5\n0.2\t1.6\n",
                               {"Time": [0.1, 0.2], "Volt": [1.5, 1.6]}),
    "names over names": ("time,A,,B,\n,temp,hum,temp,hum\n2020-01-01,1,2,3,4\n2020-01-02,5,6,7,8\n",
                         {"A temp": [1, 5], "A hum": [2, 6], "B temp": [3, 7], "B hum": [4, 8]}),
    "bars on the outside": ("| t | flux |\n| s | Jy |\n| 1.0 | 2.0 |\n| 2.0 | 2.5 |\n",
                            {"t": [1, 2], "flux": [2, 2.5]}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_as_people_have_it(kind: str) -> None:
    text, expected = KINDS[kind]
    table = read(text)
    found = columns(table)
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)
    assert said(table)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("kind", ["yfinance", "euros", "fixed widths", "RDB"])
def test_however_it_is_encoded(kind: str, encoding: str) -> None:
    text, expected = KINDS[kind]
    assert columns(read(text, encoding)) == expected


def test_labels_stand_beside_what_they_date() -> None:
    assert read(YFINANCE).labels == ("2020-01-02", "2020-01-03")
    assert read(RDB).labels == ("2020-01-01", "2020-01-02", "2020-01-03")
    assert read("date time v\n2020-01-01 10:00 1\n2020-01-01 11:00 2\n").labels == (
        "2020-01-01 10:00",
        "2020-01-01 11:00",
    )
    assert read("Date;Time;v\n10/03/2004;18.00.00;1,5\n10/03/2004;19.00.00;2,5\n").labels[1] == "10/03/2004 19:00:00"


CONVERTED = {
    "K, M and B": "12.3K", "spaced thousands": "1 234,50", "dollars": "$187.2", "per cent": "-0.5%",
    "accounts": "(123)", "true and false": "True", "limits": "<0.1", "a trace of rain": "T",
    "quoted thousands": "1,234.5", "apostrophes": "1'234.50", "euros": "€ 3,50",
}  # fmt: skip


@pytest.mark.parametrize("kind", CONVERTED)
def test_each_conversion_is_said_once_with_an_example(kind: str) -> None:
    table = read(KINDS[kind][0])
    quoted = [note for note in table.notes if f"'{CONVERTED[kind]}'" in note]
    assert len(quoted) == 1


DROPPED = {
    "comments with commas": "2 comment lines", "a preamble": "Station 5", "a footer": "Source: somewhere",
    "a total": "Total", "comments between rows": "broken since", "RDB": "5s 15s", "a row of units": "°C, m/s",
    "yfinance": "AAPL", "a padded preamble": "Station 5", "a repeated header": "repeated",
}  # fmt: skip


@pytest.mark.parametrize("kind", DROPPED)
def test_every_line_left_out_is_said(kind: str) -> None:
    assert DROPPED[kind] in said(read(KINDS[kind][0]))


def test_every_column_left_out_is_named_with_its_reason() -> None:
    table = read("d,who,end,gap,mix,slip,v\n2020-01-01,ann,2020-01-02,,5%,1,1\n2020-01-03,bob,2020-01-04,,5,x,2\n"
                 "2020-01-05,cyd,2020-01-06,,6,3,3\n")  # fmt: skip
    assert table.numeric_columns == ("v",)
    words = said(table)
    assert "holds words: 'who'" in words
    assert "second column of dates: 'end'" in words
    assert "is empty: 'gap'" in words
    assert "mixes units ('5%' and '5'): 'mix'" in words
    assert "column 'slip' has 'x' on line 3" in words


def test_a_hundred_columns_left_out_stay_in_short_sentences() -> None:
    names = [f"a rather long name of a column {place}" for place in range(100)]
    table = read(",".join([*names, "v"]) + "\n" + ",".join(["word"] * 100 + ["1"]) + "\n")
    assert "and 9" in said(table)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a,b,c\n1,2\n3,4\n", "Line 2 has 2 values, line 1 has 3"),
        ("a,b\n1,2\n3,4,5\n6,7\n", "Line 3 has 3 values, line 1 has 2"),
        ("a,b\n1,2,9\n3,4,9\n", "Line 2 has 3 values, line 1 has 2"),
        ("a,b\n1,2\n3,4\n5\n", "Line 4 has 1 value, line 1 has 2"),
    ],
)
def test_rows_that_would_shift_columns_are_refused(text: str, line: str) -> None:
    with pytest.raises(EncodingError, match=line):
        read(text)


@given(
    st.floats(-1e12, 1e12).map(lambda value: round(value, 2)), st.sampled_from("_ '’\u00a0\u202f\u2009,"), st.booleans()
)
@example(-1234567.5, " ", True)
def test_grouped_thousands_come_back(value: float, sign: str, dollars: bool) -> None:
    grouping = "" if sign == "_" else sign
    spelt = f"{abs(value):,.2f}".replace(",", grouping)
    spelt = ("-" if value < 0 else "") + ("$" if dollars else "") + spelt
    table = read(f"d\tv\n2020-01-01\t{spelt}\n2020-01-02\t0.25\n")
    assert table.frame["v"].tolist() == [value, 0.25]


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=9), st.data())
def test_comments_preambles_and_footers_never_change_a_number(values: list[float], data: st.DataObject) -> None:
    prose = st.text(alphabet="abc xyz,;'", min_size=1, max_size=20).map(lambda text: f"Note {text}")
    above = data.draw(st.lists(prose.map(lambda text: f"# {text}"), max_size=4))
    rows = [f"2020-01-{day:02d};{value}" for day, value in enumerate(values, 1)]
    below = data.draw(st.lists(st.just("Source: somewhere"), max_size=1))
    table = read("\n".join([*above, "day;v", *rows, *below]) + "\n")
    assert table.frame["v"].tolist() == values
