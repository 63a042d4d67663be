"""Weights that a file keeps in parts or by other names, and those that its user maps by hand."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from tests.forms.form import Array, Form, Opens, refused
from tests.forms.given import ByHand, File
from tests.models.checkpoint_writers import as_npz, as_safetensors, onnx_node, saved, weights_of
from tests.models.computed_weights import (
    CELLS,
    DERIVED,
    INPUTS,
    ONLY_LIVE,
    UNITS,
    X,
    cell_of,
    hidden,
    module_of,
    moved,
    prefixed,
    pruned_head,
    quantised,
)  # fmt: skip
from tests.models.computed_weights import loop as cell_loop
from tests.models.gate_loops import draw, run
from tests.models.onnx_writers import GraphWriter, reference, states
from tests.models.test_by_hand import WRONG, stacked
from tests.models.test_checkpoint_forms import SPELLINGS
from tests.models.test_gated_files import FLAX, GRU, LSTM, TENSORFLOW, TWICE, UNTOLD, WHOLE, beside, minimal, npz, pt
from tests.models.test_onnx_cells import FORMS as STORED
from tests.models.test_onnx_cells import _quantised_by_graph, in_form
from tests.models.test_onnx_cells import quantised as whole_numbers

PART = "Weights in parts and by other names"
BY_HAND = "Mapped by hand"


def _computed(form: str, kind: str, prefix: str = "") -> File:
    module = moved(DERIVED[form](module_of(kind)))
    return File(saved(prefixed(module.state_dict(), prefix)), hidden(module), X)


def _in_format(write: Callable[[Any], bytes]) -> File:
    module = moved(DERIVED["weight norm of columns"](module_of("gru")))
    return File(write(module.state_dict()), hidden(module), X)


def _only_live(form: str) -> File:
    return File(saved(moved(ONLY_LIVE[form](module_of("lstm"))).state_dict()))


def _quantised(kind: str, dtype: Any) -> File:
    net, exact = quantised(module_of(kind), dtype)
    return File(saved(net.state_dict()), hidden(exact), X)


def _quantised_cell(kind: str) -> File:
    net, exact = quantised(cell_of(kind), torch.qint8)
    return File(saved(net.state_dict()), cell_loop(exact), X)


def _quantised_twice() -> File:
    return File(saved(quantised(nn.LSTM(UNITS, UNITS, num_layers=2), torch.qint8)[0].state_dict()))


def _pruned_head() -> File:
    net = pruned_head()
    right = hidden(net["lstm"])
    return File(saved(net.state_dict()), right, X, net["head"](torch.from_numpy(right)).detach().numpy())


def _spelt(title: str) -> File:
    module = module_of("gru")
    tensors = {SPELLINGS[title](role): torch.tensor(value) for role, value in weights_of(module).items()}
    return File(saved(tensors), hidden(module), X)


def _single(title: str) -> File:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    return File(npz(LSTM[title]("lstm", gates)), run("lstm", gates, X), X)


def _twice(title: str) -> File:
    gates = draw("lstm", INPUTS, UNITS)
    return File(pt(TWICE[title]("lstm", gates)), run("lstm", gates, X), X)


def _gru(title: str) -> File:
    gates = draw("gru", INPUTS, UNITS, single=True)
    return File(pt(GRU[title]("gru", gates)), run("gru", gates, X), X)


def _rnn() -> File:
    gates = draw("rnn", INPUTS, UNITS, single=True)
    w, u, b, _ = gates["h"]
    return File(npz({"W_x": w, "W_h": u, "b": b}), run("rnn", gates, X), X)


def _flax(cell: str) -> File:
    gates = {gate: (w, u, 0 * b, d) for gate, (w, u, b, d) in draw("lstm", INPUTS, UNITS).items()}
    start, mark = FLAX[cell], FLAX[cell][-1]
    tensors = {f"{start}i{gate}{mark}kernel": w.T for gate, (w, _, _, _) in gates.items()}
    tensors |= {f"{start}h{gate}{mark}kernel": u.T for gate, (_, u, _, _) in gates.items()}
    tensors |= {f"{start}h{gate}{mark}bias": d for gate, (_, _, _, d) in gates.items()}
    return File(npz(tensors), run("lstm", gates, X), X)


def _flax_gru() -> File:
    gates = {gate: (w, u, b, d if gate == "n" else 0 * d)
             for gate, (w, u, b, d) in draw("gru", INPUTS, UNITS).items()}  # fmt: skip
    tensors: dict[str, Array] = {"GRUCell_0/hn/bias": gates["n"][3]}
    for gate, (w, u, b, _) in gates.items():
        tensors |= {f"GRUCell_0/i{gate}/kernel": w.T, f"GRUCell_0/i{gate}/bias": b, f"GRUCell_0/h{gate}/kernel": u.T}
    return File(npz(tensors), run("gru", gates, X), X)


def _tensorflow(folder: str) -> File:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    kernel, bias = beside(gates, "igfo")
    w, u, b, d = gates["f"]
    added = gates | {"f": (w, u, b + np.float32(TENSORFLOW[folder]), d)}
    return File(npz({f"{folder}kernel": kernel, f"{folder}bias": bias}), run("lstm", added, X), X)


def _tensorflow_gru() -> File:
    gates = draw("gru", INPUTS, UNITS, single=True)
    (kernel, bias), (candidate, own) = beside(gates, "rz"), beside(gates, "n")
    tensors = {"rnn/gru_cell/gates/kernel": kernel, "rnn/gru_cell/gates/bias": bias,
               "rnn/gru_cell/candidate/kernel": candidate, "rnn/gru_cell/candidate/bias": own}  # fmt: skip
    return File(npz(tensors), run("gru", gates, X, reset_after=False), X)


def _tensorflow_more(extra: str) -> File:
    kernel, bias = beside(WHOLE, "igfo")
    ones = np.ones(UNITS, np.float32)
    return File(npz({"lstm_cell/kernel": kernel, "lstm_cell/bias": bias, f"lstm_cell/{extra}": ones}))


def _made_in_the_graph(form: str) -> File:
    torch.manual_seed(6)
    data, module = in_form(STORED[form][0], bidirectional=True)
    return File(data, states(module, X), X)


def _scaled_back() -> File:
    torch.manual_seed(6)
    data, _ = in_form(_quantised_by_graph, bidirectional=False)
    return File(data, reference(data, "/rnn/LSTMY", x=X[:, None])[:, 0, 0], X)


def _onnx_runtime() -> File:
    torch.manual_seed(6)
    module = nn.LSTM(INPUTS, UNITS)
    _, tensors = onnx_node("lstm", [weights_of(module)], "/rnn/LSTM", "x")
    net, w, r, b = GraphWriter(), *(onnx.numpy_helper.to_array(one) for one in tensors)
    stored = [whole_numbers(one.transpose(0, 2, 1), (1, 2)) for one in (w, r)]
    more = [net.constant(part.reshape((1,))) for _, *parts in stored for part in parts]
    names = [net.constant(numbers) for numbers, *_ in stored]
    inputs = ["x", *names, net.constant(b), "", "", "", "", *more]
    net.nodes.append(onnx.helper.make_node("DynamicQuantizeLSTM", inputs, ["y"], name="/rnn/LSTM_quant",
                                           domain="com.microsoft", hidden_size=UNITS))  # fmt: skip
    net.input("x", "time", 1, INPUTS)
    twin = copy.deepcopy(module)
    for name, (whole, scale, zero) in zip(("weight_ih_l0", "weight_hh_l0"), stored, strict=True):
        i, o, f, c = np.split(((whole.astype(np.float32) - zero) * scale)[0].T, 4)
        getattr(twin, name).data = torch.as_tensor(np.concatenate([i, f, c, o]))
    return File(net.data("y"), states(twin, X), X)


def _mapped(kind: str, order: str, side: str) -> ByHand:
    gates = draw(kind, INPUTS, UNITS)
    w, u, b, d = (stacked(gates, order, part) for part in range(4))
    tensors, roles = {"b": b, "d": d}, {"bias_ih_l0": "b", "bias_hh_l0": "d"}
    if side:
        tensors["M"] = np.hstack([w, u] if side == "xh" else [u, w])
        roles[f"weight_{side}_l0"] = "M"
    else:
        tensors |= {"W": w.T.copy(), "U": u.T.copy()}
        roles |= {"weight_ih_l0": "W", "weight_hh_l0": "U"}
    return ByHand(pt(tensors), roles, run(kind, gates, X), X, choices={"order": order})


def _mapped_squares(turned: bool) -> ByHand:
    drawn = draw("lstm", INPUTS, INPUTS, single=True)
    tensors = {f"W_{side}{gate}": drawn[gate][part] for gate in drawn for part, side in enumerate("xh")}
    roles = {f"weight_{ends}_l0.{gate}": f"W_{side}{gate}" for gate in drawn
             for side, ends in (("x", "ih"), ("h", "hh"))}  # fmt: skip
    gates = {gate: (w.T if turned else w, u.T if turned else u, 0 * b, 0 * d) for gate, (w, u, b, d) in drawn.items()}
    return ByHand(pt(tensors), roles, run("lstm", gates, X), X, choices={"order": "ifgo", "turned": turned})


def _mapped_forget_bias() -> ByHand:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    w, u, b, d = gates["f"]
    tensors = {"M": np.hstack([stacked(gates, "igfo", 0), stacked(gates, "igfo", 1)]), "b": stacked(gates, "igfo", 2)}
    choices = {"order": "icfo", "forget_bias": 1.0}
    right = run("lstm", gates | {"f": (w, u, b + 1, d)}, X)
    return ByHand(pt(tensors), {"weight_xh_l0": "M", "bias_ih_l0": "b"}, right, X, choices=choices)


def _mapped_keeping() -> ByHand:
    gates = draw("gru", INPUTS, UNITS)
    tensors = {name: stacked(gates, "zrn", part) for part, name in enumerate("WUbd")}
    roles = dict(zip(("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"), "WUbd", strict=True))
    choices = {"order": "zrn", "update_keeps": False}
    return ByHand(pt(tensors), roles, run("gru", gates, X, z_keeps=False), X, choices=choices)


def _mapped_wrong(title: str) -> ByHand:
    roles, choices, _ = WRONG[title]
    shapes = {"M": (20, 8), "W": (20, 3), "U": (20, 5), "E": (16, 20), "O": (9, 3), "v": (7,)}
    return ByHand(pt({name: np.ones(shape) for name, shape in shapes.items()}), roles, choices=choices)


GROUPED = "one matrix a gate"
ONE_BIAS = "keeps one bias a gate"
KEEPS = "taken to keep the state"
AFTER = "after it is assumed"
TANH = "tanh is assumed"
SPELT = "not stored as PyTorch stores them"
JOINED = "put together here"
EIGHT_BITS = (JOINED, "rounds its inputs and states to 8 bits")
TAKEN_APART = "one kernel for inputs and hidden state"
FORGET = "TensorFlow adds forget_bias"
CHOICE = "your choice"
QUANTISED: dict[str, tuple[str, Any, tuple[str, ...]]] = {
    f"a dynamically quantised {kind.upper()}, {bits}": (kind, dtype, says)
    for kind in ("lstm", "gru")
    for bits, dtype, says in (("8 bits", torch.qint8, EIGHT_BITS), ("half", torch.float16, (JOINED,)))
}
UNREAD: dict[str, str] = {
    "square": "W_x", "side by side": "input_gate.weight", "weight_f": "'lstm'", "a bias missing": "W_i",
    "a gate of another size": "W_i", "a gate missing": "W_i", "one gate of none": "W_", "gates of another cell": "W_x",
}  # fmt: skip
ORDERS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "i, o, f, g, stored turned": ("lstm", "iofg", "", ()), "i, g, f, o, [x, h] in one": ("lstm", "igfo", "xh", ()),
    "i, f, o, g, [h, x] in one": ("lstm", "ifog", "hx", ()), "z, r, n, stored turned": ("gru", "zrn", "", (AFTER,)),
    "z, r, n, [h, x] in one": ("gru", "zrn", "hx", (AFTER,)),
}  # fmt: skip
WITHOUT: dict[str, str] = {
    "no order": "order='ifgo'", "no cell's order": "'ifg'", "a gate missing": "weight_ih",
    "a gate of another cell": "'r'", "no weight": "'weights'", "either way": "weight_xh", "no gates": "9 rows",
    "no matrix": "weight_ih",
}  # fmt: skip
MINIMAL: tuple[tuple[str, bool, Opens], ...] = (
    ("one matrix a gate", False, Opens((GROUPED, ONE_BIAS, "MGU"), proved=False, doubted=True)),
    ("in blocks", True, Opens((ONE_BIAS, "MGU"), proved=False, doubted=True)),
)
FORMS = (
    *(Form(PART, form, lambda form=form: _computed(form, "lstm"), Opens((JOINED,))) for form in DERIVED),
    Form(
        PART,
        "weight norm of a GRU under model.enc.",
        lambda: _computed("weight norm", "gru", "model.enc."),
        Opens((JOINED,), networks=("model.enc",)),
    ),
    Form(
        PART,
        "a pruned RNN under module._orig_mod.lstm.",
        lambda: _computed("pruned", "rnn", "module._orig_mod.lstm."),
        Opens((JOINED, TANH), networks=("lstm",)),
    ),
    *(
        Form(PART, f"weight norm of columns, {title}", lambda write=write: _in_format(write), Opens((JOINED,)))
        for title, write in (("safetensors", as_safetensors), ("npz", as_npz))
    ),
    *(
        Form(
            PART, f"another parametrization: {form}", lambda form=form: _only_live(form), refused("_l0'", "from_torch")
        )
        for form in ONLY_LIVE
    ),
    Form(PART, "a pruned head", _pruned_head, Opens(head="head.weight")),
    *(
        Form(PART, title, lambda kind=kind, dtype=dtype: _quantised(kind, dtype), Opens(says))
        for title, (kind, dtype, says) in QUANTISED.items()
    ),
    *(
        Form(
            PART,
            f"a dynamically quantised {kind.upper()}Cell",
            lambda kind=kind: _quantised_cell(kind),
            Opens((*EIGHT_BITS, TANH) if kind == "rnn" else EIGHT_BITS),
        )
        for kind in CELLS
    ),
    Form(PART, "a quantised module of two layers or two directions", _quantised_twice, refused("'rnn'")),
    *(
        Form(PART, f"PyTorch's weights as {title}", lambda title=title: _spelt(title), Opens((SPELT,), doubted=True))
        for title in SPELLINGS
    ),
    *(
        Form(PART, f"an LSTM of single gates, {title}", lambda title=title: _single(title), Opens((GROUPED, ONE_BIAS)))
        for title in LSTM
    ),
    *(
        Form(
            PART,
            f"an LSTM of single gates with both biases, {title}",
            lambda title=title: _twice(title),
            Opens((GROUPED,)),
        )
        for title in TWICE
    ),
    *(
        Form(
            PART,
            f"a GRU of single gates, {title}",
            lambda title=title: _gru(title),
            Opens((GROUPED, ONE_BIAS, KEEPS, AFTER), doubted=True),
        )
        for title in GRU
    ),
    *(
        Form(PART, f"a minimal gated unit, {title}", lambda joined=joined: File(*minimal(joined), X), expect)
        for title, joined, expect in MINIMAL
    ),
    Form(PART, "an RNN of two matrices", _rnn, Opens((GROUPED, ONE_BIAS, TANH))),
    *(
        Form(PART, f"single gates, {title}", lambda tensors=tensors: File(npz(tensors)), refused(UNREAD[title]))
        for title, (tensors, _) in UNTOLD.items()
    ),
    *(
        Form(
            PART,
            f"single gates with {name} beside them",
            lambda name=name: File(npz(LSTM["w_xi"]("lstm", WHOLE) | {name: np.ones(UNITS, np.float32)})),
            refused(name),
        )
        for name in ("w_ci", "V_o", "norm_gain")
    ),
    *(Form(PART, f"Flax {cell}", lambda cell=cell: _flax(cell), Opens((GROUPED, ONE_BIAS))) for cell in FLAX),
    Form(PART, "Flax GRUCell", _flax_gru, Opens((GROUPED,))),
    *(
        Form(
            PART,
            f"TensorFlow {folder}",
            lambda folder=folder: _tensorflow(folder),
            Opens((TAKEN_APART, ONE_BIAS, *((FORGET,) if added else ()))),
        )
        for folder, added in TENSORFLOW.items()
    ),
    Form(PART, "TensorFlow gru_cell", _tensorflow_gru, Opens((TAKEN_APART, ONE_BIAS), proved=False)),
    *(
        Form(PART, f"TensorFlow lstm_cell with {extra}", lambda extra=extra: _tensorflow_more(extra), refused(extra))
        for extra in ("w_f_diag", "LayerNorm/gamma")
    ),
    *(
        Form(PART, f"ONNX: weights {form}", lambda form=form: _made_in_the_graph(form), Opens())
        for form in STORED
        if form != "half"
    ),
    Form(PART, "ONNX: whole numbers that the graph scales back", _scaled_back, Opens(("whole numbers",))),
    Form(PART, "ONNX Runtime's DynamicQuantizeLSTM", _onnx_runtime, Opens(("8-bit integers",))),
    *(
        Form(
            BY_HAND,
            f"rows in the order {title}",
            lambda kind=kind, order=order, side=side: _mapped(kind, order, side),
            Opens((CHOICE, *says)),
        )
        for title, (kind, order, side, says) in ORDERS.items()
    ),
    *(
        Form(
            BY_HAND,
            f"square matrices, {title}",
            lambda turned=turned: _mapped_squares(turned),
            Opens((CHOICE,)),
        )
        for title, turned in (("as they are", False), ("turned", True))
    ),
    Form(BY_HAND, "a forget_bias", _mapped_forget_bias, Opens((CHOICE, "forget gate's bias", ONE_BIAS))),
    Form(BY_HAND, "an update gate that takes the new value", _mapped_keeping, Opens((CHOICE, AFTER))),
    *(Form(BY_HAND, title, lambda title=title: _mapped_wrong(title), refused(WITHOUT[title])) for title in WRONG),
)
"""Rows of this part."""
