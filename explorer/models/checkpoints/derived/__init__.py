"""Weights that a file keeps in parts or by other names → the weights that a cell computes with.

Each resolver is a function from contents to contents: what it puts together stands under PyTorch's names, says in
``made_of`` what it came from and in ``converted`` how that was stored; what it used up is gone from the tensors.
All of this comes before any finder looks. Where names and shapes leave two readings nothing is joined: the cell is
refused by name, and mapping by hand asks.
"""

from collections.abc import Callable

from explorer.models.checkpoints.derived.dropped import with_dropped
from explorer.models.checkpoints.derived.fused import with_fused
from explorer.models.checkpoints.derived.gated import with_gated
from explorer.models.checkpoints.derived.normed import with_normed
from explorer.models.checkpoints.derived.packed import with_packed
from explorer.models.checkpoints.derived.parametrized import with_parametrized
from explorer.models.checkpoints.derived.pruned import with_pruned
from explorer.models.checkpoints.derived.spectral import with_spectral
from explorer.models.checkpoints.derived.telling import told
from explorer.models.files import Contents

_RESOLVERS: tuple[Callable[[Contents], Contents], ...] = (
    with_packed,
    with_normed,
    with_spectral,
    with_parametrized,
    with_pruned,
    with_dropped,
    with_fused,
    with_gated,
)
_NAMED_OTHERWISE = ("Keras", "ONNX")
"""Formats whose finders read names and graphs of their own."""


def with_derived(contents: Contents) -> Contents:
    """Contents in which every weight that is computed from others is that weight.

    Args:
        contents: a file, as read.
    """
    for resolve in () if contents.format in _NAMED_OTHERWISE else _RESOLVERS:
        contents = resolve(contents)
    return contents


__all__ = ["told", "with_derived"]
