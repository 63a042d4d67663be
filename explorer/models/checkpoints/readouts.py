"""What could stand before and after a recurrent network: an embedding, a linear head, a vocabulary."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from explorer.models.checkpoints.attaching import offered
from explorer.models.checkpoints.group import Group
from explorer.models.files import Array, Contents

_EMBEDDING = re.compile(r"emb|encoder|wte|lookup|word_?vec|token|vocab|char", re.IGNORECASE)
_HEAD = re.compile(
    r"head|fc|dense|lin|out|decoder|proj|classif|logit|readout|predict|pred|final|h2o|h[yq]", re.IGNORECASE
)
_WEIGHT = re.compile(r"(^|[._/])(weight|kernel|embeddings|gamma|vars/0|w|W)(:0)?$")
_TITLE = re.compile(r"(^|[._/])(head|fc|out|output|classifier|logits?|readout|W?_?h[yq]|h2o)([._/]|$)", re.IGNORECASE)
"""Names that say "I am the head", and outrank the others."""
_SCORER = re.compile(r"att|score|scorer|query|key|value|gate|energy", re.IGNORECASE)
"""Names of layers that weigh the steps instead of answering."""
_BIASES = (
    ("weight", "bias"),
    ("kernel", "bias"),
    ("vars/0", "vars/1"),
    ("w", "b"),
    ("W", "b"),
    ("_w", "_b"),
    ("W_", "b_"),
    ("W_h", "b_"),
    ("w_h", "b_"),
    ("Wh", "b"),
    ("wh", "b"),
    ("weight_h", "bias_"),
)
_OFFERED = 50
_NO_WORDS = re.compile(r"proj|linear|fc|conv|head|label|class|speaker|posit|pos_|segment|type|codebook", re.IGNORECASE)
"""Names of tables that give something else than a step's token, and of layers."""
_ENCODER = re.compile(r"(^|[./_])enc(oder)?([./_]|$)", re.IGNORECASE)
_DECODER = re.compile(r"(^|[./_])dec(oder)?([./_])", re.IGNORECASE)


def with_offers(group: Group, contents: Contents, taken: frozenset[str], others: Sequence[Group] = ()) -> Group:
    """A group with the file's tensors that could stand before and after it.

    Candidates agree in shape. One is attached without being asked for only where it is the only reading: no other
    candidate of its kind, no other network of the file that it fits as well, and no layer in the file that could stand
    between it and the network. Where the file states a graph, what it states is kept and nothing else attached.

    Args:
        group: as found.
        contents: the file.
        taken: tensors that belong to recurrent networks.
        others: the other groups of the file.
    """
    free = {
        name: one
        for name, one in contents.tensors.items()
        if name not in taken and one.ndim == 2 and one.dtype.kind == "f"
    }
    embeddings = [name for name, one in free.items() if one.shape[1] == group.input_size and len(one) > 1]
    embeddings = [name for name in embeddings if bias_of(name, contents) is None]
    heads = [name for name in free if features(free[name], name, group.output_size, group.turned) is not None]
    embedding, also = _embedding(group, embeddings, contents, taken, others)
    head, besides = _head(group, [name for name in heads if name != embedding], contents, taken, others)
    guessed = tuple(f"{what} {name}" for what, name in (("embedding", also), ("head", besides)) if name)
    if group.wired or contents.graph is not None:
        embedding, head, guessed, heads = group.embedding, group.head, (), [*group.heads, *heads]
    return replace(
        group,
        embeddings=_first(embedding, embeddings),
        heads=_first(head, [name for name in heads if name != embedding]),
        embedding=embedding,
        head=head,
        vocabularies=offered(contents, group.input_size if embedding is None else len(free[embedding])),
        guessed=(*group.guessed, *guessed),
    )


def _embedding(
    group: Group, names: list[str], contents: Contents, taken: frozenset[str], rivals: Sequence[Group]
) -> tuple[str | None, str]:
    """The only embedding there can be, and its name again where it is a guess from names."""
    named = [name for name in names if _EMBEDDING.search(name)]
    own = [name for name in named if not _is_another_s(name, group, rivals, lambda one: one.input_size)]
    if len(own) != 1 or stands_between(own[0], group.input_size, contents, taken):
        return None, ""
    if _NO_WORDS.search(".".join(re.split(r"[./]", _WEIGHT.sub("", own[0]))[-1:])):
        return None, ""
    return own[0], own[0] if len(names) > 1 else ""


