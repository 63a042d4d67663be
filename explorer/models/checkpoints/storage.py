"""What is said of how a network's weights were stored."""

from collections.abc import Mapping, Sequence

import numpy as np

from explorer.models.files import Array, Contents

Cells = tuple[tuple[Mapping[str, Array], ...], ...]
"""``cells[layer][direction]``: weight_ih, weight_hh, bias_ih, bias_hh, weight_hr, rows in PyTorch's order."""


def conversions(contents: Contents, sources: Sequence[str]) -> list[str]:
    """A sentence for each way in which weights were stored that the cells do not compute in."""
    notes = []
    if any(contents.tensors[name].dtype == np.float16 for name in sources if name in contents.tensors):
        notes.append("Stored in half precision, computed in single: states agree with the original to about 1e-3.")
    for how in sorted({contents.converted[name] for name in sources if name in contents.converted}):
        made = any(contents.converted.get(name) == how for name in sources if name in contents.made_of)
        notes.append(f"Stored as {how}, {'put together here' if made else 'converted to plain floating point'}.")
    return notes


def diverged(cells: Cells) -> list[str]:
    """A sentence where weights are no numbers."""
    bad = sum(int((~np.isfinite(values)).sum()) for layer in cells for cell in layer for values in cell.values())
    if not bad:
        return []
    are = "weight is" if bad == 1 else "weights are"
    return [f"{bad:,} {are} NaN or infinite: the training diverged, and units that read them show no numbers."]
