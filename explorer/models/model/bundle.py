"""Models on disk: weights as safetensors, and beside them a JSON that says where they come from.

The tensors are named ``embedding.weight``, ``rnn.`` followed by PyTorch's names, ``head.weight`` and
``head.bias``. The JSON holds ``task``, ``kind``, ``cell`` (options of the cell), ``vocabulary``,
``scaling``, ``head`` (labels, gives, reads, offset, scale), words for the page, and the provenance.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, float16, float32

from explorer.archives import listed, named
from explorer.arguments import checked
from explorer.errors import CheckpointError
from explorer.models.model.build import stack_from
from explorer.models.model.head import Head
from explorer.models.model.model import Model
from explorer.places import ASSETS, TRAINED
from explorer.sequences import Scaling, Vocabulary

BUNDLED = ASSETS / "models"
_RECURRENT = "rnn."


def list_models() -> tuple[str, ...]:
    """The names of the models at hand, those of a task together: the bundled ones, and those trained here."""
    trained = {path.stem for path in TRAINED.glob("*.json") if _opens(path.stem, _written(path))}
    return tuple(sorted(trained | {path.stem for path in BUNDLED.glob("*.json")}))


class Place(NamedTuple):
    """Where the files of a model at hand lie, and when its card was written: trained again, it is another model."""

    folder: Path
    written: int


def place_of(name: str) -> Place:
    """Where a model at hand is; a bundled one comes before one of the same name that was trained here.

    Raises:
        CheckpointError: there is no such model.
    """
    for folder in (BUNDLED, TRAINED):
        try:
            if Path(name).name == name:
                return Place(folder, (folder / f"{name}.json").stat().st_mtime_ns)
        except (OSError, ValueError):
            continue
    raise CheckpointError(f"There is no bundled model {named(name)}: choose one of {listed(list_models())}.")


def _written(card: Path) -> tuple[int, ...]:
    """When the files of a model were written, in nanoseconds; 0 for one that is not there."""
    return tuple(_time(path) for path in (card, card.with_suffix(".safetensors")))


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def load_card(name: str) -> dict[str, Any]:
    """What the JSON of a model at hand says, without loading its weights.

    Raises:
        CheckpointError: there is no such model, or its JSON is damaged.
    """
    return _card(name, place_of(name))


@checked
def load_model(name: str) -> Model:
    """Load a bundled model, or one trained here; the same object each time, and read-only.

    Raises:
        CheckpointError: there is no such model, its files are damaged, or they disagree.

    Example:
        >>> load_model("brackets-lstm").kind
        'lstm'
    """
    return _model(name, place_of(name))


@lru_cache(maxsize=256)
def _card(name: str, place: Place) -> dict[str, Any]:
    return read_card(place.folder, name)


@lru_cache(maxsize=128)
def _model(name: str, place: Place) -> Model:
    return read_model(place.folder, name, _card(name, place))


@lru_cache(maxsize=256)
def _opens(name: str, written: tuple[int, ...]) -> bool:
    """Whether a model trained here, whose files were ``written`` then, can be read: an interrupted run is no offer."""
    try:
        _model(name, place_of(name))
    except CheckpointError:
        return False
    return True


def read_card(folder: Path, name: str) -> dict[str, Any]:
    """What ``folder/name.json`` says.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = folder / f"{name}.json"
    try:
        card = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as reason:
        raise CheckpointError(f"{path.name} cannot be read ({reason}): fetch the file again.") from None
    if not isinstance(card, dict):
        raise CheckpointError(f"{path.name} holds no model's card: fetch the file again.")
    return card


def read_weights(folder: Path, name: str) -> dict[str, Tensor]:
    """The tensors of ``folder/name.safetensors`` by name, half precision widened to single.

    Raises:
        CheckpointError: the file is missing or damaged.
    """
    path = folder / f"{name}.safetensors"
    try:
        return {
            key: value.to(float32) if value.dtype == float16 else value
            for key, value in load_tensors(path.read_bytes()).items()
        }
    except (OSError, SafetensorError) as reason:
        raise CheckpointError(f"{path.name} cannot be read ({reason}): fetch the file again.") from None


