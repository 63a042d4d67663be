"""Weights of which a training drops some at each step (WeightDrop, AWD-LSTM): the raw one is the weight."""

from explorer.models.checkpoints.derived.joining import Joining, candidates
from explorer.models.checkpoints.names import place_of
from explorer.models.files import Contents

_RAW = "_raw"
_INNER = "module"


def with_dropped(contents: Contents) -> Contents:
    """Contents in which ``weight_hh_l0_raw`` is ``weight_hh_l0``; what is stored under that name is a training step's.

    The raw weight lies beside the module's other weights, or one level above them where a wrapper keeps it.

    Source: Merity et al. 2018.
    """
    joining = Joining(contents)
    if not any(name.endswith(_RAW) for name in candidates(contents)):
        return contents
    homes = {name.rpartition(".")[0] for name in candidates(contents) if place_of(name) is not None}
    for name in candidates(contents):
        raw, whole = contents.tensors[name], name.removesuffix(_RAW)
        place = place_of(whole)
        if whole == name or place is None or raw.dtype.kind != "f":
            continue
        before, dot, weight = whole.rpartition(".")
        inner = f"{before}{dot}{_INNER}"
        target = f"{inner}.{weight}" if inner in homes else whole
        copy = (target,) if target in contents.tensors else ()
        joining.put(target, raw, (name,), "raw weights of a WeightDrop", copy)
    return joining.done()
