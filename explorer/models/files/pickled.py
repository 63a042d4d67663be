"""What a pickle says, as data: nothing in it is ever looked up, imported or called."""

from typing import Any, NamedTuple


class Name(NamedTuple):
    """What a pickle names and would look up: ``"torch.FloatStorage"``."""

    path: str


class Call(NamedTuple):
    """A tensor, as the call that would rebuild it, with its arguments."""

    path: str
    arguments: tuple[Any, ...]


class Reference(NamedTuple):
    """What a pickle keeps outside itself, such as a storage."""

    key: Any


class Object:
    """Whatever else a pickle would make by a class or a function: what it was told, and nothing done with it.

    Attributes:
        path: the class or function.
        arguments: what it would be called with.
        state: what it would take as its state, most often its ``__dict__``.
        items: what would be appended to it.
        pairs: what would be set in it by key.
    """

    __slots__ = ("arguments", "items", "pairs", "path", "state")

    def __init__(self, path: str, arguments: tuple[Any, ...] = ()) -> None:
        self.path = path
        self.arguments = arguments
        self.state: Any = None
        self.items: list[Any] | tuple[()] = ()
        self.pairs: dict[Any, Any] | None = None


TENSORS = frozenset(
    f"torch.{name}"
    for name in (
        "_utils._rebuild_tensor", "_utils._rebuild_tensor_v2", "_utils._rebuild_parameter",
        "_utils._rebuild_parameter_with_state", "_utils._rebuild_qtensor", "_tensor._rebuild_from_type_v2",
    )
)  # fmt: skip
DICTIONARIES = frozenset({"collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict"})
LISTS = frozenset({"builtins.list", "builtins.tuple", "builtins.set", "builtins.frozenset", "collections.deque"})

UNREADABLE = {
    "torch._utils._rebuild_sparse_tensor": "sparse",
    "torch._utils._rebuild_sparse_csr_tensor": "sparse",
    "torch._utils._rebuild_meta_tensor_no_storage": "on the meta device, without numbers",
    "torch._utils._rebuild_nested_tensor": "nested",
    "torch._utils._rebuild_tensor_v3": "of a type that no recurrent layer computes in",
    "torch._utils._rebuild_wrapper_subclass": "of a class of its own",
    "torch._utils._rebuild_device_tensor_from_numpy": "of another device's kind",
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": "of another device's kind",
}
"""Tensors that are no block of numbers in memory, and what they are instead."""
