"""Models from `torch.nn` modules, from seeds, and from named tensors."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from math import sqrt
from typing import Any

import torch
from torch import Tensor

from explorer.arguments import checked
from explorer.cells import CELLS, Cell
from explorer.errors import CheckpointError, ShapeError
from explorer.fitting import said
from explorer.models.model.effective import plain_module
from explorer.models.model.hooks import doubts_of
from explorer.models.model.model import Model
from explorer.sequences import Vocabulary
from explorer.signals import with_article

_KIND_OF = {module: kind for kind, cell in CELLS.items() for module in cell.modules}
_MOST_WEIGHTS = 200_000_000
_PARAMETERS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
_OWN = re.compile(rf"^({'|'.join(_PARAMETERS)})(_l\d+(_reverse)?)?$")


@checked
def from_torch(module: Any, name: str = "your module") -> Model:
    """Take over the weights of a recurrent PyTorch module.

    The weights are copied: training the module further does not change the model. Dropout never acts.

    Args:
        module: ``torch.nn.RNN``, ``LSTM``, ``GRU``, ``RNNCell``, ``LSTMCell`` or ``GRUCell``, of any
            options; float32 or float64 (half precision is converted to float32). A subclass is taken for its parent
            where it computes as its parent does.
            One of them inside ``DataParallel``, ``torch.compile``, ``torch.jit`` or a WeightDrop, one whose weights
            are normalised, parametrized or pruned, and one of `torch.ao.nn.quantized.dynamic` are taken with the
            weights that they compute with.
        name: what to call the model.

    Raises:
        CheckpointError: it is another kind of module, or a subclass with a ``forward`` or with weights of its own.

    Example:
        >>> model = from_torch(torch.nn.LSTM(8, 16, num_layers=2, bidirectional=True))
        >>> model.kind, model.num_layers, model.num_directions
        ('lstm', 2, 2)
    """
    return take_over(module, name, doubts_of(module))


def take_over(module: Any, name: str, doubts: tuple[str, ...] = ()) -> Model:
    """As `from_torch`, with the doubts that hooks around the module raise said by the caller.

    Raises:
        CheckpointError: as `from_torch`.
    """
    module, notes = plain_module(module)
    kind = next((kind for known, kind in _KIND_OF.items() if isinstance(module, known)), None)
    if kind is None:
        expected = ", ".join(f"torch.nn.{known.__name__}" for known in _KIND_OF)
        raise CheckpointError(
            f"A {type(module).__name__} is no recurrent module: give one of {expected}, "
            "for example the attribute of your model that holds it."
        )
    _check_own(module)
    options = CELLS[kind].stated(module)
    tensors = {key.removesuffix("_l0"): value for key, value in module.state_dict().items()}
    notes = (*notes, *_widened(tensors), *doubts)
    card = {key: said for key, said in (("notes", notes), ("doubts", doubts)) if said}
    return Model(stack_from(kind, tensors, **options), name=name, card=card)


def _widened(tensors: Mapping[str, Tensor]) -> tuple[str, ...]:
    """What to say where a module computes in a precision that the cells here do not have."""
    narrow = next((one.dtype for one in tensors.values() if one.dtype in (torch.float16, torch.bfloat16)), None)
    if narrow is None:
        return ()
    what, close = ("half precision", "1e-3") if narrow == torch.float16 else ("bfloat16", "1e-2")
    return (f"The module is in {what}, computed in single here: its own states agree to about {close}.",)


def _check_own(module: torch.nn.Module) -> None:
    """Refuse a module that computes otherwise than PyTorch's class of which it is one."""
    known = next(known for known in _KIND_OF if isinstance(module, known))
    for method in ("forward", "__call__", "_call_impl"):
        if method in vars(module) or getattr(type(module), method) is not getattr(known, method):
            raise CheckpointError(
                f"This {type(module).__name__} is a torch.nn.{known.__name__} with a {method} of its own: what it "
                f"computes is in its code, and the gates of a plain {known.__name__} would be others."
            )
    more = [name for name in module.state_dict() if not _OWN.match(name)]
    if more:
        listed = ", ".join(map(repr, more[:3])) + (f" and {len(more) - 3} more" if len(more) > 3 else "")
        raise CheckpointError(
            f"This {type(module).__name__} holds {listed} beside the weights of a torch.nn.{known.__name__}, which has "
            "no place for them: its gates may be others."
        )


def stack_from(kind: str, tensors: Mapping[str, Tensor], **options: Any) -> tuple[tuple[Cell, ...], ...]:
    """Cells from tensors under PyTorch's names.

    Args:
        kind: a name in `explorer.cells.CELLS`.
        tensors: ``weight_ih`` (also spelt ``weight_ih_l0``), ``weight_ih_l1_reverse`` and so on.
        options: further fields of the cell, such as ``nonlinearity`` or ``reset_after``.
    """
    named = {key.removesuffix("_l0").replace("_l0_", "_"): value for key, value in tensors.items()}
    directions = ("", "_reverse") if "weight_ih_reverse" in named else ("",)
    layers = 1 + sum(f"weight_ih_l{index}" in named for index in range(1, len(named)))
    return tuple(
        tuple(_cell(kind, named, ("" if layer == 0 else f"_l{layer}") + suffix, options) for suffix in directions)
        for layer in range(layers)
    )


