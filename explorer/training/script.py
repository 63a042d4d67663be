"""A training as one file of PyTorch that trains the same networks and prints the same table."""

import json
from textwrap import fill

import numpy as np
import torch
from safetensors.numpy import save

from explorer.cells import CELLS
from explorer.places import ASSETS
from explorer.training.fitting import CHECKS
from explorer.training.learner import KINDS
from explorer.training.outcome import Outcome, Trained
from explorer.training.settings import Settings
from explorer.training.tasks import Forecast
from explorer.training.tasks.forecast import CONTEXT, LAGS, WARM_UP
from explorer.training.twins import Twins

_SERIES = ASSETS / "train" / "series.py.txt"


def script_of(twins: Twins) -> str:
    """The whole training as a program that prints the table.

    Of a series it is PyTorch and NumPy alone, the series in it; of other data it calls this package, which draws them.

    Args:
        twins: trained or not.
    """
    task = twins.task
    return _of_series(twins, task) if isinstance(task, Forecast) else _of_package(twins)


def _of_series(twins: Twins, task: Forecast) -> str:
    own = [kind for kind in twins.kinds if kind not in KINDS]
    chrono = twins.settings.longest
    parts = {
        "needs": ", and this package for the cells that PyTorch lacks" if own else "",
        "imports": "\n\nfrom functools import partial\n\nfrom explorer.training.layers import CellLayers"
        if own
        else "",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "cells": "{\n" + "".join(_cell(kind, twins.settings) for kind in twins.kinds) + "}",
        "seeds": repr(list(twins.seeds)),
        "sizes": _spelt(task.shape.hidden_size, task.shape.num_layers, task.shape.dropout),
        "course": _spelt(task.course.steps, task.course.rate, task.course.clip, task.course.decay, task.batch_size),
        "recipe": _spelt(task.held_out, task.period, task.window, task.horizon),
        "constants": _spelt(CHECKS, WARM_UP, CONTEXT),
        "series": _numbers(task.values),
        "scaling": _spelt(task.scaling.offset[0], task.scaling.scale[0]),
        "lags": str(LAGS),
        "drawn": f"torch.empty(HIDDEN).uniform_(1, {chrono} - 1).log()" if chrono else "1.0",
        "begins": "value * drawn",
    }
    page = _SERIES.read_text(encoding="utf-8")
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _cell(kind: str, settings: Settings) -> str:
    """A row of the script's table of cells: its title, its module, its biases' names, and what its gates begin with."""
    cell = CELLS[kind]
    make = f"nn.{KINDS[kind].__name__}" if kind in KINDS else f"partial(CellLayers, {kind!r})"
    values = dict(cell.chrono) if settings.longest else settings.beginning.values(cell, 1)
    gates = [(cell.blocks.index(gate), float(value)) for gate, value in values.items()] if cell.keep_gate else []
    return f"    {cell.title!r}: ({make}, {cell.bias_fields!r}, {gates!r}),\n"


def _of_package(twins: Twins) -> str:
    given = twins.settings.as_arguments()
    return "\n".join(
        [
            '"""Trains the same networks on the same data and prints the same table."""',
            "",
            "import explorer.training as training",
            "",
            *twins.task.as_code(),
            f"outcome = training.fit(data, {list(twins.kinds)!r}, seeds={list(twins.seeds)!r}{given})",
            "rows = outcome.rows()",
            'names = [name for name in rows[0] if name != "seconds"]',
            'print("\\t".join(names))',
            "for row in rows:",
            '    print("\\t".join(row[name] for name in names))',
            "",
        ]
    )


def _spelt(*values: object) -> str:
    return ", ".join(repr(value) for value in values)


def _numbers(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> str:
    written = ", ".join(repr(float(value)) for value in values)
    return "[\n" + fill(written, 116, initial_indent="    ", subsequent_indent="    ") + "\n]"


def table_of(outcome: Outcome) -> str:
    """The table as the scripts print it: without seconds, which no two runs share."""
    rows = [{name: cell for name, cell in row.items() if name != "seconds"} for row in outcome.rows()]
    return "\n".join(["\t".join(rows[0]), *("\t".join(row.values()) for row in rows)]) + "\n"


def weights_file(trained: Trained) -> bytes:
    """A twin's kept weights as safetensors, its card in the file's own header under ``card``."""
    return save(trained.weights, metadata={"card": json.dumps(dict(trained.card), ensure_ascii=False)})
