"""Records of arrays that nobody changes by accident, copied and stored ones too."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


class ReadOnly:
    """A frozen dataclass whose arrays refuse to be written to, also after `pickle` and `copy.deepcopy`."""

    def __post_init__(self) -> None:
        for array in arrays_of(vars(self).values()):
            array.setflags(write=False)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        ReadOnly.__post_init__(self)


def arrays_of(values: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Every array among values, and in dictionaries among them."""
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, Mapping):
            yield from arrays_of(value.values())
