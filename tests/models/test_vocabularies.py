"""Vocabularies as people have them: the ids that text gets are those of the tool that wrote them, or it is refused."""

import json
from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
import tokenizers
import torch
from tokenizers import models, normalizers, pre_tokenizers, processors
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint, open_group, read_vocabulary
from explorer.sequences import Vocabulary
from tests.models.checkpoint_writers import as_npz, as_safetensors, saved

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
WORDS = ["the", "cat", "sat", "on", "mat"]
FROM_ONE = {word: number for number, word in enumerate(WORDS, 1)}
TEXT = "The cat, sat on the MAT"
IDS = [1, 2, 3, 4, 1, 5]


class Reader(nn.Module):
    """Tokens in."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.embedding = nn.Embedding(rows, 4)
        self.rnn = nn.GRU(4, 5)

    def states(self, ids: list[int]) -> Any:
        with torch.no_grad():
            return self.rnn(self.embedding(torch.tensor(ids)))[0].numpy()


def keras(index: dict[str, int] = FROM_ONE, **settings: Any) -> dict[str, Any]:
    """What ``Tokenizer.to_json()`` gives, before it becomes a string."""
    config = {"num_words": None, "filters": FILTERS, "lower": True, "split": " ", "char_level": False,
              "oov_token": None, "document_count": 2, "word_counts": json.dumps(dict.fromkeys(index, 2)),
              "index_word": json.dumps({str(number): word for word, number in index.items()}),
              "word_index": json.dumps(index)}  # fmt: skip
    return {"class_name": "Tokenizer", "config": config | settings}


def read(value: Any) -> Vocabulary:
    return read_vocabulary((value if isinstance(value, str) else json.dumps(value)).encode())


def opened(rows: int, words: Vocabulary) -> explorer.models.Model:
    file = inspect_checkpoint(saved(Reader(rows).state_dict()))
    return open_group(file, file.groups[0], vocabulary=words)


OOV = {"<OOV>": 1, "the": 2, "cat": 3, "sat": 4, "on": 5}
FORMS: dict[str, tuple[Any, int, str, list[int]]] = {
    "keras tokenizer": (keras(), 6, "The zorp cat! SAT,on", [1, 2, 3, 4]),
    "keras tokenizer as JSON in JSON": (json.dumps(json.dumps(keras())), 6, TEXT.replace(",", ""), IDS),
    "keras tokenizer, more rows": (keras(), 9, "mat", [5]),
    "keras tokenizer, num_words": (keras(num_words=4), 4, "the cat sat on mat", [1, 2, 3]),
    "keras tokenizer, oov": (keras(OOV, oov_token="<OOV>"), 6, "the zorp CAT", [2, 1, 3]),
    "keras tokenizer, oov and num_words": (keras(OOV, oov_token="<OOV>", num_words=4), 6, "the on cat", [2, 1, 3]),
    "keras tokenizer, cased": (keras({"The": 1, "the": 2}, lower=False), 3, "the The", [2, 1]),
    "keras tokenizer, filters": (keras({"a,b": 1, "c": 2}, filters="."), 3, "a,b.c", [1, 2]),
    "keras tokenizer, separator": (keras({"a b": 1, "c": 2}, split="|", filters=""), 3, "a b|c|A B", [1, 2, 1]),
    "keras characters": (keras({"a": 1, "b": 2, ",": 3}, char_level=True), 4, "AB,a", [1, 2, 3, 1]),
    "ids from 1": (FROM_ONE, 6, "The cat", [1, 2]),
    "ids from 2": ({word: number + 1 for word, number in FROM_ONE.items()}, 7, "the cat", [2, 3]),
    "gaps": ({"a": 0, "b": 2, "c": 3}, 4, "abc", [0, 2, 3]),
    "id to word from 1": ({str(number): word for word, number in FROM_ONE.items()}, 6, "cat mat", [2, 5]),
    "stoi and itos": ({"stoi": FROM_ONE, "itos": {str(n): w for w, n in FROM_ONE.items()}}, 6, "mat cat", [5, 2]),
    "meta of characters": ({"vocab_size": 3, "itos": {"0": "a", "1": "b", "2": "c"}, "stoi": {"a": 0, "b": 1, "c": 2}},
                           3, "cab", [2, 0, 1]),
    "char2idx": ({"char2idx": {"x": 0, "y": 1}, "idx2char": ["x", "y"]}, 2, "yx", [1, 0]),
    "token_to_id": ({"config": {"hidden": 5}, "token_to_id": FROM_ONE}, 6, "mat", [5]),
    "a list": (["<pad>", "<unk>", *WORDS], 7, "the dog", [2, 1]),
    "a list that begins with padding, fewer than rows": (["<pad>", *WORDS], 8, "mat", [5]),
    "TextVectorization": (["", "[UNK]", "dont", "go"], 4, "Don't go, now!", [2, 3, 1]),
    "capitals": (["<unk>", "The", "the", "US"], 4, "The the US us", [1, 2, 3, 0]),
    "notes of music": (["C#4_60", "D-4_12", "<unk>"], 3, "D-4_12 C#4_60", [1, 0]),
    "digits": ([str(digit) for digit in range(10)], 10, "407", [4, 0, 7]),
    "a token a line": ("[PAD]\n[UNK]\nthe\ncat\n", 4, "the cat sat", [2, 3, 1]),
    "a token and its id a line": ("the\t1\ncat\t0\n", 2, "the cat", [1, 0]),
    "BERT's pieces": ("[PAD]\n[UNK]\n[CLS]\nplay\n##ing\n##s\nun\n##play\n,\n", 9, "[CLS] Playing, UNPLAYS zorp",
                      [2, 3, 4, 8, 6, 7, 5, 1]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_text_gets_the_ids_of_the_tool_that_wrote_the_vocabulary(form: str) -> None:
    value, rows, text, ids = FORMS[form]
    model = opened(rows, read(value))
    assert model.vocabulary is not None
    assert len(model.vocabulary) == rows
    trace = explorer.record(model, text)
    np.testing.assert_allclose(trace.select("hidden"), Reader(rows).states(ids), atol=1e-6)


def as_pickled(value: dict[str, Any]) -> dict[str, Any]:
    """A Keras tokenizer's own attributes, as a pickle holds them."""
    return value["config"] | {"word_index": json.loads(value["config"]["word_index"]), "analyzer": None}


