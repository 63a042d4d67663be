"""What a network that reads both ways makes of the same sequence read backwards."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.models import Model
from explorer.models.model.variants import as_read, with_swapped_directions
from explorer.trace import Trace, record

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mirror:
    """Hidden states over a sequence beside those over its mirror image.

    Attributes:
        apart: (layer,), the largest |difference| between one direction on the sequence and the other on its image,
            each step beside its own image: 0 if the directions had swapped.
        swapped: (layer,), the same where the weights of both directions were swapped as well.
    """

    apart: Floats
    swapped: Floats


@checked
def mirror(model: Model, trace: Trace) -> Mirror:
    """Read a sequence backwards and ask whether the directions swap::

        max |h→_t(x) − h←_{T+1−t}(x reversed)|, |h←_t(x) − h→_{T+1−t}(x reversed)|

    Args:
        model: bidirectional.
        trace: its run from zero states.

    Raises:
        ShapeError: the model reads one way.
    """
    if model.num_directions != 2:
        raise ShapeError("This model reads one way: the mirror test asks what two directions do.")
    image = np.ascontiguousarray(trace.inputs[::-1])
    runs = [record(one, image) for one in (as_read(model), with_swapped_directions(as_read(model)))]
    own = record(as_read(model), trace.inputs)["hidden"]
    apart, swapped = (np.abs(own - run["hidden"][:, ::-1, ::-1]).max(axis=(1, 2, 3)) for run in runs)
    return Mirror(apart.astype(np.float64), swapped.astype(np.float64))
