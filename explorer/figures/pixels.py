"""A heatmap as a small picture file, one pixel a cell, for where no script has begun to run."""

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.style import Scale

_SHADES = 256
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS_OF_A_PALETTE = bytes([8, 3, 0, 0, 0])


def cells_png(z: NDArray[Any], low: float, high: float, scale: Scale) -> bytes:
    """The cells of a panel as a PNG of at most 256 colours, transparent where there is no number.

    Args:
        z: (unit, time), as in a panel.
        low, high: the ends of the colour scale.
        scale: the colours between them.
    """
    levels = _levels(z, low, high)
    used = np.unique(levels)
    rows = np.searchsorted(used, levels).astype(np.uint8)
    lines = b"".join(b"\0" + row.tobytes() for row in rows)  # each begins with the number of a filter, here none
    height, width = z.shape
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    parts = {
        b"IHDR": size + _EIGHT_BITS_OF_A_PALETTE,
        b"PLTE": shades(scale)[np.minimum(used, _SHADES - 1)].tobytes(),
        **({b"tRNS": bytes(0 if level == _SHADES else 255 for level in used)} if used[-1] == _SHADES else {}),
        b"IDAT": zlib.compress(lines, 9),
        b"IEND": b"",
    }
    return _SIGNATURE + b"".join(_part(name, content) for name, content in parts.items())


def shades(scale: Scale) -> NDArray[np.uint8]:
    """(256, 3): red, green and blue from one end of a scale to the other."""
    stops = [at for at, _ in scale]
    channels = [[int(colour[at : at + 2], 16) for _, colour in scale] for at in (1, 3, 5)]
    share = np.linspace(0, 1, _SHADES)
    return np.rint(np.stack([np.interp(share, stops, one) for one in channels], axis=1)).astype(np.uint8)


def _levels(z: NDArray[Any], low: float, high: float) -> NDArray[np.int64]:
    """Whole levels of the scale; one more for what is no number. At most 256 in all, since a picture has no more."""
    share = np.clip((z.astype(np.float64) - low) / (high - low), 0, 1)
    blank = np.isnan(share)
    most = _SHADES - 1
    levels: NDArray[np.int64] = np.rint(np.where(blank, 0, share) * most).astype(np.int64)
    levels[blank] = _SHADES
    if blank.any():
        levels[levels == most] -= 1
    return levels


def _part(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")