@checked
def random_model(
    kind: str,
    input_size: int,
    hidden_size: int,
    *,
    seed: int = 0,
    reset_after: bool = True,
    num_layers: int = 1,
    bias: bool = True,
    bidirectional: bool = False,
    proj_size: int = 0,
    nonlinearity: str = "tanh",
    dtype: torch.dtype = torch.float32,
    batch_first: bool = False,
    dropout: float = 0.0,
    options: Mapping[str, Any] | None = None,
) -> Model:
    """A model with random weights U(−1/√hidden_size, 1/√hidden_size), as PyTorch draws them.

    The same numbers as ``torch.manual_seed(seed)`` followed by the ``torch.nn`` constructor, without
    touching PyTorch's global generator.

    Args:
        kind: a name in `explorer.cells.CELLS`: ``"lstm"``, ``"gru"``, ``"rnn"``, …
        input_size: features per step, ≥ 1.
        hidden_size: units, ≥ 1.
        seed: of the weights.
        reset_after: False makes the GRU of Cho et al. 2014, which PyTorch lacks.
        num_layers, bias, bidirectional, proj_size, nonlinearity, dtype: as in ``torch.nn``.
        batch_first, dropout: accepted as in ``torch.nn`` and without effect: a trace is one sequence
            and dropout never acts.
        options: what else the cell lets one choose (`Cell.options`), by name.

    Raises:
        ShapeError: a size or an option that no cell has.

    Example:
        >>> random_model("gru", input_size=8, hidden_size=16, seed=1).num_parameters
        1248
    """
    _check_sizes(kind, input_size, hidden_size, num_layers, proj_size)
    chosen = {"nonlinearity": nonlinearity, "reset_after": reset_after} | dict(options or {})
    check_options(kind, chosen)
    generator = torch.Generator().manual_seed(seed)
    bound, cell = 1 / sqrt(hidden_size), CELLS[kind]
    units = proj_size or hidden_size
    widest = max(input_size, units * (1 + bidirectional)) + units
    count = num_layers * (1 + bidirectional) * len(cell.blocks) * hidden_size * widest
    if count > _MOST_WEIGHTS:
        raise ShapeError(
            f"Such a model would have up to {count:,} weights and the most is {_MOST_WEIGHTS:,}: make it smaller."
        )
    tensors = {}
    for layer in range(num_layers):
        inputs = input_size if layer == 0 else units * (1 + bidirectional)
        for suffix in ("", "_reverse")[: 1 + bidirectional]:
            for name, shape in cell.shapes(inputs, hidden_size, units, bias).items():
                drawn = cell.drawn(name, torch.empty(shape, dtype=dtype), bound, generator)
                tensors[f"{name}_l{layer}{suffix}"] = drawn
    name = f"random {cell.title}, {hidden_size} units"
    return Model(stack_from(kind, tensors, **chosen), name=name, learned=False)


def with_embedding(model: Model, vocabulary: Vocabulary, seed: int = 0) -> Model:
    """Let a model read text through a seeded random embedding, N(0, 1) as ``torch.nn.Embedding`` draws it."""
    generator = torch.Generator().manual_seed(seed)
    shape = (len(vocabulary.tokens), model.input_size)
    embedding = torch.empty(shape, dtype=model.stack[0][0].weight_ih.dtype).normal_(generator=generator)
    return replace(model, embedding=embedding, text=vocabulary)


def _cell(kind: str, tensors: Mapping[str, Tensor], suffix: str, options: Mapping[str, Any]) -> Cell:
    cell_type = CELLS[kind]
    known = {one.name for one in fields(cell_type)}
    names = cell_type.shapes(1, 2, 1)  # every parameter the cell may have, a projection too
    weights = {name: _own(tensors[name + suffix]) for name in names if name + suffix in tensors}
    return cell_type(**weights, **{name: value for name, value in options.items() if name in known})


def _own(tensor: Tensor) -> Tensor:
    """A copy of our own, in a precision that the cells compute in."""
    if tensor.device.type == "meta" or not tensor.is_floating_point():
        what = "the meta device, without numbers" if tensor.device.type == "meta" else f"the type {tensor.dtype}"
        raise CheckpointError(f"These weights are of {what}: give a module whose weights are real numbers, .float().")
    kept = tensor.dtype if tensor.dtype == torch.float64 else torch.float32
    return tensor.detach().to(device="cpu", dtype=kept, copy=True).contiguous()


def _check_sizes(kind: str, input_size: int, hidden_size: int, num_layers: int, proj_size: int) -> None:
    if kind not in CELLS:
        raise ShapeError(f"There is no cell called {kind!r}: choose one of {', '.join(CELLS)}.")
    for name, size in {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}.items():
        if size < 1:
            raise ShapeError(f"{name} is {size}: give a whole number of at least 1.")
    if proj_size and not CELLS[kind].projects():
        able = " or ".join(with_article(cell.title) for cell in CELLS.values() if cell.projects())
        raise ShapeError(f"proj_size is {proj_size}, but only {able} has a projection: leave it at 0.")
    if not 0 <= proj_size < hidden_size:
        raise ShapeError(f"proj_size is {proj_size}: it must be 0 (none) or smaller than hidden_size, {hidden_size}.")


def check_options(kind: str, given: Mapping[str, Any]) -> None:
    """Refuse a value that no cell knows; one that another cell knows has no effect in this one.

    Raises:
        ShapeError: naming the option.
    """
    known = {option.name: option for cell in (*CELLS.values(), CELLS[kind]) for option in cell.options}
    for name, value in given.items():
        option = known.get(name)
        if option is None:
            raise ShapeError(f"There is no option {said(name)}: choose from {', '.join(known)}.")
        if not any(type(value) is type(one) and value == one for one in option.values.values()):
            known_values = " or ".join(repr(one) for one in option.values.values())
            raise ShapeError(f"{name} is {said(value)}: choose {known_values}.")
