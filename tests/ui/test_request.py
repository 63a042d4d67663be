"""Any request survives its link, and any link is a request."""

import base64
import zlib
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.session.fields import choices
from explorer.ui.session.link import MAX_LINK, fits_link, from_link, read_settings, shareable, to_link, write_settings
from explorer.ui.session.request import CHOICES, Request, same_view

NAMES = [one.name for one in CHOICES]
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NONSENSE = st.one_of(TEXT, st.integers().map(str), st.floats().map(str), st.sampled_from(["", "-", "--1", "1e3", "٣"]))


def values(one: Any) -> st.SearchStrategy[Any]:
    """Everything a field may hold."""
    if one.type is bool:
        return st.booleans()
    if one.type is int:
        return st.integers(one.metadata["low"], one.metadata["high"])
    known = choices(one)
    return TEXT if known is None else st.sampled_from(known)


REQUESTS = st.builds(Request.of, **{one.name: values(one) for one in CHOICES})


def travelled(request: Request) -> Request:
    """What another browser reads from the request's address."""
    address = parse_qs(urlencode(to_link(shareable(request))), keep_blank_values=True)
    return from_link({name: given[-1] for name, given in address.items()})


@given(REQUESTS.filter(fits_link))
def test_a_request_survives_its_link(request: Request) -> None:
    kept = request if request.sequence.source == "typed" else request.but(text="")
    assert travelled(request) == kept


@given(st.text(st.sampled_from("ab é😀\n"), min_size=200, max_size=3_000))
def test_a_long_text_survives_its_link(text: str) -> None:
    request = Request.of(source="typed", text=text)
    assert fits_link(request)
    assert travelled(request) == request


@given(REQUESTS)
def test_whatever_the_request_its_address_stays_short(request: Request) -> None:
    assert len(to_link(shareable(request)).get("z", "")) <= MAX_LINK


@given(st.dictionaries(st.one_of(st.sampled_from([*NAMES, "z"]), TEXT), NONSENSE))
def test_any_link_is_a_request_within_bounds(link: dict[str, str]) -> None:
    request = from_link(link)
    for one in CHOICES:
        value = request.value(one.name)
        assert type(value) is one.type
        assert value in (choices(one) or [value])
        if one.type is int:
            assert one.metadata["low"] <= value <= one.metadata["high"]


@given(st.dictionaries(st.sampled_from([*NAMES, "z"]), NONSENSE))
def test_a_link_read_and_written_again_says_the_same(link: dict[str, str]) -> None:
    request = from_link(link)
    if fits_link(request):
        assert from_link(to_link(request)) == (request if request.sequence.source == "typed" else request.but(text=""))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spelt", ["", "-2", "99999999", "9" * 5_000, "1.5", "nan", "true", "٣", "\0"])
def test_a_number_or_a_word_that_makes_no_sense_keeps_its_default(name: str, spelt: str) -> None:
    one = next(one for one in CHOICES if one.name == name)
    if one.type is not str or choices(one):
        assert from_link({name: spelt}) == Request()


def test_the_landing_view_has_an_empty_address() -> None:
    assert to_link(Request()) == {}
    assert from_link({}) == Request()


def test_defaults_are_left_out_and_the_rest_is_readable() -> None:
    assert to_link(Request.of(source="typed", text="f(x)", similar=False)) == {
        "source": "typed", "text": "f(x)", "similar": "0",
    }  # fmt: skip


def test_a_text_alone_is_taken_as_typed() -> None:
    assert from_link({"text": "f(x)"}) == Request.of(source="typed", text="f(x)")


@given(NONSENSE)
def test_a_long_text_that_was_never_packed_is_left_out(z: str) -> None:
    assert from_link({"z": z}) == Request()


def test_a_long_text_that_was_cut_short_is_left_out() -> None:
    whole = to_link(Request.of(source="typed", text="best = max(names) " * 40))["z"]
    assert from_link({"z": whole}).sequence.text
    assert [cut for cut in range(len(whole) - 1) if from_link({"z": whole[:cut]}) != Request()] == []


@pytest.mark.parametrize("raw", [b"a" * 50_000_000, b"\xed\xa0\x80"], ids=["a bomb", "a lone surrogate"])
def test_a_packed_text_that_we_would_not_have_packed_is_left_out(raw: bytes) -> None:
    packed = base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode()
    assert from_link({"z": packed}) == Request()


@pytest.mark.parametrize("text", ["".join(map(chr, range(0x4E00, 0x9000))), "a" * 500_000])
def test_a_text_beyond_the_limit_is_not_cut_but_left_out_of_the_link(text: str) -> None:
    request = Request.of(source="typed", text=text, model="random", order="index")
    assert not fits_link(request)
    assert travelled(request) == Request.of(model="random", order="index")


def test_an_upload_is_left_out_of_the_link() -> None:
    request = Request.of(source="upload", model="random", hidden=5)
    assert not fits_link(request)
    assert travelled(request) == Request.of(model="random", hidden=5)


@given(st.dictionaries(st.text("abcdefgh ", min_size=1).map(str.strip).filter(bool), st.floats(allow_nan=False)))
def test_settings_survive_their_spelling(numbers: dict[str, float]) -> None:
    assert read_settings(write_settings(numbers)) == numbers


@given(TEXT)
def test_any_settings_are_numbers(settings: str) -> None:
    assert all(isinstance(value, float) for value in read_settings(settings).values())


CURSOR = {"step": 3, "unit": 3, "first": 3, "last": 3, "top": 3, "bottom": 3, "presenter": True, "gate": "forget"}


@pytest.mark.parametrize("name", NAMES)
def test_only_the_cursor_and_the_presenter_are_the_same_view(name: str) -> None:
    default = Request().value(name)
    other = {str: f"{default}x", int: 7, bool: not default}[type(default)]
    assert same_view(Request(), Request.of(**{name: CURSOR.get(name, other)})) == (name in CURSOR)
