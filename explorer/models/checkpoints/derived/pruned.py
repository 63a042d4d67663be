"""Pruned weights: what was kept, times the mask of what is left."""

from explorer.models.checkpoints.derived.joining import Joining, candidates, narrow, wide
from explorer.models.files import Contents


def with_pruned(contents: Contents) -> Contents:
    """Contents in which every ``weight_orig`` with its ``weight_mask`` is the pruned weight, their product.

    Source: `torch.nn.utils.prune`.
    """
    joining = Joining(contents)
    for name in candidates(contents):
        kept = contents.tensors[name]
        mask = contents.tensors.get(name.removesuffix("_orig") + "_mask")
        if name.endswith("_orig") and mask is not None and mask.shape == kept.shape and kept.dtype.kind == "f":
            whole = name.removesuffix("_orig")
            joining.put(whole, narrow(wide(kept) * wide(mask), kept), (name,), "pruned weights", (f"{whole}_mask",))
    return joining.done()
