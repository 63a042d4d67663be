"""Find the unit for something in a corpus, without the pages.

python -m explorer scan python-chars-lstm corpus/*.txt --find "def |class "      units ranked by how well they tell
python -m explorer scan model.pt data/*.parquet --columns a,b --label event --out units.csv
python -m explorer scan model.pt data/*.parquet --label event --dask tcp://scheduler:8786
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.concepts import CONCEPTS, check_expression, concept_of, matched
from explorer.concepts.steps import any_of
from explorer.errors import CheckpointError, EncodingError, ExplorerError
from explorer.models import DIRECTIONS, Model
from explorer.models.model.claims import left_out
from explorer.scanning.moments import Counts
from explorer.scanning.passage import Concept
from explorer.scanning.scan import scan
from explorer.scanning.separation import Separated, Separation
from explorer.trace.spreadsheets import csv_bytes

_BAR = 30
_PATIENCE = 60.0
"""Seconds that an expression may search in one file."""
_ENDINGS = (".csv", ".json")


@dataclass(frozen=True)
class Found:
    """Whether each step lies in what a concept of a text marks.

    Args:
        name: one of `explorer.concepts.CONCEPTS`, or ``/`` and a regular expression.
    """

    name: str

    def __call__(self, whole: Any) -> NDArray[Any]:
        """(time,) bool.

        Args:
            whole: the text, where a step is a character; else its tokens, which are searched with spaces between them.
        """
        if isinstance(whole, str):
            return self._in(whole, np.arange(len(whole) + 1))
        if isinstance(whole, np.ndarray):
            raise EncodingError("An expression reads text, and this model reads numbers: give --label COLUMN instead.")
        ends = np.cumsum([len(token) + 1 for token in whole])
        return self._in(" ".join(whole), np.concatenate([[0], np.minimum(ends, ends[-1] - 1)]))

    def _in(self, text: str, offsets: NDArray[Any]) -> NDArray[Any]:
        if not self.name.startswith("/"):
            return concept_of(self.name, text, offsets)
        return any_of(matched(self.name[1:], text, _PATIENCE), offsets)


def scan_command(arguments: list[str], opened: Callable[[argparse.Namespace], Model]) -> None:
    """Scan as the command line asks: a table on the terminal, and in a file where one is named.

    Args:
        arguments: those after ``scan``.
        opened: opens the model that they name.

    Raises:
        ExplorerError: in a sentence, whatever cannot be done.
    """
    asked = parser().parse_args(arguments)
    if asked.out is not None and asked.out.suffix not in _ENDINGS:
        raise EncodingError(f"Where to? Give --out FILE with the ending {' or '.join(_ENDINGS)}.")
    concept = _concept(asked)
    model = opened(asked)
    columns = None if asked.columns is None else asked.columns.split(",")
    what = [Counts(), Separation(concept, None if asked.signals is None else tuple(asked.signals.split(",")))]
    with _cluster(asked.dask) as client:
        counts, found = scan(
            model, [Path(one) for one in asked.files], what, client,
            columns=columns, joined=asked.joined, progress=_show,
        )  # fmt: skip
    print(file=sys.stderr)
    table = ranked(found)
    _tell(asked, model, counts, found, table)
    if asked.out is not None:
        _write(asked.out, table, _facts(asked, model, counts, found))


def ranked(found: dict[str, Separated]) -> pd.DataFrame:
    """Every unit, the most telling first, whichever way it tells: signal, layer, direction, unit, auc, slack, shuffled.

    Args:
        found: the result of `Separation`.
    """
    tables = [
        pd.DataFrame(
            {
                "signal": name, "layer": axes[0], "direction": np.array(DIRECTIONS)[axes[1]], "unit": axes[2],
                "auc": one.auc.ravel(), "slack": one.slack.ravel(), "shuffled": one.shuffled.ravel(),
            }
        )
        for name, one in found.items()
        for axes in [np.indices(one.auc.shape).reshape(3, -1)]
    ]  # fmt: skip
    table = pd.concat(tables, ignore_index=True)
    order = np.argsort(-np.abs(table["auc"].to_numpy() - 0.5), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _concept(asked: argparse.Namespace) -> Concept:
    if asked.find is not None:
        check_expression(asked.find)
        return Found(f"/{asked.find}")
    if asked.concept is not None:
        return Found(asked.concept)
    return str(asked.label)


@contextmanager
def _cluster(address: str | None) -> Iterator[Any]:
    """A client of the cluster at an address; None where none is named."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise ExplorerError(
            "A cluster needs the package dask[distributed], which is not installed: pip install 'gate-explorer[dask]'."
        ) from None
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except Exception as reason:  # whatever the address makes of itself
        why = " ".join(str(reason).split())[:100]
        raise ExplorerError(f"No cluster answers at {address[:60]!r} ({why}): check the address.") from None
    try:
        yield client
    finally:
        client.close()


