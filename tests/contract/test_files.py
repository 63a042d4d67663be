"""A cell that is one file and one line: files that call its gates as it does open as it, and no other cell does."""

import io

import numpy as np
import pytest
import torch

import explorer
from explorer.models import inspect_checkpoint, open_group
from explorer.models.checkpoints import map_by_hand
from tests.contract.sieve import Floats, by_hand

INPUTS, UNITS = 2, 4
X = np.random.default_rng(4).normal(size=(9, INPUTS))
pytestmark = pytest.mark.usefixtures("sieve")


def drawn() -> tuple[dict[str, Floats], Floats]:
    """Weights by PyTorch's names, and the hidden states that they come to."""
    model = explorer.random_model("sieve", INPUTS, UNITS, seed=2, dtype=torch.float64)
    weights = model.weights()
    return weights, by_hand(weights, X, np.zeros(UNITS))["hidden"]


def file(tensors: dict[str, Floats]) -> bytes:
    written = io.BytesIO()
    np.savez(written, **tensors)  # type: ignore[arg-type]
    return written.getvalue()


@pytest.mark.parametrize("spelt", [("d", "s", "v"), ("draft", "grain", "valve")])
def test_one_matrix_a_gate_is_told_by_the_gates_names(spelt: tuple[str, ...]) -> None:
    """Three gates are a GRU's number too, whose names these are not."""
    weights, wanted = drawn()
    roles = {"W_x": "weight_ih", "W_h": "weight_hh", "b_x": "bias_ih", "b_h": "bias_hh"}
    blocks = {short: dict(zip(spelt, np.split(weights[role], 3), strict=True)) for short, role in roles.items()}
    model = explorer.load_checkpoint(file({f"{short}{gate}": blocks[short][gate] for short in roles for gate in spelt}))
    assert model.kind == "sieve"
    assert np.abs(explorer.record(model, X)["hidden"][0, 0] - wanted).max() < 1e-12
    assert "read as its draft, grain and valve" in " ".join(model.card["doubts"])


def test_rows_in_an_order_of_its_letters_are_mapped_by_hand() -> None:
    weights, wanted = drawn()
    turned = {role: np.concatenate(np.split(values, 3)[::-1]) for role, values in weights.items()}
    found = inspect_checkpoint(file(dict(zip("WUbd", turned.values(), strict=True))))
    roles = {f"{role}_l0": name for role, name in zip(turned, "WUbd", strict=True)}
    model = open_group(found, map_by_hand(found, roles, order="vsd"))
    assert model.kind == "sieve"
    assert np.abs(explorer.record(model, X)["hidden"][0, 0] - wanted).max() < 1e-12
