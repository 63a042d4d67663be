"""Live modules → the plain `torch.nn` module that computes the same, its weights those that it computes with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from explorer.errors import CheckpointError
from explorer.models.model.plain import RECURRENT, build_plain
from explorer.models.model.scripted import is_scripted, plain_of_script

_QUANTISED = ("torch.ao.nn.quantized.dynamic.", "torch.nn.quantized.dynamic.")
_WRAPPED = {"DataParallel": "module", "DistributedDataParallel": "module", "AveragedModel": "module",
            "OptimizedModule": "_orig_mod"}  # fmt: skip
_RAW = "_raw"
_ENDINGS = ("", "_g", "_v", "_u", "_orig", "_mask", _RAW)
_NAMES = frozenset(one.__name__ for one in RECURRENT)
_ROUNDS = (
    "The weights are a quantised module's, as numbers again. The module itself also rounds its inputs and states to 8 "
    "bits at each step, so its own states differ by about a hundredth."
)
_HALVED = "The weights are those of a module quantised to half precision, as numbers again."


def plain_module(module: Any) -> tuple[Any, tuple[str, ...]]:
    """Take off what stands around a recurrent module, and compute its weights.

    Wrappers (``DataParallel``, ``torch.compile``, ``torch.jit``, a WeightDrop) are taken off. Weights that are
    normalised, parametrized, pruned or quantised are computed, as the module does when it is not training. A module
    that needs none of this, or is no recurrent one, comes back as it is; neither is ever changed.

    Args:
        module: any module.

    Returns:
        The module, and sentences about what was converted.

    Raises:
        CheckpointError: its weights are on the meta device or no floating-point numbers.
    """
    module, raw = _unwrapped(module)
    if type(module).__module__.startswith(_QUANTISED):
        return _dequantised(module)
    if is_scripted(module):
        return plain_of_script(module), ()
    if not isinstance(module, RECURRENT):
        return module, ()
    raw |= _raw(module)
    with torch.no_grad(), _at_rest(module):
        found = {name: raw[name] if name in raw else _weight(module, name) for name in _names(module)}
    weights = {name: value for name, value in found.items() if value is not None}
    _check(weights)
    plain = next(one for one in RECURRENT if isinstance(module, one))
    derived = raw or any(name not in module._parameters for name in weights)
    if not derived or not _computes_as(module, plain) or _has_more(module, weights):
        return module, ()
    return build_plain(plain, weights, getattr(module, "nonlinearity", None)), ()


def is_recurrent(module: Any) -> bool:
    """Whether a module is one of PyTorch's recurrent ones, plain or dynamically quantised; wrappers are none."""
    quantised = type(module).__module__.startswith(_QUANTISED) and type(module).__name__ in _NAMES
    return isinstance(module, RECURRENT) or quantised


def _computes_as(module: Any, plain: Any) -> bool:
    """Whether a module's forward is PyTorch's own."""
    methods = ("forward", "__call__", "_call_impl")
    return all(name not in vars(module) and getattr(type(module), name) is getattr(plain, name) for name in methods)


def _has_more(module: Any, weights: Mapping[str, Tensor]) -> bool:
    """Whether it holds tensors beside its weights and what they are computed from."""
    parts = [f"{name}{ending}" for name in weights for ending in _ENDINGS]
    return any(name not in parts and not name.startswith("parametrizations.") for name in module.state_dict())


def _names(module: Any) -> list[str]:
    """The names of a recurrent module's weights, as PyTorch has them, whether or not it has all of them."""
    return list(getattr(module, "_flat_weights_names", ("weight_ih", "weight_hh", "bias_ih", "bias_hh")))


def _raw(module: Any) -> dict[str, Tensor]:
    """The weights that a WeightDrop keeps on a module, by the names that they have without it."""
    kept = getattr(module, "_parameters", {})
    return {name.removesuffix(_RAW): value for name, value in kept.items() if name.endswith(_RAW) and value is not None}


def _unwrapped(module: Any) -> tuple[Any, dict[str, Tensor]]:
    """The module inside all wrappers, and the raw weights that a WeightDrop around it keeps."""
    raw: dict[str, Tensor] = {}
    while True:
        attribute = next((_WRAPPED[one.__name__] for one in type(module).__mro__ if one.__name__ in _WRAPPED), "")
        inner = getattr(module, attribute or "module", None)
        own = _raw(module)
        drops = isinstance(inner, RECURRENT) and (own or _raw(inner)) and own.keys() <= set(_names(inner))
        if inner is None or not (attribute or drops):
            return module, raw
        module, raw = inner, raw | own


def _weight(module: Any, name: str) -> Any:
    """One weight or None; where a hook of PyTorch's computes it before each call, it is computed now."""
    for hook in module._forward_pre_hooks.values():
        if name not in (getattr(hook, "name", None), getattr(hook, "_tensor_name", None)):
            continue
        if type(hook).__name__ == "WeightNorm":
            return hook.compute_weight(module)
        if type(hook).__name__ == "SpectralNorm":
            return hook.compute_weight(module, do_power_iteration=False)
        if hasattr(hook, "apply_mask"):
            return hook.apply_mask(module)
    return getattr(module, name, None)


@contextmanager
def _at_rest(module: Any) -> Iterator[None]:
    """Parametrizations as they are when not training: a spectral normalisation then moves nothing."""
    parts = [one for one in getattr(module, "parametrizations", torch.nn.ModuleList()).modules() if one.training]
    for one in parts:
        one.training = False
    try:
        yield
    finally:
        for one in parts:
            one.training = True


def _check(weights: Mapping[str, Any]) -> None:
    for name, value in weights.items():
        if not isinstance(value, Tensor) or value.is_meta:
            raise CheckpointError(
                f"{name} is on the meta device, a shape without numbers: load the module's weights first, "
                "module.load_state_dict(state, assign=True)."
            )
        if not value.is_floating_point():
            raise CheckpointError(f"{name} holds {value.dtype} instead of floating-point numbers: convert it first.")


def _dequantised(module: Any) -> tuple[Any, tuple[str, ...]]:
    """The plain module of a dynamically quantised one."""
    kind = next((one for one in RECURRENT if one.__name__ == type(module).__name__), None)
    if kind is None:
        return module, ()
    packed = {**module.get_weight(), **module.get_bias()}
    rounded = any(value.is_quantized for value in packed.values())
    weights = {name: value.dequantize() if value.is_quantized else value for name, value in packed.items()}
    return build_plain(kind, weights, getattr(module, "nonlinearity", None)), (_ROUNDS if rounded else _HALVED,)
