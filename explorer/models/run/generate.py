"""Write on: let a model that predicts the next token continue a text."""

import torch

from explorer.errors import EncodingError
from explorer.models.model.model import Model
from explorer.models.run.inputs import prepare, prepare_states

MAX_NEW = 1_000


def generate(model: Model, text: str, length: int = 80, temperature: float = 0.7, seed: int = 0) -> str:
    """Continue a text, one sampled token after the other::

        p(next) = softmax(logits / temperature)

    Args:
        model: one layer stack that reads forward, with a head over its own vocabulary.
        text: what it reads first, at least one token.
        length: how many tokens to write, 1 to 1,000.
        temperature: 0 always takes the likeliest; 1 samples from the model's own probabilities.
        seed: of the sampling.

    Returns:
        The new text only. Padding, the unknown token and ids that no token has are never written.

    Raises:
        EncodingError: the model predicts no next token, the text is empty, or a number is out of range.
    """
    if not writes(model) or model.text is None or model.embedding is None or model.head is None:
        raise EncodingError(f"{model.name} predicts no next token: choose one that does, such as python-chars-lstm.")
    if not 1 <= length <= MAX_NEW or temperature < 0:
        raise EncodingError(f"{length} tokens at temperature {temperature}: give 1 to {MAX_NEW}, and 0 or more.")
    generator = torch.Generator().manual_seed(seed)
    states = [cell.state(*state) for cell, state in zip(model.cells(), prepare_states(model, None, None), strict=True)]
    silent = sorted(model.text.silent)
    inputs = list(prepare(model, text).x)
    written: list[int] = []
    with torch.no_grad():
        for position in range(len(inputs) + length - 1):
            x = inputs[position]
            for layer, cell in enumerate(model.cells()):
                states[layer] = cell.update(cell.gates(cell.project(x), states[layer]), states[layer])
                x = states[layer].hidden
            if position + 1 == len(inputs):
                written.append(_draw(model.head(x), temperature, silent, generator))
                inputs.append(model.embedding[written[-1]])
    return model.text.decode(written)


def writes(model: Model) -> bool:
    """Whether a model predicts the next token of its own vocabulary, reading forward."""
    return model.head is not None and model.head.labels == model.vocabulary and model.num_directions == 1


def _draw(logits: torch.Tensor, temperature: float, silent: list[int], generator: torch.Generator) -> int:
    if silent:
        logits = logits.clone()
        logits[silent] = -torch.inf
    if temperature == 0:
        return int(logits.argmax())
    return int(torch.multinomial(torch.softmax(logits / temperature, dim=-1), 1, generator=generator))
