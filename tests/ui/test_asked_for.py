"""What a link or a line asks for beyond what is done is said in a sentence, and something true stands there instead."""

import pytest

from explorer.archives import pack
from explorer.models.run.prefixes import prefix_lengths
from explorer.ui.session.link import MAX_LINK, MAX_TEXT
from tests.ui.screen import Screen

NOT_TAKEN = "stands for more than 100,000 bytes, so an example stands here"


@pytest.mark.parametrize("page", ["gates", "step", "memory", "compare"])
def test_a_short_link_cannot_ask_for_a_text_without_end(page: str) -> None:
    word = pack("a" * (MAX_TEXT + 1))
    assert len(word) < MAX_LINK
    screen = Screen(f"pages/{page}.py", z=word, source="typed", model="python-chars-lstm")
    assert NOT_TAKEN in screen.captions
    assert screen.request.model == "python-chars-lstm"
    assert screen.request.sequence.source == "example"
    screen.type("def f(x):")
    assert NOT_TAKEN not in screen.captions
    screen.press("undo")
    assert NOT_TAKEN in screen.captions


def test_a_damaged_link_says_so_and_a_good_one_says_nothing() -> None:
    word = pack("f(x[0]) " * 60)
    assert NOT_TAKEN in Screen(z=word[:-9]).captions
    whole = Screen(z=word)
    assert NOT_TAKEN not in whole.captions
    assert whole.line == "f(x[0]) " * 60


def test_a_model_that_reads_both_ends_says_after_how_many_steps_it_was_asked() -> None:
    asked = len(prefix_lengths(300))
    long = Screen(model="sentiment-gru", text="good " * 300)
    assert f"it is made after {asked} of the 300 steps" in long.captions
    long.type("good bad")
    assert "from both ends" not in long.captions
