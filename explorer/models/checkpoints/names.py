"""Names of weights → what they are: ``encoder.weight_ih_l0_reverse`` is the input's weights of layer 0, reverse."""

import re
from typing import NamedTuple


class Place(NamedTuple):
    """Where a tensor belongs.

    Attributes:
        prefix: what stands before the weight's own name, without the separator.
        role: ``"weight_ih"``, ``"weight_hh"``, ``"bias_ih"``, ``"bias_hh"`` or ``"weight_hr"``.
        layer: from 0.
        reverse: whether it reads from the end.
        plain: whether it is spelt as PyTorch spells it.
    """

    prefix: str
    role: str
    layer: int
    reverse: bool
    plain: bool


_BEFORE = r"^(?:(?P<prefix>.*[^._/\-])?[._/\-]+)?"
_AFTER = r"(?:[._]?l?(?P<layer>\d+))?(?P<reverse>_reverse|_backward|_bw)?$"
_PLAIN = re.compile(_BEFORE + r"(?P<what>weight|bias)_(?P<reads>ih|hh|hr)(?:_l(?P<layer>\d+))?(?P<reverse>_reverse)?$")
_SPELT = re.compile(
    _BEFORE + r"(?P<what>weights?|w|bias|b)[._]?(?P<reads>ih|xh|x2h|i2h|hh|h2h|hr)" + _AFTER, re.IGNORECASE
)
_LINEAR = re.compile(_BEFORE + r"(?P<reads>ih|xh|x2h|i2h|hh|h2h)[._](?P<what>weight|bias)$", re.IGNORECASE)
_MXNET = re.compile(r"^(?:(?P<prefix>.*?)[._]?)?(?P<side>[lr])(?P<layer>\d+)_(?P<reads>i2h|h2h)_(?P<what>weight|bias)$")
"""MXNet's fused layers, l and r for both directions, whose rows are in PyTorch's order."""
_READS = {"ih": "ih", "xh": "ih", "x2h": "ih", "i2h": "ih", "hh": "hh", "h2h": "hh", "hr": "hr"}


def place_of(name: str) -> Place | None:
    """What a tensor's name says it is, or None where it says nothing about a recurrent layer.

    Example:
        >>> place_of("encoder.weight_ih_l1_reverse")
        Place(prefix='encoder', role='weight_ih', layer=1, reverse=True, plain=True)
        >>> place_of("enc_b_hh")
        Place(prefix='enc', role='bias_hh', layer=0, reverse=False, plain=False)
    """
    for pattern in (_PLAIN, _MXNET, _SPELT, _LINEAR):
        match = pattern.match(name)
        if match is None:
            continue
        parts = match.groupdict()
        what = "weight" if parts["what"].lower().startswith("w") else "bias"
        role = f"{what}_{_READS[parts['reads'].lower()]}"
        layer, reverse = parts.get("layer"), parts.get("reverse")
        if layer is not None and len(layer) > 4:
            return None
        reverse = reverse or parts.get("side") == "r"
        return Place(parts["prefix"] or "", role, int(layer or 0), bool(reverse), pattern in (_PLAIN, _MXNET))
    return None
