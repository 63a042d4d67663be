"""What could stand before and after a recurrent network: an embedding, a linear head, a vocabulary."""

import re
from collections.abc import Mapping
from dataclasses import replace

from explorer.models.checkpoints.group import Group
from explorer.models.files import Array, Contents

_EMBEDDING = re.compile(r"emb|encoder|wte|lookup|word_?vec|token|vocab|char", re.IGNORECASE)
_HEAD = re.compile(r"head|fc|dense|lin|out|decoder|proj|classif|logit|readout|predict|pred|final|h2o|hy", re.IGNORECASE)
_WEIGHT = re.compile(r"(^|[._/])(weight|kernel|embeddings|vars/0|w|W)(:0)?$")
_BIASES = (
    ("weight", "bias"),
    ("kernel", "bias"),
    ("vars/0", "vars/1"),
    ("w", "b"),
    ("W", "b"),
    ("_w", "_b"),
    ("W_", "b_"),
)
_OFFERED = 50


def with_offers(group: Group, contents: Contents, taken: frozenset[str]) -> Group:
    """A group with the file's tensors that could stand before and after it.

    Candidates agree in shape; the one that is attached unless said otherwise agrees in name as well, and is the
    nearest by name where several do.

    Args:
        group: as found.
        contents: the file.
        taken: tensors that belong to recurrent networks.
    """
    free = {
        name: one
        for name, one in contents.tensors.items()
        if name not in taken and one.ndim == 2 and one.dtype.kind == "f"
    }
    embeddings = [name for name, one in free.items() if one.shape[1] == group.input_size and len(one) > 1]
    embeddings = [name for name in embeddings if bias_of(name, contents) is None]
    heads = [name for name, one in free.items() if features(one, name, group.output_size) is not None]
    embedding = _nearest(group, [name for name in embeddings if _EMBEDDING.search(name)])
    layers = [name for name in free if name != embedding and _agrees_as_head(name, contents)]
    last = [name for name in layers if name in heads and not _goes_on(name, layers, group, contents)]
    head = _nearest(group, last)
    return replace(
        group,
        embeddings=_first(embedding, embeddings),
        heads=_first(head, [name for name in heads if name != embedding]),
        embedding=embedding,
        head=head,
        vocabularies=_vocabularies(group, contents, embedding),
    )


def features(weight: Array, name: str, size: int) -> Array | None:
    """A head's weight as (outputs, features), or None where it does not read ``size`` features.

    Keras stores (features, outputs), PyTorch (outputs, features).
    """
    lies = "kernel" in name or name.endswith("vars/0")
    if weight.ndim != 2 or not weight.size:
        return None
    if not lies and weight.shape[1] == size:
        return weight
    return weight.T if weight.shape[0] == size and (lies or "MatMul" in name) else None


def bias_of(name: str, contents: Contents) -> str | None:
    """The bias beside a weight, by its name and shape."""
    for weight, bias in _BIASES:
        stem, mark, ending = name.rpartition(weight)
        other = f"{stem}{bias}{ending}"
        found = contents.tensors.get(other) if mark else None
        if found is not None and found.ndim == 1 and len(found) in contents.tensors[name].shape:
            return other
    return None


def _agrees_as_head(name: str, contents: Contents) -> bool:
    return bool(_HEAD.search(name)) or (bool(_WEIGHT.search(name)) and bias_of(name, contents) is not None)


def _goes_on(name: str, layers: list[str], group: Group, contents: Contents) -> bool:
    """Whether another layer reads what this one gives: then it is no head but the first of several layers."""
    weight = features(contents.tensors[name], name, group.output_size)
    outputs = 0 if weight is None else len(weight)
    return any(other != name and features(contents.tensors[other], other, outputs) is not None for other in layers)


def _nearest(group: Group, names: list[str]) -> str | None:
    """The one whose name shares most with the group's; the last of equals for a head stands nearest the end."""
    if not names:
        return None
    return max(names, key=lambda name: _shared(name, group.name))


def _shared(name: str, other: str) -> int:
    """With how many characters two names begin alike."""
    unlike = (place for place, (one, two) in enumerate(zip(name, other, strict=False)) if one != two)
    return next(unlike, min(len(name), len(other)))


def _first(chosen: str | None, names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(([chosen] if chosen else []) + names))[:_OFFERED]


def _vocabularies(group: Group, contents: Contents, embedding: str | None) -> tuple[str, ...]:
    """The file's lists of words that have as many as the embedding has rows, or the input has features."""
    tensors: Mapping[str, Array] = contents.tensors
    size = group.input_size if embedding is None else len(tensors[embedding])
    return tuple(name for name, words in contents.words.items() if len(words) == size)
