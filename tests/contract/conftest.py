"""The toy cell, registered for the length of a test as its one line in `CELLS` would."""

from collections.abc import Iterator

import pytest

from explorer.cells import CELLS
from tests.contract.sieve import SieveCell


@pytest.fixture
def sieve() -> Iterator[str]:
    """The kind of a cell that no other file names."""
    CELLS[SieveCell.kind] = SieveCell
    yield SieveCell.kind
    del CELLS[SieveCell.kind]
