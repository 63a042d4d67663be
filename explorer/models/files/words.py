"""Values of a file → a vocabulary's tokens by id, with what the file says about reading them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.files.limits import named

MAX_WORDS = 1_000_000
_SPARE_IDS = 8
_KERAS = ("filters", "lower", "split", "char_level", "oov_token", "num_words")
_HUGGING_FACE = ("normalizer", "pre_tokenizer", "post_processor", "truncation", "padding", "added_tokens")
Placed = dict[int, str]


@dataclass(frozen=True)
class Words:
    """A vocabulary as a file holds it.

    Attributes:
        tokens: by id; None where no token has the id.
        listed: whether the ids are only the places in a list, so that the file states none.
        keras: the settings of a Keras tokenizer: ``filters``, ``lower``, ``split``, …
        hugging_face: the settings of a ``tokenizer.json``: ``model``, ``pre_tokenizer``, …
        converted: what the tokens were, where they were no strings.
    """

    tokens: tuple[str | None, ...]
    listed: bool = False
    keras: Mapping[str, Any] = field(default_factory=dict)
    hugging_face: Mapping[str, Any] = field(default_factory=dict)
    converted: str = ""

    def __len__(self) -> int:
        """The least number of rows that an embedding for it has."""
        return len(self.tokens)


def as_words(value: Any) -> Words | None:
    """A vocabulary, or None where a value is none; see `words_of`."""
    try:
        return words_of(value)
    except CheckpointError:
        return None


def words_of(value: Any) -> Words:
    """Read a list of tokens, {token: id}, {id: token}, or a tokenizer of Keras or Hugging Face.

    Args:
        value: dictionaries, lists and plain values, of JSON or of a pickle.

    Raises:
        CheckpointError: it is none of these, or ids clash; the token is named.
    """
    if isinstance(value, list | tuple):
        return _of_list(value)
    if not isinstance(value, dict):
        raise _none()
    found = _of_tokenizer(value)
    if found is not None:
        return found
    if value and all(isinstance(key, bytes) for key in value):
        return Words(_by_id(_placed(dict(zip(_decoded(value), value.values(), strict=True)))), converted="bytes")
    return Words(_by_id(_placed(value)))


def as_tokenizer(value: Any) -> Words | None:
    """As `as_words`, of tokenizers alone: for the attributes of an object, of which any could be whole numbers."""
    try:
        return _of_tokenizer(value) if isinstance(value, dict) else None
    except CheckpointError:
        return None


def distinct(found: Mapping[str, Words]) -> dict[str, Words]:
    """The vocabularies that differ: of stoi and itos, which say the same, the one that names more ids is left."""
    kept: dict[str, Words] = {}
    for name, words in found.items():
        alike = next((other for other, one in kept.items() if _agree(one.tokens, words.tokens)), None)
        if alike is None:
            kept[name] = words
        elif kept[alike].tokens.count(None) > words.tokens.count(None):
            kept[alike] = words
    return kept


def _agree(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    if len(one) != len(other):
        return False
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in zip(one, other, strict=True))


def _of_tokenizer(value: Mapping[Any, Any]) -> Words | None:
    if "config" in value and value.get("class_name") == "Tokenizer" and isinstance(value["config"], dict):
        value = value["config"]
    if "word_index" in value and "filters" in value:
        return _of_keras(value)
    model = value.get("model")
    if isinstance(model, dict) and "vocab" in model and "added_tokens" in value:
        return _of_hugging_face(value, model)
    return None


def _of_list(values: Iterable[Any]) -> Words:
    tokens = list(values)
    if len(tokens) < 2 or not isinstance(tokens[0], str | bytes):
        raise _none()
    if all(isinstance(token, bytes) for token in tokens):
        return Words(_decoded(tokens), listed=True, converted="bytes")
    for number, token in enumerate(tokens):
        if not isinstance(token, str):
            raise CheckpointError(f"Token {number} of this vocabulary is {named(token)}, no text: give strings alone.")
    return Words(tuple(tokens), listed=True)


def _decoded(tokens: Iterable[bytes]) -> tuple[str, ...]:
    try:
        return tuple(token.decode() for token in tokens)
    except UnicodeDecodeError:
        raise CheckpointError("This vocabulary's tokens are bytes that are no UTF-8: save them as text.") from None


def _placed(value: Mapping[Any, Any]) -> Placed:
    """Each token at its id, whichever way the dictionary goes."""
    if len(value) < 2:
        raise _none()
    if all(isinstance(key, str) and type(number) is int for key, number in value.items()):
        return _turned(value)
    if all(type(key) is int and isinstance(word, str) for key, word in value.items()):
        return dict(value)
    if all(_counts(key) and isinstance(word, str) for key, word in value.items()):
        _refuse_far(map(len, value), 10)
        placed = {int(key): word for key, word in value.items()}
        if len(placed) == len(value):
            return placed
    strange = next((key for key in value if not isinstance(key, str)), None)
    if strange is not None and all(type(number) is int for number in value.values()):
        raise CheckpointError(f"The token {named(strange)} of this vocabulary is no text: give strings alone.")
    raise _none()


def _refuse_far(numbers: Iterable[int], most: int = 2**32) -> None:
    """Refuse ids, or counts of their digits, that no embedding has: such are made so that they collide as keys."""
    if any(abs(number) > most for number in numbers):
        raise CheckpointError("This vocabulary has ids of billions, which no embedding has: number its tokens from 0.")


def _turned(ids: Mapping[str, int]) -> Placed:
    placed: Placed = {}
    _refuse_far(ids.values())
    for token, number in ids.items():
        if number in placed:
            raise CheckpointError(
                f"The tokens {named(placed[number])} and {named(token)} of this vocabulary both have the id {number}: "
                "give each token an id of its own."
            )
        placed[number] = token
    return placed


def _by_id(placed: Placed) -> tuple[str | None, ...]:
    """Refuses ids that no embedding has rows for: then it is another dictionary than a vocabulary."""
    if min(placed, default=-1) < 0 or max(placed) >= 2 * len(placed) + _SPARE_IDS:
        raise CheckpointError(
            f"This dictionary is no vocabulary: {len(placed)} tokens have ids from {min(placed, default=0)} to "
            f"{max(placed, default=0)}. Give ids 0, 1, 2, … or 1, 2, 3, …"
        )
    return tuple(placed.get(number) for number in range(max(placed) + 1))


def _of_keras(config: Mapping[Any, Any]) -> Words:
    """Keras's ``word_index`` goes from 1 on; a tokenizer with ``num_words`` gives no greater ids than it."""
    index = config["word_index"]
    try:
        index = json.loads(index) if isinstance(index, str) else index
    except (ValueError, RecursionError):
        raise CheckpointError(
            "The word_index of this Keras tokenizer cannot be read: save it with to_json()."
        ) from None
    if not isinstance(index, dict) or not index or not all(type(number) is int for number in index.values()):
        raise CheckpointError("This Keras tokenizer knows no words: save it after fit_on_texts.")
    most = config.get("num_words")
    placed = _turned({str(word): number for word, number in index.items()})
    if type(most) is int and most > 0:
        placed = {number: word for number, word in placed.items() if number < most}
    return Words(_by_id(placed), keras={name: config.get(name) for name in _KERAS})


