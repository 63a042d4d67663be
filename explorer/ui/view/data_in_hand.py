"""The file of data of this session, and how its user wants it read."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.sequences import Table, TrueSteps, member, to_table

Missing = Literal["refuse", "interpolate"]
_FILE = "data-file"


@dataclass(frozen=True)
class DataFile:
    """A file of this session, and how the user wants it read.

    Attributes:
        name: the file's.
        table: what a text file holds.
        columns: those that the model reads.
        missing: what happens to missing values.
        arrays: what a NumPy file holds, each (batch, time, features).
        array, index: which of them, and which sequence of it.
        true: what is known of the true steps of an array's sequences, by its name.
        cut: whether what follows them is left out; None as the file says.
        group, member: the column that tells sequences apart, and which one is read; "" for the whole table.
        mark: a word by chance, so that nothing computed of it can be mistaken for another's.
    """

    name: str
    table: Table | None = None
    columns: tuple[str, ...] = ()
    missing: Missing = "refuse"
    arrays: Mapping[str, NDArray[np.float64]] | None = None
    array: str = ""
    index: int = 0
    true: Mapping[str, TrueSteps] = field(default_factory=dict)
    cut: bool | None = None
    group: str = ""
    member: str = ""
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def known(self) -> TrueSteps | None:
        """What is known of the true steps of the array's sequences."""
        return self.true.get(self.array)

    @property
    def is_cut(self) -> bool:
        """Whether what follows the true steps is left out."""
        return self.known is not None and (bool(self.known.stated) if self.cut is None else self.cut)

    @property
    def batch(self) -> NDArray[np.float64]:
        """The array that is read, (batch, time, features)."""
        assert self.arrays is not None
        return self.arrays[self.array]

    @property
    def place(self) -> int:
        """Which sequence of the array is read."""
        return min(self.index, len(self.batch) - 1)

    @property
    def sequence(self) -> NDArray[np.float64]:
        """The steps of an array's sequence that are read, (time, features)."""
        whole: NDArray[np.float64] = self.batch[self.place]
        return whole[: self.known.steps[self.place]] if self.known is not None and self.is_cut else whole

    @property
    def source_of_all(self) -> Table:
        """The table, or the chosen sequence of an array as one."""
        if self.arrays is not None:
            return to_table(self.sequence, self.name)
        assert self.table is not None
        return self.table

    @property
    def source(self) -> Table:
        """The one sequence that is read, as a table."""
        return member(self.table, self.group, self.member) if self.table and self.group else self.source_of_all


def data_in_hand() -> DataFile | None:
    """The data of this session, as its user wants them read."""
    return st.session_state.get(_FILE)


def keep_data(file: DataFile) -> None:
    """Read this from now on."""
    st.session_state[_FILE] = file