INSIDE: dict[str, Any] = {
    "keras tokenizer": lambda state: saved({"model": state, "tokenizer": as_pickled(keras())}),
    "ids from 1": lambda state: saved({"state_dict": state, "word2idx": FROM_ONE}),
    "stoi and itos": lambda state: saved(
        {"model": state, "vocab": {"stoi": FROM_ONE, "itos": {number: word for word, number in FROM_ONE.items()}}}
    ),
    "torchtext": lambda state: saved(
        {
            "model": state,
            "text": {
                "freqs": Counter(the=3, cat=2, sat=1),
                "itos": ["<pad>", *WORDS],
                "stoi": defaultdict(int, FROM_ONE),
            },
        }
    ),
    "bytes": lambda state: saved({"model": state, "vocab": [b"<pad>", *map(str.encode, WORDS)]}, pickle_protocol=4),
    "safetensors": lambda state: as_safetensors(state, {"tokenizer": json.dumps(keras())}),
    "numpy": lambda state: as_npz(state, vocab=np.array(["<pad>", *WORDS])),
    "numpy bytes": lambda state: as_npz(state, vocab=np.array([b"<pad>", *map(str.encode, WORDS)])),
    "beside the classes": lambda state: saved(
        {"model": state, "vocab": FROM_ONE, "classes": ["a", "b", "c", "d", "e", "f"], "epoch": {"done": 3, "best": 5}}
    ),
}


@pytest.mark.parametrize("form", INSIDE)
def test_a_vocabulary_inside_the_checkpoint_comes_along(form: str) -> None:
    model = explorer.load_checkpoint(INSIDE[form](Reader(6).state_dict()))
    trace = explorer.record(model, "the cat sat on the mat")
    np.testing.assert_allclose(trace.select("hidden"), Reader(6).states(IDS), atol=1e-6)
    assert model.text is not None
    assert model.text.padding == "<pad>"


def trained(kind: str) -> Any:
    """A tokenizer of Hugging Face's library, made of known words."""
    marks = ["[PAD]", "[UNK]", "[CLS]"]
    words = {one: number for number, one in enumerate([*marks, "hello", "world", "don", "'", "t", ",", "...", "##s"])}
    model = models.WordPiece(words, unk_token="[UNK]") if "piece" in kind else models.WordLevel(words, "[UNK]")
    made = tokenizers.Tokenizer(model)
    if "bert" in kind:
        made.normalizer = normalizers.BertNormalizer()
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    elif "lower" in kind:
        made.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase()])
        made.pre_tokenizer = pre_tokenizers.Whitespace()
    elif "spaces" in kind:
        made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    elif "marks" in kind:
        cut = [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation()]
        made.pre_tokenizer = pre_tokenizers.Sequence(cut)
    made.add_special_tokens(["[CLS]", "[NEW]"])
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A", special_tokens=[("[CLS]", 2)])
    made.enable_padding(pad_token="[PAD]")
    return made


SAID = ["Hello worlds, don't", "hello [CLS] world", "Héllo   WORLD...\n[NEW]hello", "hello 世界 x\u0301 नमस्ते ² _a"]


@pytest.mark.parametrize("kind", ["words bert", "words lower", "words spaces", "words marks", "words", "pieces bert"])
@pytest.mark.parametrize("text", SAID)
def test_a_tokenizer_json_reads_as_the_library_does(kind: str, text: str) -> None:
    theirs = trained(kind)
    ours = read(theirs.to_str())
    assert ours.gives(text) == [
        number if theirs.id_to_token(number) != "[UNK]" else None
        for number in theirs.encode(text, add_special_tokens=False).ids
    ]
    assert (ours.unknown, ours.padding) == ("[UNK]", "[PAD]")
    assert any("[CLS]" in note or "puts tokens around" in note for note in ours.notes)


