"""What a pickle holds, dictionaries in dictionaries and whole objects → named tensors and lists of words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from explorer.errors import CheckpointError
from explorer.models.files.contents import Array
from explorer.models.files.limits import MAX_DEPTH, MAX_PARTS, SAVE_WEIGHTS, check_entries
from explorer.models.files.pickled import LISTS, UNREADABLE, Call, Name, Object, Reference
from explorer.models.files.pickled_arrays import array_of, is_array
from explorer.models.files.pickled_modules import is_module, is_script, parts, stated
from explorer.models.files.words import Words, as_tokenizer, as_words

_CONTAINERS = frozenset(
    {
        "state_dict", "model_state", "model_state_dict", "model_dict", "model", "net", "net_state_dict", "network",
        "weights", "params", "state", "module", "ema_state_dict", "best_state_dict", "best_model",
    }
)  # fmt: skip
_COMPILED = "_orig_mod."
_WRAPPERS = ("module.", _COMPILED)
_TRAINING = ("optim", "lr_sched", "scheduler", "grad_scaler", "scaler", "callbacks", "loops", "amp")
_SETTINGS = frozenset({"hyper_parameters", "hparams", "args", "config", "cfg"})
_PLAIN = frozenset({"builtins.int", "torch.ScriptObject"})
_LONGEST_KEY = 300
_LONGEST_NAMES = 20_000_000
_MOST_WORDS = 1_000
_NONE, _MODULES, _ALL = 0, 1, 2
"""Whose tensors are weights: nobody's, those of modules, or any."""
_OUTSIDE, _ROOT, _INSIDE = 0, 1, 2
"""Where a value is: under no module, a module itself, or in one, whose names are joined by dots."""
_HOLDS = (dict, list, tuple, Object)
Path = tuple[str, ...]


