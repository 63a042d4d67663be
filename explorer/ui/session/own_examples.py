"""Something that an uploaded model can read: text of its own tokens, token ids, or noise of its width."""

from typing import Any

import numpy as np

from explorer.errors import ExplorerError
from explorer.models import Model
from explorer.sequences import Encoded, Vocabulary, sample_text, visible
from explorer.ui.session.gallery import GALLERY, WAVE

MADE = "Made of this model's own tokens, in the order of their ids: type a text of your own above."
"""What the page says of such an example."""
_SHOWN = 24
_KINDS = ("code", "prose")


def own_examples(model: Model) -> list[dict[str, Any]]:
    """What to show an uploaded model, what it reads in full first.

    Args:
        model: the uploaded one.
    """
    if model.card.get("examples"):
        return [dict(one) for one in model.card["examples"]]
    if model.text is None:
        return _of_numbers(model) if model.embedding is None else [{"title": "Token ids", "text": _spelt_ids(model)}]
    texts = {title: text for kind in _KINDS for title, text in GALLERY[kind].items()}
    shares = {title: known_share(model.text, text) for title, text in texts.items()}
    full = [{"title": title, "text": texts[title]} for title, share in shares.items() if share == 1]
    text = sample_text(model.text)
    made = {"title": "Its own tokens", "text": text, "says": MADE} if text else {"title": "Its own tokens", "ids": True}
    partly = [{"title": title, "text": texts[title]} for title, share in shares.items() if 0.5 <= share < 1]
    return [*full, made, *partly]


def known_share(vocabulary: Vocabulary, text: str) -> float:
    """The share of a text's pieces that a vocabulary has tokens for; 0 where it cannot be read at all."""
    found = vocabulary.gives(text)
    known = sum(number is not None for number in found) / max(1, len(found))
    try:
        vocabulary.encode(text)
    except ExplorerError:
        return 0.0
    return known


def own_tokens(model: Model) -> Encoded:
    """The first tokens of a vocabulary that no text gives, by their ids.

    Args:
        model: one with a vocabulary.
    """
    assert model.text is not None
    ids = [number for number in range(len(model.text.tokens)) if number not in model.text.silent][:_SHOWN] or [0]
    return Encoded(np.array(ids), tuple(visible(model.text.tokens[number]) for number in ids), (MADE,))


def _spelt_ids(model: Model) -> str:
    assert model.embedding is not None
    ids = [number for number in range(len(model.embedding)) if number != model.mask] or [0]
    return ", ".join(str(ids[place % len(ids)]) for place in range(_SHOWN))


def _of_numbers(model: Model) -> list[dict[str, Any]]:
    noise = {"title": "Seeded noise, 60 steps", "noise": model.input_size}
    return [noise, {"title": "A few numbers", "text": WAVE}] if model.input_size == 1 else [noise]
