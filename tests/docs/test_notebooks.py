"""The notebooks run from top to bottom, and what they were shipped with is what comes out."""

import os
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def kinds(notebook: Any) -> list[list[tuple[str, ...]]]:
    """What each code cell gives: the kind of each output and the types of its data."""
    return [
        [(one["output_type"], *sorted(one.get("data", ()))) for one in cell["outputs"]]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def words(notebook: Any) -> list[str]:
    """Everything that the cells say, numbers left out: they differ in their last digits from machine to machine."""
    said = [
        one.get("text") or one.get("data", {}).get("text/plain", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for one in cell["outputs"]
    ]
    return [re.sub(r"[\d.,%e\s−+-]+", " ", text) for text in said]


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["compare-two-epochs", "probe-a-unit", "watch-your-model"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_it_was_shipped_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    shipped = nbformat.read(path, as_version=4)
    nbformat.validate(shipped)
    run = nbformat.read(path, as_version=4)
    for cell in run.cells:
        if cell.cell_type == "code":
            cell["outputs"] = []
    NotebookClient(run, timeout=120, coalesce_streams=True, resources={"metadata": {"path": str(ROOT)}}).execute()
    assert kinds(run) == kinds(shipped)
    assert words(run) == words(shipped)
    assert path.stat().st_size < 500_000
    assert str(ROOT) not in path.read_text("utf-8")
