"""A model with other weights of the same shape: another point of its training."""

from collections.abc import Mapping
from dataclasses import replace

from torch import Tensor

from explorer.errors import CheckpointError
from explorer.models.model.build import stack_from
from explorer.models.model.model import Model

_RECURRENT = "rnn."


def with_weights(model: Model, tensors: Mapping[str, Tensor], name: str) -> Model:
    """The same model with other weights.

    Args:
        model: what stands before and after the cells is kept.
        tensors: as a bundled model stores them: ``embedding.weight``, ``rnn.…``, ``head.weight``, ``head.bias``.
        name: what to call it.

    Raises:
        CheckpointError: the tensors are not of this model.
    """
    recurrent = {key.removeprefix(_RECURRENT): value for key, value in tensors.items() if key.startswith(_RECURRENT)}
    try:
        stack = stack_from(model.kind, recurrent, **model.card.get("cell", {}))
        head = model.head and replace(model.head, weight=tensors["head.weight"], bias=tensors.get("head.bias"))
    except (KeyError, TypeError) as missing:
        raise CheckpointError(f"The weights “{name}” are of another model ({missing}): give {model.name}'s.") from None
    embedding = None if model.embedding is None else tensors.get("embedding.weight")
    return replace(model, stack=stack, name=name, embedding=embedding, head=head)
