"""The smallest bundled model, built again by the command that its card records; every other card's command is read."""

import shlex
from pathlib import Path

import pytest
from safetensors.torch import load_file

from explorer.models.model.bundle import BUNDLED, read_card
from explorer.training.__main__ import _parser, main
from explorer.training.tasks import TASKS
from explorer.training.zoo import judge_again, zoo_names

SMALLEST = min(zoo_names(), key=lambda name: (BUNDLED / f"{name}.safetensors").stat().st_size)
CLOSE = 1e-3
"""The largest difference of a weight. The same library on another processor sums in another order, and a training
magnifies that; where it has gone further apart, the scores must still agree to two in a hundred."""


def command(name: str) -> list[str]:
    python, switch, module, *arguments = shlex.split(read_card(BUNDLED, name)["provenance"]["command"])
    assert (python, switch, module) == ("python", "-m", "explorer.training")
    return arguments


@pytest.mark.parametrize("name", zoo_names())
def test_the_recorded_command_names_the_network(name: str) -> None:
    asked = _parser().parse_args(command(name))
    assert asked.task in TASKS
    assert (asked.name or f"{asked.task}-{asked.cell}", asked.cell) == (name, read_card(BUNDLED, name)["kind"])


def test_it_is_built_again_by_its_recorded_command(tmp_path: Path) -> None:
    name = SMALLEST
    card = read_card(BUNDLED, name)
    assert main([*command(name), "--out", str(tmp_path)]) == 0
    ours, theirs = (load_file(folder / f"{name}.safetensors") for folder in (tmp_path, BUNDLED))
    assert ours.keys() == theirs.keys()
    if all((ours[key].float() - theirs[key].float()).abs().max() <= CLOSE for key in ours):
        return
    again = judge_again(name, tmp_path).scores
    assert again["share right, n ≤ 10"] == pytest.approx(card["metrics"]["share right, n ≤ 10"], abs=0.02)
