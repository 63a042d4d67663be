"""Everything that is found in a table, and the table after what the reader chose to do about it.

The names of the chosen remedies are part of a request and done again on each run, so that undo needs no code; one that
is not on offer when its turn comes is passed over. `encode_table` says every finding in its notes: no way of reading
is silent.
"""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from explorer.sequences.finding import Finding
from explorer.sequences.order import order_findings, reordered
from explorer.sequences.sentinels import sentinel_findings, without_sentinel
from explorer.sequences.table import Table

_KEEPS = {"keep-repeated": "repeated", "keep-uneven": "uneven"}
_found: WeakKeyDictionary[Table, tuple[Finding, ...]] = WeakKeyDictionary()


def findings(table: Table) -> tuple[Finding, ...]:
    """What a picture of this table must not hide: sentinels, and time that does not simply run on.

    Example:
        >>> read = read_table(b"day,v\\n2020-01-03,1\\n2020-01-02,2\\n2020-01-01,3\\n")
        >>> findings(read)[0].remedies[0].name
        'turn'
    """
    if table not in _found:
        _found[table] = (*order_findings(table), *sentinel_findings(table))
    return _found[table]


def remedied(table: Table, names: Sequence[str]) -> tuple[Table, tuple[Finding, ...]]:
    """Do what was chosen, one remedy after the other.

    Args:
        table: the table as it was read.
        names: names of remedies; one that is not offered when its turn comes is passed over.

    Returns:
        The table, its notes saying what was done, and what is still found in it; a finding that the reader chose to
        keep offers nothing more.
    """
    kept = set()
    for name in names:
        if name in _KEEPS:
            kept.add(_KEEPS[name])
            continue
        if name in {remedy.name for found in findings(table) for remedy in found.remedies}:
            value = name.removeprefix("missing:")
            table = without_sentinel(table, float(value)) if value != name else reordered(table, name)
    return table, tuple(replace(one, remedies=()) if one.kind in kept else one for one in findings(table))
