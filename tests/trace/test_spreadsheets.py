"""What a spreadsheet would compute in an exported CSV is harmless there, and turns back into what it was."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import explorer
from explorer.trace.spreadsheets import csv_bytes, quoted, unquoted

FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "=", "-", "+", "@")


@given(st.text(st.sampled_from("'=+-@\t\r\n1.ea")) | st.text())
def test_every_word_comes_back_and_none_is_computed(word: str) -> None:
    written = quoted(word)
    assert unquoted(written) == word
    try:
        float(word)
    except ValueError:
        assert not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_stays_a_number(value: float) -> None:
    assert quoted(repr(value)) == repr(value)


@pytest.mark.parametrize("word", FORMULAS)
def test_in_the_export_of_a_run(word: str) -> None:
    trace = explorer.record(explorer.load_model("brackets-lstm"), "ab")
    file = io.BytesIO()
    explorer.trace.write_csv(explorer.Trace(**{**vars(trace), "labels": (word, "'a")}), file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode(), newline="")))
    assert {row["label"] for row in rows} == {f"'{word}", "'a"}
    assert {unquoted(row["label"]) for row in rows} == {word, "'a"}
    assert {row["signal"] for row in rows} == set(trace.signals)


def test_names_of_columns_and_words_beside_numbers() -> None:
    table = pd.DataFrame({"=a": ["=b", "c"], "value": [-1.5, 2.0], "many": pd.Categorical(["@d", "'=d"])})
    assert csv_bytes(table).decode() == "'=a,value,many\n'=b,-1.5,'@d\nc,2.0,''=d\n"
    assert csv_bytes(pd.DataFrame({"a": np.array(["\ud800"], object)}, dtype=object)).decode() == "a\n?\n"
    assert csv_bytes(table, header=False).decode() == "'=b,-1.5,'@d\nc,2.0,''=d\n"
