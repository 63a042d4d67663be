"""``python -m explorer.training fit``: twins on one task or series, from the command line."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from explorer.errors import CheckpointError, ExplorerError
from explorer.sequences import encode_table, read_table, unroll_months
from explorer.training.fit import as_task, fit
from explorer.training.learner import KINDS
from explorer.training.outcome import Outcome
from explorer.training.script import script_of, table_of, weights_file
from explorer.training.settings import Settings
from explorer.training.task import Task
from explorer.training.tasks import TASKS
from explorer.training.twins import Step, Twins


def main(arguments: Sequence[str]) -> int:
    """Train, print the table, and write weights, cards and the script; 2 with one sentence where it cannot be."""
    asked = _parser().parse_args(arguments)
    settings = {one.name: getattr(asked, one.name) for one in fields(Settings)}
    kinds, seeds = asked.cells.split(","), [int(one) for one in asked.seeds.split(",")]
    try:
        task = _task(asked.data, asked.column)
        outcome = fit(task, kinds, seeds=seeds, report=_show, **settings)
        print(f"\n{table_of(outcome)}{outcome.verdict()}", flush=True)
        for sentence in (*outcome.notes, *outcome.troubles()):
            print(sentence)
        _write(asked.out, outcome, script_of(Twins(task, kinds, seeds, Settings(**settings))))
    except ExplorerError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _task(data: str, column: str | None) -> Task:
    """A task by its name, or a column of a file."""
    if data in TASKS:
        return as_task(data)
    try:
        table = read_table(Path(data).read_bytes(), Path(data).name)
    except OSError as reason:
        raise ExplorerError(
            f"{data} is no task and no file that can be read ({reason.strerror}): name one of {', '.join(TASKS)}, or a "
            "file with a series."
        ) from None
    table = unroll_months(table) if table.is_year_by_month else table
    names = [column] if column else list(table.numeric_columns[:1])
    return as_task(encode_table(table, names).values)


def _write(folder: Path, outcome: Outcome, script: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in outcome.twins:
            name = folder / f"{one.kind}-seed{one.seed}"
            name.with_suffix(".safetensors").write_bytes(weights_file(one))
            name.with_suffix(".json").write_text(json.dumps(dict(one.card), indent=1, ensure_ascii=False), "utf-8")
        (folder / "train.py").write_text(script, "utf-8")
    except OSError as reason:
        raise CheckpointError(f"{folder} cannot be written ({reason.strerror}): choose another with --out.") from None


def _show(step: Step) -> None:
    if step.checked is not None:
        line = f"{step.kind} seed {step.seed} {step.step}/{step.steps}  held out {step.checked['loss']:.4f}"
        print(f"\r{line:60}", end="", file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m explorer.training fit", description="Train twins side by side.")
    parser.add_argument("data", help=f"{', '.join(TASKS)}; or a file with a series")
    parser.add_argument("--column", help="of the file; by default its first of numbers")
    parser.add_argument("--cells", default=",".join(KINDS), help="names with commas between (default %(default)s)")
    parser.add_argument("--seeds", default="0", help="numbers with commas between (default 0)")
    parser.add_argument("--out", type=Path, default=Path("runs"), help="folder for weights, cards and train.py")
    kinds: dict[str, Any] = {"rate": float, "clip": float, "dropout": float, "bias": float}
    for one in fields(Settings):
        parser.add_argument(f"--{one.name.replace('_', '-')}", type=kinds.get(one.name, int), default=None)
    return parser
