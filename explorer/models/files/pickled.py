"""What the pickle of a state_dict may hold and name; every other call is refused.

Nothing is ever called: what rebuilds a tensor is read as its description, the rest is put aside.
"""

from typing import Any, NamedTuple


class Name(NamedTuple):
    """What a pickle names and would look up: ``"torch.FloatStorage"``."""

    path: str


class Call(NamedTuple):
    """What a pickle would call, with its arguments."""

    path: str
    arguments: tuple[Any, ...]


class Reference(NamedTuple):
    """What a pickle keeps outside itself, such as a storage."""

    key: Any


class Opaque(NamedTuple):
    """A harmless object that holds no weights."""

    path: str


class Packed(dict[str, Any]):
    """A quantised layer's packed weights: what it was built from, under the name ``"packed"``."""


TENSORS = frozenset(
    f"torch.{name}"
    for name in (
        "_utils._rebuild_tensor", "_utils._rebuild_tensor_v2", "_utils._rebuild_parameter",
        "_utils._rebuild_parameter_with_state", "_utils._rebuild_qtensor", "_tensor._rebuild_from_type_v2",
    )
)  # fmt: skip
DICTIONARIES: dict[str, type[dict[str, Any]]] = {
    "collections.OrderedDict": dict,
    "collections.defaultdict": dict,
    "collections.Counter": dict,
    "builtins.dict": dict,
    "torch.ScriptObject": Packed,
}
HARMLESS = frozenset(
    {
        "torch.Size", "torch.device", "torch.serialization._get_layout", "torch.Tensor", "_codecs.encode",
        "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch._C._nn.gelu",
        "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar", "numpy.dtype", "numpy.ndarray",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "argparse.Namespace", "types.SimpleNamespace", "datetime.datetime", "datetime.timedelta",
        "collections.deque", "decimal.Decimal", "fractions.Fraction", "torch.torch_version.TorchVersion",
        "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig", "omegaconf.base.ContainerMetadata",
        "omegaconf.base.Metadata", "omegaconf.nodes.AnyNode",
        "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib._local.PosixPath",
        "builtins.set", "builtins.frozenset", "builtins.slice", "builtins.range", "builtins.xrange", "builtins.complex",
        "pytorch_lightning.utilities.parsing.AttributeDict", "lightning.pytorch.utilities.parsing.AttributeDict",
        "lightning.fabric.utilities.data.AttributeDict", "lightning_fabric.utilities.data.AttributeDict",
        "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
        "pytorch_lightning.callbacks.early_stopping.EarlyStopping",
        "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
        "lightning.pytorch.callbacks.early_stopping.EarlyStopping",
    }
)  # fmt: skip

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
