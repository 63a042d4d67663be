"""What names and shapes leave open is mapped by hand: the choice is what is computed, or a sentence says why not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.models import inspect_checkpoint, open_group
from explorer.models.checkpoints import map_by_hand
from tests.models.checkpoint_writers import saved
from tests.models.gate_loops import LETTERS, Array, draw, run
from tests.models.reference import distance

INPUTS, UNITS, STEPS = 3, 5, 40
SINGLE = 1e-6
X = np.random.default_rng(7).normal(size=(STEPS, INPUTS)).astype(np.float32)
Tensors = dict[str, Array]


def opened(tensors: Tensors, roles: Mapping[str, str], reset_after: bool = True, **choices: Any) -> explorer.Model:
    checkpoint = inspect_checkpoint(saved({name: torch.tensor(value) for name, value in tensors.items()}))
    return open_group(checkpoint, map_by_hand(checkpoint, roles, **choices), reset_after=reset_after)


def check(model: explorer.Model, expected: Array) -> None:
    assert distance(explorer.record(model, X).select("hidden"), expected) <= SINGLE


def stacked(gates: Any, order: str, part: int) -> Array:
    return np.concatenate([gates[gate][part] for gate in order])


ORDERS = {"ifgo": "ifgo", "icfo": "igfo", "iofc": "iofg", "i, f, o, g": "ifog",
          "rzn": "rzn", "zrh": "zrn", "u, r, c": "zrn"}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("form", ["one a role", "xh", "hx"])
@pytest.mark.parametrize("order", ORDERS)
def test_rows_in_any_order(order: str, form: str, turned: bool) -> None:
    letters = ORDERS[order]
    kind = "lstm" if "i" in letters else "gru"
    gates = draw(kind, INPUTS, UNITS)
    w, u, b, d = (stacked(gates, letters, part) for part in range(4))
    whole = {"one a role": {"W": w, "U": u}, "xh": {"M": np.hstack([w, u])}, "hx": {"M": np.hstack([u, w])}}[form]
    tensors = {name: value.T.copy() if turned else value for name, value in whole.items()} | {"b": b, "d": d}
    roles = {"one a role": {"weight_ih_l0": "W", "weight_hh_l0": "U"}, "xh": {"weight_xh_l0": "M"},
             "hx": {"weight_hx_l0": "M"}}[form] | {"bias_ih_l0": "b", "bias_hh_l0": "d"}  # fmt: skip
    model = opened(tensors, roles, order=order)
    check(model, run(kind, gates, X))
    assert any("your choice" in note for note in model.card["notes"])
    check(opened(tensors, roles, order=order, turned=turned), run(kind, gates, X))


@pytest.mark.parametrize("side", ["", "xh", "hx"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_one_matrix_a_gate(kind: str, side: str) -> None:
    gates = draw(kind, INPUTS, UNITS, single=True)
    tensors, roles = {}, {}
    for gate, (w, u, b, _) in gates.items():
        parts = {"": {"ih": w, "hh": u}, "xh": {"xh": np.hstack([w, u])}, "hx": {"hx": np.hstack([u, w])}}[side]
        for ends, value in parts.items():
            tensors[f"p{ends}{gate}"] = value
            roles[f"weight_{ends}_l0.{gate}"] = f"p{ends}{gate}"
        tensors[f"q{gate}"] = b
        roles[f"bias_ih_l0.{gate}"] = f"q{gate}"
    check(opened(tensors, roles, order=LETTERS[kind]), run(kind, gates, X))


def test_square_matrices_are_turned_only_where_it_is_said() -> None:
    gates = draw("lstm", INPUTS, INPUTS, single=True)
    tensors = {f"W_x{gate}": w for gate, (w, _, _, _) in gates.items()}
    tensors |= {f"W_h{gate}": u for gate, (_, u, _, _) in gates.items()}
    roles = {
        f"weight_{ends}_l0.{gate}": f"W_{side}{gate}" for gate in gates for side, ends in (("x", "ih"), ("h", "hh"))
    }
    none = {gate: (w, u, 0 * b, 0 * d) for gate, (w, u, b, d) in gates.items()}
    check(opened(tensors, roles, order="ifgo", turned=False), run("lstm", none, X))
    other = {gate: (w.T, u.T, b, d) for gate, (w, u, b, d) in none.items()}
    check(opened(tensors, roles, order="ifgo", turned=True), run("lstm", other, X))


@pytest.mark.parametrize("after", [True, False])
def test_an_update_gate_that_takes_the_new_value(after: bool) -> None:
    gates = draw("gru", INPUTS, UNITS)
    tensors = {name: stacked(gates, "zrn", part) for part, name in enumerate("WUbd")}
    roles = dict(zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), "WUbd", strict=True))
    model = opened(tensors, roles, reset_after=after, order="zrn", update_keeps=False)
    check(model, run("gru", gates, X, reset_after=after, z_keeps=False))


@pytest.mark.parametrize("bias", [True, False])
def test_a_forget_bias(bias: bool) -> None:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    kept = {gate: (w, u, b if bias else 0 * b, d) for gate, (w, u, b, d) in gates.items()}
    w, u, b, d = kept["f"]
    tensors = {"M": np.hstack([stacked(kept, "igfo", 0), stacked(kept, "igfo", 1)]), "b": stacked(kept, "igfo", 2)}
    roles = {"weight_xh_l0": "M"} | ({"bias_ih_l0": "b"} if bias else {})
    model = opened(tensors, roles, order="icfo", forget_bias=1.0, turned=False)
    check(model, run("lstm", kept | {"f": (w, u, b + 1, d)}, X))


def test_layers_directions_and_a_projection() -> None:
    torch.manual_seed(0)
    module = torch.nn.LSTM(INPUTS, UNITS, 2, bidirectional=True, proj_size=2)
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    tensors, roles = {}, {}
    for place in ("_l0", "_l0_reverse", "_l1", "_l1_reverse"):
        blocks = np.hstack([state[f"weight_ih{place}"], state[f"weight_hh{place}"]]).reshape(4, UNITS, -1)
        tensors |= {f"M{place}": blocks[[0, 3, 1, 2]].reshape(4 * UNITS, -1), f"P{place}": state[f"weight_hr{place}"]}
        roles |= {f"weight_xh{place}": f"M{place}", f"weight_hr{place}": f"P{place}"}
        for role in ("bias_ih", "bias_hh"):
            tensors[role + place] = state[role + place].reshape(4, -1)[[0, 3, 1, 2]].reshape(-1)
            roles[role + place] = role + place
    trace = explorer.record(opened(tensors, roles, order="iofc"), X)
    with torch.no_grad():
        expected = module(torch.from_numpy(X))[0].numpy()
    both = np.concatenate([trace.select("hidden", 1, way) for way in trace.directions], axis=1)
    assert distance(both, expected) <= SINGLE


def test_parts_of_a_derived_weight_can_be_mapped() -> None:
    """What was joined by its names is still there under them."""
    gates = draw("lstm", INPUTS, UNITS, single=True)
    tensors = {f"W_{gate}": w for gate, (w, _, _, _) in gates.items()}
    tensors |= {f"U_{gate}": u for gate, (_, u, _, _) in gates.items()}
    roles = {
        f"weight_{ends}_l0.{gate}": f"{side}_{gate}" for gate in gates for side, ends in (("W", "ih"), ("U", "hh"))
    }
    swapped = roles | {"weight_ih_l0.i": "W_f", "weight_ih_l0.f": "W_i"}
    none = {gate: (w, u, 0 * b, d) for gate, (w, u, b, d) in gates.items()}
    i, f = none["i"], none["f"]
    expected = none | {"i": (f[0], *i[1:]), "f": (i[0], *f[1:])}
    check(opened(tensors, swapped, order="ifgo"), run("lstm", expected, X))


def test_what_is_mapped_is_no_other_network_that_is_not_shown() -> None:
    """The sentence why its names could not be read goes with it; that about a network beside it stays."""
    square = {f"{name}.W_{side}{gate}": value[part] for name in ("one", "two")
              for gate, value in draw("lstm", INPUTS, INPUTS, single=True).items()
              for part, side in enumerate("xh")}  # fmt: skip
    roles = {
        f"weight_{ends}_l0.{gate}": f"one.W_{side}{gate}"
        for gate in "ifgo"
        for side, ends in (("x", "ih"), ("h", "hh"))
    }
    said = [note for note in opened(square, roles, order="ifgo").card["notes"] if "not shown" in note]
    assert len(said) == 1
    assert "'two'" in said[0]
    alone = {name: value for name, value in square.items() if name.startswith("one")}
    assert not any("not shown" in note for note in opened(alone, roles, order="ifgo").card["notes"])


WRONG: dict[str, tuple[dict[str, str], dict[str, Any], str]] = {
    "no order": ({"weight_xh_l0": "M"}, {}, "in which order"),
    "no cell's order": ({"weight_xh_l0": "M"}, {"order": "ifg"}, "'ifg' is no cell's"),
    "a gate missing": ({"weight_ih_l0.i": "W", "weight_hh_l0": "U"}, {"order": "ifgo"}, "weight_ih is given for i:"),
    "a gate of another cell": ({"weight_ih_l0.r": "W"}, {"order": "ifgo"}, "no gate 'r'"),
    "no weight": ({"weights": "W"}, {"order": "ifgo"}, "no weight 'weights'"),
    "either way": ({"weight_xh_l0": "E"}, {"order": "ifgo"}, "'?weight_xh'? has the shape 16 × 20"),
    "no gates": ({"weight_ih_l0": "O", "weight_hh_l0": "U"}, {"order": "ifgo"}, "9 rows are no 4 gates"),
    "no matrix": ({"weight_ih_l0": "v", "weight_hh_l0": "U"}, {"order": "ifgo"}, "a matrix of floating"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_go_together_is_said(case: str) -> None:
    roles, choices, said = WRONG[case]
    tensors = {"M": np.ones((20, 8)), "W": np.ones((20, 3)), "U": np.ones((20, 5)), "E": np.ones((16, 20)),
               "O": np.ones((9, 3)), "v": np.ones(7)}  # fmt: skip
    with pytest.raises(explorer.CheckpointError, match=said) as caught:
        opened(tensors, roles, **choices)
    assert len(str(caught.value)) < 300
