"""The three smallest bundled models, built again by the command that their cards record."""

import shlex
from pathlib import Path

import pytest
from safetensors.torch import load_file

from explorer.models.model.bundle import BUNDLED, read_card
from explorer.training.__main__ import main
from explorer.training.zoo import judge_again, zoo_names

SMALLEST = sorted(zoo_names(), key=lambda name: (BUNDLED / f"{name}.safetensors").stat().st_size)[:3]
CLOSE = 1e-3
"""The largest difference of a weight. The same library on another processor sums in another order, and a training
magnifies that; where it has gone further apart, the scores must still agree to two in a hundred."""


@pytest.mark.parametrize("name", SMALLEST)
def test_it_is_built_again_by_its_recorded_command(name: str, tmp_path: Path) -> None:
    card = read_card(BUNDLED, name)
    python, switch, module, *arguments = shlex.split(card["provenance"]["command"])
    assert (python, switch, module) == ("python", "-m", "explorer.training")
    assert main([*arguments, "--out", str(tmp_path)]) == 0
    ours, theirs = (load_file(folder / f"{name}.safetensors") for folder in (tmp_path, BUNDLED))
    assert ours.keys() == theirs.keys()
    if all((ours[key].float() - theirs[key].float()).abs().max() <= CLOSE for key in ours):
        return
    again = judge_again(name, tmp_path).scores
    assert again["share right, n ≤ 10"] == pytest.approx(card["metrics"]["share right, n ≤ 10"], abs=0.02)