def read_model(folder: Path, name: str, card: Mapping[str, Any]) -> Model:
    """A model from ``folder/name.safetensors`` and its card.

    Raises:
        CheckpointError: the file is damaged, or does not fit the card.
    """
    tensors = read_weights(folder, name)
    try:
        return assemble(name, card, tensors)
    except (KeyError, TypeError, ValueError) as reason:
        raise CheckpointError(
            f"{name}.safetensors and {name}.json disagree ({reason!r}): fetch both files again."
        ) from None


@checked
def load_trained(source: str | Path | bytes) -> Model:
    """A network that was trained on the page Train, or by `explorer.training`, from its file with the card in it.

    Args:
        source: a safetensors file whose header holds ``card``; its path or its bytes.

    Raises:
        CheckpointError: it cannot be read, or holds no card.
    """
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
        length = int.from_bytes(data[:8], "little")
        card = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["card"])
        return assemble("my network", card, load_tensors(data))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as reason:
        raise CheckpointError(
            f"This is no file of a network that was trained here ({type(reason).__name__}): open others with "
            "explorer.load_checkpoint."
        ) from None


def write_model(folder: Path, name: str, card: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Write ``name.safetensors`` and ``name.json``; what `read_model` reads.

    Raises:
        CheckpointError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        owned = {key: value.detach().contiguous().clone() for key, value in tensors.items()}
        (folder / f"{name}.safetensors").write_bytes(save_tensors(owned))
        text = json.dumps(dict(card), indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")
    except OSError as reason:
        raise CheckpointError(f"{folder} cannot be written ({reason}): choose another folder.") from None


def assemble(name: str, card: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> Model:
    """A model from its card and tensors, however they came; they must fit each other.

    Raises:
        KeyError, TypeError, ValueError: they do not.
    """
    recurrent = {key.removeprefix(_RECURRENT): value for key, value in tensors.items() if key.startswith(_RECURRENT)}
    model = Model(
        stack_from(card["kind"], recurrent, **card.get("cell", {})),
        name=name,
        embedding=tensors.get("embedding.weight"),
        text=Vocabulary.from_dict(card["vocabulary"]) if card.get("vocabulary") else None,
        scaling=_scaling(card.get("scaling")),
        head=_head(card.get("head"), tensors),
        card=card,
    )
    _check_fit(model)
    return model


def _scaling(saved: Mapping[str, Any] | None) -> Scaling | None:
    return None if saved is None else Scaling("typed", tuple(saved["offset"]), tuple(saved["scale"]))


def _head(saved: Mapping[str, Any] | None, tensors: Mapping[str, Tensor]) -> Head | None:
    if saved is None:
        return None
    return Head(
        tensors["head.weight"],
        tensors.get("head.bias"),
        tuple(saved["labels"]),
        saved["gives"],
        saved.get("offset", 0.0),
        saved.get("scale", 1.0),
        saved.get("reads", "step"),
    )


def _check_fit(model: Model) -> None:
    """Raise ValueError where the parts of a model do not fit each other."""
    if model.embedding is not None and model.embedding.shape[1] != model.input_size:
        raise ValueError(f"the embedding is {model.embedding.shape[1]} wide, the input {model.input_size}")
    if model.vocabulary and model.embedding is not None and len(model.vocabulary) != len(model.embedding):
        raise ValueError(f"{len(model.vocabulary)} tokens, {len(model.embedding)} embedded")
    features = sum(cell.units["hidden"] for cell in model.stack[-1])
    if model.head is not None and model.head.weight.shape != (len(model.head.labels), features):
        raise ValueError(f"a head of {tuple(model.head.weight.shape)} on {features} features")