def _tell(
    asked: argparse.Namespace, model: Model, counts: dict[str, Any], found: dict[str, Separated], table: pd.DataFrame
) -> None:
    one = next(iter(found.values()))
    if not one.yes or not one.no:
        raise EncodingError(
            f"{'No' if not one.yes else 'Every'} step of {counts['steps']:,} is marked, so no unit can tell: ask for "
            "something else."
        )
    band = max(each.band for each in found.values())
    print(f"{model.summary}\n{counts['steps']:,} steps in {counts['sequences']:,} sequences, {one.yes:,} steps marked.")
    if left_out(model):
        print(left_out(model))
    print(f"{'signal':<12}{'layer':>6}{'unit':>6}  {'direction':<10}{'AUC':>7}  by chance")
    for row in table.head(asked.top).itertuples():
        print(f"{row.signal:<12}{row.layer:>6}{row.unit:>6}  {row.direction:<10}{row.auc:>7.3f}  {row.shuffled:.3f}")
    print(f"With the labels moved on in time the best unit comes to {0.5 + band:.3f} (or {0.5 - band:.3f}).")


def _facts(
    asked: argparse.Namespace, model: Model, counts: dict[str, Any], found: dict[str, Separated]
) -> dict[str, Any]:
    one = next(iter(found.values()))
    return {
        "model": model.summary, "left out": left_out(model), "find": asked.find, "concept": asked.concept,
        "label": asked.label, "steps": counts["steps"], "sequences": counts["sequences"], "marked": one.yes,
        "band": max(each.band for each in found.values()),
    }  # fmt: skip


def _write(path: Path, table: pd.DataFrame, facts: dict[str, Any]) -> None:
    data = csv_bytes(table) if path.suffix == ".csv" else json.dumps(
        facts | {"units": table.to_dict("records")}, indent=1, ensure_ascii=False
    ).encode()  # fmt: skip
    try:
        path.write_bytes(data)
    except OSError as reason:
        raise CheckpointError(f"'{path.name}' cannot be written ({reason.strerror}): choose another place.") from None


def _show(share: float) -> None:
    done = round(_BAR * share)
    print(f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}", end="", file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    found = argparse.ArgumentParser(
        prog="python -m explorer scan", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("model", help="a checkpoint, or a bundled model's name")
    found.add_argument("files", nargs="+", help="text (UTF-8), .parquet, .zarr or .npy; patterns with * too")
    asked = found.add_mutually_exclusive_group(required=True)
    asked.add_argument("--find", metavar="REGEX", help="steps inside a match of this regular expression")
    asked.add_argument("--concept", choices=[one.name for one in CONCEPTS.values() if not one.numeric])
    asked.add_argument("--label", metavar="COLUMN", help="a column, or an array of the group, of 0 and 1")
    found.add_argument("--signals", help="which to rank, separated by commas; by default the cell's states")
    found.add_argument("--columns", help="the columns that the model reads, in its order, separated by commas")
    found.add_argument("--joined", action="store_true", help="the files follow each other as one stream")
    found.add_argument("--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster, tcp://host:8786")
    found.add_argument("--top", type=int, default=20, help="so many units are printed; default 20")
    found.add_argument("--out", type=Path, help="where the whole table goes: FILE.csv or FILE.json")
    found.add_argument("--group", help="which network, where the file holds several")
    found.add_argument("--nonlinearity", choices=["tanh", "relu"], help="of an RNN whose file does not say it")
    found.add_argument("--reset-before", action="store_true", help="of a Keras GRU whose file does not show it")
    found.add_argument("--hard-sigmoid", type=float, metavar="SLOPE", help="of gates whose squash the file omits")
    return found