@dataclass
class Found:
    """What a nested file holds, by name.

    Attributes:
        tensors: descriptions of tensors, and NumPy's arrays.
        words: vocabularies.
        modules: what each module states of itself, by the path before its weights' names.
        unreadable: what stands where a tensor could, and is none that can be read.
    """

    tensors: dict[str, Call | Array] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    modules: dict[str, dict[str, Any]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


class _Node(NamedTuple):
    path: Path
    value: Any
    depth: int = 0
    weights: int = _ALL
    place: int = _OUTSIDE
    foreign: bool = False


def flatten(tree: Any) -> Found:
    """Find every tensor and every list of words in nested dictionaries, lists, modules and other objects.

    What a training keeps beside the weights (optimiser, scheduler) is passed over; of its settings only words are
    taken. Names are those of the innermost dictionary, without the wrappers ``module.`` in front and ``_orig_mod.``
    anywhere; the path of the dictionaries comes before them where it is none of the usual ones (``state_dict`` and
    its like) or where two would clash. A whole module's names are those of its state_dict.

    Raises:
        CheckpointError: it is nested too deep, or its names are too long.
    """
    walk = _Walk()
    walk.all_of(_Node((), tree))
    if walk.passed_over and not walk.tensors:
        walk = _Walk(settings=False)
        walk.all_of(_Node((), tree))
    return walk.found()


class _Walk:
    def __init__(self, settings: bool = True) -> None:
        self.settings = settings
        self.tensors: list[tuple[Path, Call | Array]] = []
        self.words: list[tuple[Path, Words]] = []
        self.modules: list[tuple[Path, dict[str, Any]]] = []
        self.unreadable: list[tuple[Path, str]] = []
        self.characters = 0
        self.passed_over = False
        self.left = {False: MAX_PARTS, True: MAX_PARTS}

    def all_of(self, root: _Node) -> None:
        seen: set[tuple[int, int]] = set()
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if isinstance(node.value, Call):
                if node.weights == _ALL:
                    self.tensor(node.path, node.value)
            elif isinstance(node.value, Name | Reference) or not isinstance(node.value, _HOLDS):
                continue
            elif (id(node.value), node.weights) not in seen:
                seen.add((id(node.value), node.weights))
                waiting += self.inside(node)[::-1]

    def tensor(self, path: Path, value: Call | Array) -> None:
        self.tensors.append((path, value))
        check_entries(len(self.tensors), "tensors")
        self.characters += sum(map(len, path))
        if self.characters > _LONGEST_NAMES:
            raise CheckpointError(f"The names of this file's tensors take too much. Save again: {SAVE_WEIGHTS}")

    def inside(self, node: _Node) -> list[_Node]:
        """What a container holds that could hold weights or words."""
        value = node.value
        if isinstance(value, Object):
            return self.object(node, value)
        words = as_words(value)
        if words is not None:
            self.add_words(node.path, words)
            return []
        return self.below(node, value.items() if isinstance(value, dict) else enumerate(value))

    def add_words(self, path: Path, words: Words) -> None:
        if len(self.words) < _MOST_WORDS:
            self.words.append((path, words))

    def object(self, node: _Node, value: Object) -> list[_Node]:
        if is_array(value):
            self.array(node, array_of(value))
            return []
        if value.path.startswith("torch.optim."):
            return []
        if is_module(value):
            return self.module(node, value)
        if node.weights == _ALL and len(self.unreadable) < _MOST_WORDS and (kind := _unreadable(value)):
            self.unreadable.append((node.path, kind))
        if value.path == "torch.ScriptObject":
            packed = node._replace(weights=_ALL if node.weights else _NONE)
            return self.below(packed, [("packed", value.state)])
        node = node._replace(foreign=True)
        if isinstance(value.items, list | tuple) and (words := as_words(value.items)) is not None:
            self.add_words(node.path, words)
        if (tokenizer := as_tokenizer(value.state)) is not None:
            self.add_words(node.path, tokenizer)
            return []
        lower = node._replace(weights=min(node.weights, _MODULES))
        states = value.state if isinstance(value.state, tuple) and not is_script(value) else (value.state,)
        nodes = [one for state in states if isinstance(state, dict) for one in self.below(node, state.items())]
        nodes += self.below(node, [("state", one) for one in states if isinstance(one, list | tuple)])
        nodes += self.below(node, (value.pairs or {}).items())
        return nodes + self.below(lower, [*enumerate(value.arguments), *enumerate(value.items)])

    def array(self, node: _Node, array: Array | None) -> None:
        if array is None:
            return
        if array.dtype.kind == "U":
            if array.ndim == 1 and (words := as_words(array.tolist())) is not None:
                self.add_words(node.path, words)
        elif array.ndim and node.weights == _ALL:
            self.tensor(node.path, array)

    def module(self, node: _Node, value: Object) -> list[_Node]:
        self.modules.append((node.path, stated(value)))
        node = node._replace(place=_ROOT if node.place == _OUTSIDE else _INSIDE)
        own, others = parts(value)
        weights = _ALL if node.weights else _NONE
        return self.below(node._replace(weights=weights), own) + self.below(
            node._replace(weights=min(node.weights, _MODULES), foreign=True), others
        )

    def below(self, node: _Node, items: Iterable[tuple[Any, Any]]) -> list[_Node]:
        kept = [(key, one) for key, one in items if isinstance(one, _HOLDS)]
        beside = node.foreign or node.weights == _NONE
        self.left[beside] -= len(kept)
        if kept and (node.depth >= MAX_DEPTH or self.left[beside] < 0):
            if beside:
                return []
            much = f"nested more than {MAX_DEPTH} deep" if node.depth >= MAX_DEPTH else "of too many parts"
            raise CheckpointError(f"This file is {much}, as no weights are. Save again: {SAVE_WEIGHTS}")
        return [one for key, value in kept if (one := self._child(node, _text(key), value)) is not None]

    def _child(self, node: _Node, key: str, value: Any) -> _Node | None:
        holds = not isinstance(value, Call) and not (isinstance(value, Object) and is_array(value))
        if node.place == _OUTSIDE and holds and key.lower().startswith(_TRAINING):
            return None
        settings = self.settings and node.place == _OUTSIDE and key.lower() in _SETTINGS
        self.passed_over |= settings
        weights = _NONE if settings else node.weights
        path = (*node.path[:-1], f"{node.path[-1]}.{key}") if node.place == _INSIDE else (*node.path, key)
        return _Node(path, value, node.depth + 1, weights, _INSIDE if node.place else _OUTSIDE, node.foreign)

    def found(self) -> Found:
        names = short_names([path for path, _ in self.tensors])
        inside = dict(_parent(path, name) for (path, _), name in zip(self.tensors[::-1], names[::-1], strict=True))
        return Found(
            dict(zip(names, (value for _, value in self.tensors), strict=True)),
            {".".join(path): found for path, found in self.words},
            {inside.get(path, _short(path)): found for path, found in self.modules},
            {_short(path): kind for path, kind in self.unreadable},
        )


def _parent(path: Path, name: str) -> tuple[Path, str]:
    """The path of what a tensor is in, and the name that stands before the tensor's own."""
    if not path:
        return (), ""
    before, _, own = path[-1].rpartition(".")
    return ((*path[:-1], before) if before else path[:-1], name.removesuffix(own).removesuffix("."))


def _unreadable(value: Object) -> str:
    if value.path in UNREADABLE:
        return UNREADABLE[value.path]
    plain = value.path in _PLAIN or value.path in LISTS
    return "" if plain else f"made by {value.path[:_LONGEST_KEY]}"


def _text(key: Any) -> str:
    return str(key)[:_LONGEST_KEY]


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
