"""A whole module in a pickle: its weights, its parts and what it states of itself, read as data."""

import re
from collections.abc import Iterable
from typing import Any

from explorer.models.files.pickled import Call, Name, Object

_SCRIPTED = "__torch__."
_MANGLED = re.compile(r"___torch_mangle_\d+\.")
_KEPT_TWICE = frozenset({"_flat_weights", "_flat_weights_names", "_all_weights"})
_MOST_STATED = 100
_LONGEST = 200


def is_script(value: Object) -> bool:
    """Whether an object is a module of a TorchScript program."""
    return value.path.startswith(_SCRIPTED) and not value.path.startswith("__torch__.torch.classes.")


def is_module(value: Object) -> bool:
    """Whether an object keeps parameters and modules as ``torch.nn.Module`` does."""
    state = value.state
    if not isinstance(state, dict):
        return False
    return is_script(value) or (isinstance(state.get("_parameters"), dict) and isinstance(state.get("_modules"), dict))


def stated(value: Object) -> dict[str, Any]:
    """A module's class and its plain public attributes: ``num_layers``, ``bidirectional``, ``nonlinearity``, …"""
    plain = {
        key: one
        for key, one in value.state.items()
        if isinstance(key, str) and key[:1] != "_" and isinstance(one, str | int | float | bool | None)
    }
    short = {key: one for key, one in plain.items() if not isinstance(one, str) or len(one) <= _LONGEST}
    code = {"code": value.path} if is_script(value) else {}
    hook = {"hook": found[:_LONGEST]} if (found := _hook(value.state)) else {}
    return {**dict(list(short.items())[:_MOST_STATED]), **code, **hook, "class": class_of(value)[:_LONGEST]}


def _hook(state: dict[Any, Any]) -> str:
    """What runs with each call of a module beside its forward, where it is not PyTorch's; "" where nothing does."""
    kept = [state.get(f"_forward_{when}") for when in ("hooks", "pre_hooks")]
    hooks = [one for hooks in kept if isinstance(hooks, dict) for one in hooks.values()]
    paths = [one.path for one in hooks if isinstance(one, Object | Name)]
    return next((path for path in paths if not path.startswith("torch.")), "")


def class_of(value: Object) -> str:
    """The path of an object's class, without the marks of a TorchScript program."""
    return _MANGLED.sub("", value.path.removeprefix(_SCRIPTED))


def parts(value: Object) -> tuple[list[tuple[Any, Any]], list[tuple[Any, Any]]]:
    """What of a module is its state_dict's, and its other attributes that could hold modules or words."""
    state = value.state
    if is_script(value):
        return [(key, one) for key, one in state.items() if key not in _KEPT_TWICE], []
    own = [*state["_parameters"].items(), *_buffers(state), *state["_modules"].items()]
    return own, [(key, one) for key, one in state.items() if isinstance(key, str) and key[:1] != "_" and _open(one)]


def _buffers(state: dict[Any, Any]) -> Iterable[tuple[Any, Any]]:
    buffers = state.get("_buffers")
    passing = state.get("_non_persistent_buffers_set")
    left_out = set()
    if isinstance(passing, Object):
        left_out = {name for name in passing.items if isinstance(name, str)}
    return [] if not isinstance(buffers, dict) else [(key, one) for key, one in buffers.items() if key not in left_out]


def _open(value: Any) -> bool:
    return not isinstance(value, Call)