BYTE_PAIRS = models.BPE({"h": 0, "e": 1, "he": 2, "<unk>": 3}, [("h", "e")], unk_token="<unk>")
UNIGRAM = models.Unigram([("<unk>", 0.0), ("he", -1.0), ("h", -2.0)], 0)


@pytest.mark.parametrize("model", [BYTE_PAIRS, UNIGRAM], ids=["BPE", "Unigram"])
def test_a_tokenizer_that_is_not_followed_takes_tokens_and_says_so(model: Any) -> None:
    theirs = tokenizers.Tokenizer(model)
    ours = read(theirs.to_str())
    assert ours.encode("he h").values.tolist() == [theirs.token_to_id("he"), theirs.token_to_id("h")]
    assert ours.gives("heh") == [None]
    assert "type the tokens" in " ".join(ours.notes)


REFUSED = {
    "repeated": (["a", "b", "a"], "a comes twice"),
    "one id twice": ({"a": 0, "b": 1, "c": 1}, "'b' and 'c'"),
    "a number in a list": (["a", 7, "c"], "'7'"),
    "ids far apart": ({"a": 0, "b": 70_000}, "70000"),
    "below zero": ({"a": -1, "b": 0}, "-1"),
    "two that differ": ({"stoi": {"a": 0, "b": 1}, "itos": ["b", "a"]}, "'stoi' and 'itos'"),
    "counts": ("the 999\ncat 5\nmat 1\n", "'the 999'"),
    "an unfitted tokenizer": (keras({}), "fit_on_texts"),
    "damaged inside": (keras(word_index="{"), "word_index"),
    "a number": ("{}", "no vocabulary"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_vocabulary_is_refused_by_name(kind: str) -> None:
    value, said = REFUSED[kind]
    with pytest.raises(explorer.CheckpointError, match=said) as raised:
        read(value)
    assert len(str(raised.value)) < 300


def test_a_sentencepiece_model_is_named_and_not_read() -> None:
    piece = b"\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00\x18\x02"
    with pytest.raises(explorer.CheckpointError, match="SentencePiece"):
        read_vocabulary(piece * 3)


def test_tokens_that_are_no_text_in_a_dictionary_are_named() -> None:
    with pytest.raises(explorer.CheckpointError, match="'7'"):
        explorer.models.checkpoints.make_vocabulary(explorer.models.files.words_of({"a": 0, 7: 1}))


SIZES = {
    "more ids than rows": (FROM_ONE, 5, "go up to 5 and the embedding has 5 rows"),
    "a list and one row more": (WORDS, 6, "which rows are left over"),
}


@pytest.mark.parametrize("kind", SIZES)
def test_a_vocabulary_of_another_size_is_refused_where_ids_would_be_guessed(kind: str) -> None:
    value, rows, said = SIZES[kind]
    with pytest.raises(explorer.CheckpointError, match=said):
        opened(rows, read(value))
    inside = explorer.load_checkpoint(saved({"model": Reader(rows).state_dict(), "vocab": value}))
    assert inside.vocabulary is None


def test_rows_without_a_token_are_said_and_never_given() -> None:
    model = opened(8, read(FROM_ONE))
    assert model.text is not None
    assert model.text.gaps == {0, 6, 7}
    assert "3 rows (0, 6, 7) of the embedding have no token" in " ".join(model.card["notes"])
    with pytest.raises(explorer.EncodingError, match="unknown"):
        explorer.record(model, "pad")
    assert Vocabulary.from_dict(json.loads(json.dumps(model.text.to_dict()))) == model.text


def test_a_keras_tokenizer_survives_json() -> None:
    words = read(keras())
    assert Vocabulary.from_dict(json.loads(json.dumps(words.to_dict()))) == words


def test_of_two_that_fit_none_is_taken_and_the_choice_is_offered() -> None:
    other = {word: number for number, word in enumerate(reversed(WORDS), 1)}
    tree = {"model": Reader(6).state_dict(), "source": FROM_ONE, "spoken": other}
    model = explorer.load_checkpoint(saved(tree))
    assert model.vocabulary is None
    assert "'source' and 'spoken'" in " ".join(model.card["notes"])
    assert inspect_checkpoint(saved(tree)).groups[0].vocabularies == ("source", "spoken")


def test_names_of_columns_do_not_make_numbers_tokens() -> None:
    tree = {"model": nn.LSTM(3, 4).state_dict(), "names": ["rain", "wind", "sun"]}
    assert explorer.load_checkpoint(saved(tree)).embedding is None
    letters = {"model": nn.LSTM(3, 4).state_dict(), "vocab": ["a", "b", "c"]}
    assert explorer.load_checkpoint(saved(letters)).vocabulary == ("a", "b", "c")


def test_a_vocabulary_that_torch_saved_is_read() -> None:
    assert read_vocabulary(saved({"vocab": FROM_ONE})).gives("cat mat") == [2, 5]


def test_a_guess_says_that_it_is_one() -> None:
    model = explorer.load_checkpoint(saved(Reader(128).state_dict()))
    assert model.card["guessed"] == ("vocabulary",)
    assert "guessed" in " ".join(model.card["notes"])
    assert explorer.load_checkpoint(saved(Reader(6).state_dict())).card["guessed"] == ()