def _head(
    group: Group, names: list[str], contents: Contents, taken: frozenset[str], rivals: Sequence[Group]
) -> tuple[str | None, str]:
    """The only head there can be, and its name again where it is a guess from names."""
    layers = [name for name in names if _agrees_as_head(name, contents) and not _SCORER.search(name)]
    last = [name for name in layers if not _goes_on(name, layers, group, contents, taken)]
    own = [name for name in last if not _is_another_s(name, group, rivals, lambda one: one.output_size)]
    own = [name for name in own if not _is_decoder_s(name, group, contents)]
    titled = [name for name in own if _TITLE.search(name)]
    chosen = titled if len(titled) == 1 else own
    if len(chosen) != 1 or stands_between(chosen[0], group.output_size, contents, taken):
        return None, ""
    return chosen[0], chosen[0] if len(names) > 1 else ""


def _is_another_s(name: str, group: Group, rivals: Sequence[Group], size: Callable[[Group], int]) -> bool:
    """Whether another network of the file has as much to do with a tensor: it fits, and its name is as near."""
    return any(
        size(one) == size(group) and _shared_path(name, one.name) >= _shared_path(name, group.name) for one in rivals
    )


def _is_decoder_s(name: str, group: Group, contents: Contents) -> bool:
    """Whether a network is an encoder and a matrix one of several of a decoder, which is another network."""
    match = _DECODER.search(name)
    if match is None or not _ENCODER.search(group.name) or _DECODER.search(f"{group.name}."):
        return False
    beside = [
        one for one, values in contents.tensors.items() if one.startswith(name[: match.end()]) and values.ndim > 1
    ]
    return len(beside) > 1


def _shared_path(name: str, other: str) -> int:
    """How many parts two dotted names begin with alike."""
    pairs = zip(re.split(r"[./]", name), re.split(r"[./]", other), strict=False)
    unlike = (place for place, (one, two) in enumerate(pairs) if one != two)
    return next(unlike, min(name.count(".") + name.count("/"), other.count(".") + other.count("/")) + 1)


def stands_between(name: str, size: int, contents: Contents, taken: frozenset[str]) -> list[str]:
    """Names of layers that could stand between a tensor and a network that meet with ``size`` numbers a step.

    Norms over so many features, convolutions that give or read them, and square layers.
    """
    own = {name, bias_of(name, contents)}
    found = []
    for other, values in contents.tensors.items():
        if other in own or other in taken or values.dtype.kind != "f" or not _WEIGHT.search(other):
            continue
        norm = values.shape == (size,) and not is_bias(other, contents)
        convolution = values.ndim > 2 and size in values.shape[:2]
        square = values.shape == (size, size)
        if norm or convolution or square:
            found.append(other)
    return found


def is_bias(name: str, contents: Contents) -> bool:
    """Whether a vector is the bias of a matrix rather than a norm's weight."""
    return any(bias_of(other, contents) == name for other, values in contents.tensors.items() if values.ndim > 1)


def features(weight: Array, name: str, size: int, turned: bool = False) -> Array | None:
    """A head's weight as (outputs, features), or None where it does not read ``size`` features.

    Keras stores (features, outputs), PyTorch (outputs, features); a file whose recurrent weights were ``turned``
    stores its other matrices so too.
    """
    lies = turned or "kernel" in name or name.endswith("vars/0")
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
        if found is not None and _is_vector(found) and found.size in contents.tensors[name].shape:
            return other
    return None


def _is_vector(values: Array) -> bool:
    return values.ndim == 1 or (values.ndim == 2 and 1 in values.shape)


def _agrees_as_head(name: str, contents: Contents) -> bool:
    return bool(_HEAD.search(name)) or (bool(_WEIGHT.search(name)) and bias_of(name, contents) is not None)


def _goes_on(name: str, layers: list[str], group: Group, contents: Contents, taken: frozenset[str]) -> bool:
    """Whether another layer reads what this one gives: then it is no head but the first of several layers."""
    weight = features(contents.tensors[name], name, group.output_size, group.turned)
    outputs = 0 if weight is None else len(weight)
    return any(
        other != name
        and other not in taken
        and values.ndim == 2
        and _agrees_as_head(other, contents)
        and bool(_WEIGHT.search(other))
        and features(values, other, outputs, group.turned) is not None
        for other, values in contents.tensors.items()
    )


def _first(chosen: str | None, names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(([chosen] if chosen else []) + names))[:_OFFERED]
