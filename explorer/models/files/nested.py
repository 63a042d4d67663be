"""Dictionaries in dictionaries → named tensors and lists of words."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from explorer.errors import CheckpointError
from explorer.models.files.contents import as_words
from explorer.models.files.limits import MAX_DEPTH, SAVE_WEIGHTS, check_entries
from explorer.models.files.pickled import Call

_CONTAINERS = frozenset(
    {
        "state_dict", "model_state", "model_state_dict", "model_dict", "model", "net", "net_state_dict", "network",
        "weights", "params", "state", "module", "ema_state_dict", "best_state_dict", "best_model",
    }
)  # fmt: skip
_COMPILED = "_orig_mod."
_WRAPPERS = ("module.", _COMPILED)
_TRAINING = ("optim", "lr_sched", "scheduler", "grad_scaler", "scaler", "callbacks", "loops", "amp")
Path = tuple[str, ...]


class Found(NamedTuple):
    """What a nested file holds: descriptions of tensors, and vocabularies, by name."""

    tensors: dict[str, Call]
    words: dict[str, tuple[str, ...]]


def flatten(tree: Any) -> Found:
    """Find every tensor and every list of words in nested dictionaries and lists.

    What a training keeps beside the weights (optimiser, scheduler) is passed over. Names are those of the
    innermost dictionary, without the wrappers ``module.`` in front and ``_orig_mod.`` anywhere; the path of the
    dictionaries comes before them where it is none of the usual ones (``state_dict`` and its like) or where two would
    clash.

    Raises:
        CheckpointError: it holds itself, or is nested too deep.
    """
    tensors, words = [], []
    seen: set[int] = set()
    waiting: list[tuple[Path, Any, tuple[Any, ...]]] = [((), tree, ())]
    while waiting:
        path, value, parents = waiting.pop()
        if isinstance(value, Call):
            tensors.append((path, value))
            check_entries(len(tensors), "tensors")
        elif (found := as_words(value)) is not None:
            words.append((path, found))
        elif isinstance(value, dict | list | tuple):
            if any(value is parent for parent in parents):
                raise CheckpointError(f"This file holds itself, a cycle of dictionaries. Save again: {SAVE_WEIGHTS}")
            if len(parents) >= MAX_DEPTH:
                raise CheckpointError(
                    f"This file is nested more than {MAX_DEPTH} deep, as no weights are. Save again: {SAVE_WEIGHTS}"
                )
            if id(value) not in seen:
                seen.add(id(value))
                waiting += [((*path, key), inner, (*parents, value)) for key, inner in _children(value)]
    return Found(dict(zip(short_names([path for path, _ in tensors]), (call for _, call in tensors), strict=True)),
                 {".".join(path): found for path, found in words})  # fmt: skip


def short_names(paths: list[Path]) -> list[str]:
    """Each path as a name: the short one where it is the only one, else the whole path."""
    short = [_short(path) for path in paths]
    count = Counter(short)
    names = [name if count[name] == 1 else ".".join(path) for name, path in zip(short, paths, strict=True)]
    again = Counter(names)
    return [name if again[name] == 1 else f"{name}#{place}" for place, name in enumerate(names)]


def _short(path: Path) -> str:
    containers = list(path[:-1])
    while containers and containers[0] in _CONTAINERS:
        containers.pop(0)
    name = ".".join((*containers, *path[-1:]))
    while name.startswith(_WRAPPERS):
        name = name.split(".", 1)[1]
    return name.replace(f".{_COMPILED}", ".")


def _children(value: Any) -> Iterable[tuple[str, Any]]:
    """What a container holds that could hold weights or words, the last first."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    kept = [(str(key), inner) for key, inner in items if isinstance(inner, dict | list | tuple)]
    return [(key, inner) for key, inner in kept if not key.lower().startswith(_TRAINING)][::-1]
