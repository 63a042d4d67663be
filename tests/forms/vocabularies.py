"""Vocabularies as people have them: text gets the ids of the tool that wrote them."""

import pickle
from typing import Any

import tokenizers
import torch

from tests.forms.form import Form, Opens, refused
from tests.forms.given import File, Words
from tests.models.checkpoint_writers import saved
from tests.models.test_pickled_vocabularies import STATES
from tests.models.test_vocabularies import (
    BYTE_PAIRS,
    FROM_ONE,
    IDS,
    INSIDE,
    REFUSED,
    SIZES,
    UNIGRAM,
    WORDS,
    Reader,
    trained,
)  # fmt: skip
from tests.models.test_vocabularies import (
    FORMS as WRITTEN,
)

PART = "Vocabularies"


def _written(title: str) -> Words:
    value, rows, text, ids = WRITTEN[title]
    return Words(value, saved(Reader(rows).state_dict()), text, Reader(rows).states(ids))


def _inside(title: str) -> File:
    return File(INSIDE[title](Reader(6).state_dict()), Reader(6).states(IDS), "the cat sat on the mat")


def _pickled(title: str) -> Words:
    _, state = STATES[title]
    return Words(pickle.dumps(state), saved(Reader(6).state_dict()), "the cat sat on the mat", Reader(6).states(IDS))


def _tokenizer(kind: str, text: str) -> Words:
    theirs = trained(kind)
    rows = theirs.get_vocab_size()
    ids = theirs.encode(text, add_special_tokens=False).ids
    return Words(theirs.to_str(), saved(Reader(rows).state_dict()), text, Reader(rows).states(ids))


def _not_followed(model: Any) -> Words:
    theirs = tokenizers.Tokenizer(model)
    rows = theirs.get_vocab_size()
    ids = [theirs.token_to_id("he"), theirs.token_to_id("h")]
    return Words(theirs.to_str(), saved(Reader(rows).state_dict()), "he h", Reader(rows).states(ids))


def _of_another_size(title: str) -> Words:
    value, rows, _ = SIZES[title]
    return Words(value, saved(Reader(rows).state_dict()), "the")


def _rows_left() -> Words:
    return Words(FROM_ONE, saved(Reader(8).state_dict()), "mat cat", Reader(8).states([5, 2]))


def _unknown() -> Words:
    return Words(FROM_ONE, saved(Reader(6).state_dict()), "zorp the")


def _two_that_fit() -> File:
    other = {word: number for number, word in enumerate(reversed(WORDS), 1)}
    data = saved({"model": Reader(6).state_dict(), "source": FROM_ONE, "spoken": other})
    return File(data, Reader(6).states([2, 5]), [2, 5])


def _columns() -> File:
    torch.manual_seed(3)
    module = torch.nn.LSTM(3, 4)
    x = torch.eye(3)
    with torch.no_grad():
        right = module(x)[0].numpy()
    return File(saved({"model": module.state_dict(), "names": ["rain", "wind", "sun"]}), right, x.numpy())


def _as_guessed() -> File:
    return File(saved(Reader(128).state_dict()), Reader(128).states([97, 98]), "ab")


NAMED = {
    "repeated": "a",
    "one id twice": "'b'",
    "a number in a list": "'7'",
    "ids far apart": "70000",
    "below zero": "-1",
    "two that differ": "'stoi'",
    "counts": "'the 999'",
    "an unfitted tokenizer": "fit_on_texts",
    "damaged inside": "word_index",
    "a number": "no vocabulary",
}
TEXTS = {"words bert": "Hello worlds, don't", "words lower": "Héllo   WORLD...", "words spaces": "hello world",
         "words marks": "hello , world", "pieces bert": "Hello worlds, don't"}  # fmt: skip
KERAS, UNSAID, EMPTY = "as the Keras tokenizer does", "does not say how text is cut", "no token: text never gives"
OWN, AROUND = "the file's own", "puts tokens around a text"
SAID: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((title for title in WRITTEN if title.startswith("keras")), (KERAS, EMPTY)),
    **dict.fromkeys(("meta of characters", "char2idx", "digits"), ()), "keras characters": ("single characters", EMPTY),
    **dict.fromkeys(("a list", "capitals", "notes of music", "a token a line", "a token and its id a line"), (UNSAID,)),
    "gaps": (EMPTY,), "TextVectorization": ("TextVectorization",), "BERT's pieces": ("BERT's word pieces",),
}  # fmt: skip
SAID_INSIDE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("keras tokenizer", "safetensors"), (OWN, KERAS, EMPTY)),
    **dict.fromkeys(("torchtext", "numpy"), (OWN, UNSAID)),
    **dict.fromkeys(("bytes", "numpy bytes"), (OWN, UNSAID, "UTF-8")),
}
SAID_PICKLED: dict[str, tuple[str, ...]] = {"keras": (KERAS, EMPTY), "torchtext": (UNSAID,)}
FORMS = (
    *(
        Form(PART, title, lambda title=title: _written(title), Opens(SAID.get(title, (UNSAID, EMPTY))))
        for title in WRITTEN
    ),
    *(
        Form(
            PART,
            f"inside the checkpoint: {title}",
            lambda title=title: _inside(title),
            Opens(SAID_INSIDE.get(title, (OWN, UNSAID, EMPTY))),
        )
        for title in INSIDE
    ),
    *(
        Form(
            PART,
            f"what an object keeps, pickled: {title}",
            lambda title=title: _pickled(title),
            Opens(SAID_PICKLED.get(title, (UNSAID, EMPTY))),
        )
        for title in STATES
    ),
    *(
        Form(
            PART,
            f"tokenizer.json: {kind}",
            lambda kind=kind, text=text: _tokenizer(kind, text),
            Opens(("Text is cut as the", AROUND)),
        )
        for kind, text in TEXTS.items()
    ),
    *(
        Form(PART, f"tokenizer.json: {title}", lambda model=model: _not_followed(model), Opens(("type the tokens",)))
        for title, model in (("BPE", BYTE_PAIRS), ("Unigram", UNIGRAM))
    ),
    *(Form(PART, title, lambda title=title: _of_another_size(title), refused("embedding")) for title in SIZES),
    Form(PART, "rows without a token", _rows_left, Opens(("0, 6, 7", UNSAID))),
    Form(PART, "a token that it lacks", _unknown, refused("zorp")),
    Form(PART, "two vocabularies that fit", _two_that_fit, Opens(("'source' and 'spoken'",))),
    Form(PART, "names of columns beside numbers", _columns, Opens(embedding=None)),
    Form(PART, "an embedding of 128 rows and no vocabulary", _as_guessed, Opens(("guessed",), guessed=("vocabulary",))),
    *(
        Form(PART, title, lambda value=value: Words(value), refused(NAMED[title]))
        for title, (value, _) in REFUSED.items()
    ),
    Form(
        PART,
        "a SentencePiece model",
        lambda: Words(b"\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00\x18\x02" * 3),
        refused("SentencePiece"),
    ),
)
"""Rows of this part."""
