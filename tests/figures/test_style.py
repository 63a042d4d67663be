"""Colours that everyone can read, and text that stays text."""

from itertools import pairwise

import pytest

from explorer.figures import STYLES, Theme
from explorer.figures.style import Style, plain


def _channels(colour: str) -> list[float]:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]


def _luminance(colour: str) -> float:
    red, green, blue = _channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


themes = pytest.mark.parametrize("theme", ["light", "dark"])


@themes
def test_words_stand_out_from_the_page(theme: Theme) -> None:
    style: Style = STYLES[theme]
    for colour in (style.ink, style.quiet, style.accent):
        assert _contrast(colour, style.paper) >= 4.5


@themes
def test_lines_stand_out_from_the_page_and_differ(theme: Theme) -> None:
    style = STYLES[theme]
    assert all(_contrast(colour, style.paper) >= 3 for colour in style.lines)
    assert len(set(style.lines)) == len(style.lines) == 6


@themes
def test_scales_go_one_way_in_lightness(theme: Theme) -> None:
    """Then they are read without seeing hues: gates from end to end, states from the middle to both ends."""
    style = STYLES[theme]
    gates = [_luminance(colour) for _, colour in style.gates]
    middle = [place for place, _ in style.states].index(0.5)
    states = [_luminance(colour) for _, colour in style.states]
    for way in (gates, states[middle:], states[middle::-1]):
        steps = [after - before for before, after in pairwise(way)]
        assert all(step > 0 for step in steps) or all(step < 0 for step in steps)


@themes
def test_scales_begin_at_zero_and_end_at_one(theme: Theme) -> None:
    for scale in (STYLES[theme].gates, STYLES[theme].states):
        places = [place for place, _ in scale]
        assert (places[0], places[-1]) == (0.0, 1.0)
        assert places == sorted(places)


def test_text_is_escaped_once() -> None:
    assert plain("a < b && c > d") == "a &lt; b &amp;&amp; c &gt; d"
    assert plain("&lt;") == "&amp;lt;"
