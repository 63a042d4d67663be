"""A few damaged files of every form: each opens or is refused, soon and in little memory."""

import json

import pytest

from benchmarks.forms import forms
from benchmarks.fuzz import Form, change, read

SMALL = 15
NOT_HERE = {"zip of weights", "tar of weights"}
"""Forms whose good file may be refused."""


@pytest.mark.parametrize("name", forms())
def test_damaged_files_open_or_are_refused(name: str) -> None:
    form = forms()[name]
    whole = read(form, change(name, 0))
    assert whole.raised == ""
    assert whole.opened or name in NOT_HERE
    few = SMALL // 5 if "Keras" in name and "h5" in name else SMALL  # each starts a process of HDF5's own
    for number in range(1, few + 1):
        found = read(form, change(name, number), number)
        assert found.raised == "", (name, number)
        assert "large" not in found.outcomes, (name, number)


def test_what_is_raised_is_seen_and_what_grows_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fuzz.BYTES", 50_000_000)

    def fails(_: bytes) -> object:
        raise KeyError("raw")

    assert "KeyError" in read(Form(lambda: b"", fails), b"").raised
    assert read(Form(lambda: b"", lambda _: bytearray(80_000_000)), b"").outcomes == ["opened", "large"]


@pytest.mark.parametrize("turned", [False, True])
def test_ids_that_collide_as_keys_are_refused_before_they_are_keys(turned: bool) -> None:
    far = {f"t{number}": number * (2**61 - 1) for number in range(200_000)}
    content = json.dumps({str(number): token for token, number in far.items()} if turned else far).encode()
    found = read(forms()["vocabulary .json"], content)
    assert (found.raised, found.opened) == ("", False)
