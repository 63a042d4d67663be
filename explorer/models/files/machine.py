"""The stack machine of a pickle: it keeps what it is told, and calls nothing."""

from collections.abc import Callable, Iterable
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.files.limits import MAX_MADE, SAVE_WEIGHTS
from explorer.models.files.opcodes import Tape
from explorer.models.files.pickled import DICTIONARIES, LISTS, TENSORS, Call, Name, Object, Reference

LOAD_STORAGE = "torch.storage._load_from_bytes"
_MOST_KEPT = 2**32
_COPIED = 16
"""What a copied entry counts, in characters of text."""
_LATIN = ("latin1", "latin-1", "iso-8859-1")
_RENAMED = (
    ("torch.cuda.", "torch."),
    ("__builtin__.", "builtins."),
    ("copy_reg.", "copyreg."),
    ("numpy._core.", "numpy.core."),
)


class Machine:
    """The stack, the memo and what has been read so far."""

    def __init__(self, tape: Tape, load_storage: Callable[[Any], Reference] | None) -> None:
        self.tape = tape
        self.load_storage = load_storage
        self.references: list[Reference] = []
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.made = 0

    def to_mark(self) -> list[Any]:
        """Everything since the last mark."""
        values, self.stack = self.stack, self.below.pop()
        return values

    def push(self, made: Any) -> None:
        """Put what was made on the stack that there is now, after a mark may have been taken off it."""
        self.made += 1
        if self.made > MAX_MADE:
            raise CheckpointError(
                f"This file's pickle holds more than {MAX_MADE:,} objects: save the weights alone, {SAVE_WEIGHTS}"
            )
        self.stack.append(made)

    def mark(self) -> None:
        """Begin a run of values."""
        self.below.append(self.stack)
        self.stack = []

    def keep(self, number: int) -> None:
        """Remember the last value by a number."""
        if not 0 <= number < _MOST_KEPT:
            raise IndexError
        self.memo[number] = self.stack[-1]

    def drop(self) -> None:
        """Forget the last value, or mark."""
        if self.stack:
            self.stack.pop()
        else:
            self.to_mark()

    def gather(self, count: int) -> None:
        """Make a tuple of the last values."""
        if len(self.stack) < count:
            raise IndexError
        values = tuple(self.stack[-count:])
        del self.stack[-count:]
        self.push(values)

    def reduce(self) -> None:
        """What calls, or makes an instance: kept as what it says."""
        arguments, called = self.stack.pop(), self.stack.pop()
        self.push(self._called(_path_of(called), arguments if isinstance(arguments, tuple) else ()))

    def new_with_names(self) -> None:
        """The same with arguments by name, which are left out."""
        self.stack.pop()
        self.reduce()

    def instance(self) -> None:
        """An instance as Python 1 wrote it, its class in two lines."""
        module, attribute = str(self.tape.line(), "utf-8", "replace"), str(self.tape.line(), "utf-8", "replace")
        self.push(self._called(_renamed(f"{module}.{attribute}"), tuple(self.to_mark())))

    def object(self) -> None:
        """An instance whose class stands before its arguments."""
        called, *arguments = self.to_mark()
        self.push(self._called(_path_of(called), tuple(arguments)))

    def build(self) -> None:
        """The state of the last value."""
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, Object):
            target.state = state

    def extend(self, values: list[Any]) -> None:
        """Append to the last value."""
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(values)
        elif isinstance(target, Object):
            if not isinstance(target.items, list):
                self.tape.count(_COPIED * len(target.items))
                target.items = list(target.items)
            target.items.extend(values)
        else:
            raise TypeError

    def update(self, values: list[Any]) -> None:
        """Set keys and values, one after the other, in the last value."""
        target = self.stack[-1]
        if isinstance(target, Object):
            if target.pairs is None:
                target.pairs = {}
            target = target.pairs
        if not isinstance(target, dict):
            raise TypeError
        _set_pairs(target, zip(values[::2], values[1::2], strict=True))

    def refer(self, key: Any) -> None:
        """A reference to what lies outside."""
        self.references.append(Reference(key))
        self.stack.append(self.references[-1])

    def name(self, module: Any, attribute: Any) -> None:
        """A name that would be looked up."""
        if not isinstance(module, str) or not isinstance(attribute, str):
            raise TypeError
        self.tape.count(len(module) + len(attribute))
        self.stack.append(Name(_renamed(f"{module}.{attribute}")))

    def _called(self, path: str, arguments: tuple[Any, ...]) -> Any:
        if path in DICTIONARIES:
            return self._dictionary(arguments[-1] if arguments else ())
        if path in TENSORS:
            return Call(path, arguments)
        if path in LISTS and len(arguments) == 1 and isinstance(arguments[0], list | tuple):
            made = Object(path)
            made.items = arguments[0]
            return made
        if path == "_codecs.encode" and len(arguments) == 2 and arguments[1] in _LATIN:
            # Bytes, as Python 3 writes them for Python 2.
            self.tape.count(len(arguments[0]))
            return arguments[0].encode("latin-1")
        if path == LOAD_STORAGE and self.load_storage is not None and len(arguments) == 1:
            self.references.append(self.load_storage(arguments[0]))
            return self.references[-1]
        if path == "copyreg._reconstructor" and arguments:
            made = Object(_path_of(arguments[0]))
            made.pairs = arguments[2] if len(arguments) == 3 and isinstance(arguments[2], dict) else None
            return made
        return Object(path, arguments)

    def _dictionary(self, given: Any) -> dict[Any, Any]:
        """A dictionary that is made of another, or of pairs."""
        found: dict[Any, Any] = {}
        if isinstance(given, dict | list | tuple):
            self.tape.count(_COPIED * len(given))
            pairs = given.items() if isinstance(given, dict) else given
            _set_pairs(found, [pair for pair in pairs if isinstance(pair, list | tuple) and len(pair) == 2])
        return found


def _path_of(called: Any) -> str:
    # Before zip, PyTorch kept a module's class and source outside the pickle.
    outside = called.key[1:2] if isinstance(called, Reference) and isinstance(called.key, tuple) else ()
    return next((one.path for one in (called, *outside) if isinstance(one, Name | Object)), "an unknown class")


def _renamed(path: str) -> str:
    """Old names of the same: storages of a GPU, Python 2's built-in functions, NumPy before 2."""
    for old, new in _RENAMED:
        path = path.replace(old, new)
    return path


def _set_pairs(target: dict[Any, Any], pairs: Iterable[Any]) -> None:
    for key, value in pairs:
        # Only text and bounded numbers: hashing a stranger's nested tuple could exhaust the stack.
        target[key if isinstance(key, str | int) else f"({len(target)})"] = value