def _of_hugging_face(whole: Mapping[Any, Any], model: Mapping[Any, Any]) -> Words:
    vocabulary = model["vocab"]
    if isinstance(vocabulary, list):
        tokens = [one[0] if isinstance(one, list) and one else one for one in vocabulary]
        vocabulary = {token: number for number, token in enumerate(tokens) if isinstance(token, str)}
    if not isinstance(vocabulary, dict) or not all(type(number) is int for number in vocabulary.values()):
        raise CheckpointError(
            "The vocabulary of this tokenizer.json is no dictionary from tokens to ids: save it again."
        )
    added = whole["added_tokens"] if isinstance(whole["added_tokens"], list) else []
    pairs = [(one.get("content"), one.get("id")) for one in added if isinstance(one, dict)]
    more = {token: number for token, number in pairs if isinstance(token, str) and type(number) is int}
    settings = {name: whole.get(name) for name in _HUGGING_FACE}
    settings["model"] = {name: value for name, value in model.items() if name not in ("vocab", "merges")}
    return Words(_by_id(_turned({**vocabulary, **more})), hugging_face=settings)


def _counts(key: Any) -> bool:
    return isinstance(key, str) and key.isascii() and key.isdecimal() and len(key) < 10


def _none() -> CheckpointError:
    return CheckpointError(
        "This is no vocabulary: give a list of tokens, a dictionary from tokens to ids 0, 1, 2, …, or a tokenizer."
    )
