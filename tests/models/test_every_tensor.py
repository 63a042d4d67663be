"""Every tensor beside a cell's weights is used, known to be harmless, or named: one row a kind.

The right states are those of the module that the tensors came from, computed by it, or by a loop written here.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint, open_group
from explorer.models.checkpoints.starts import start_of
from tests.models.checkpoint_writers import as_npz, saved
from tests.models.reference import distance

INPUTS, UNITS, STEPS = 3, 5, 20
ROWS = {nn.LSTMCell: 4, nn.GRUCell: 3, nn.RNNCell: 1}
X = np.random.default_rng(5).normal(size=(STEPS, INPUTS)).astype(np.float32)
Tensors = dict[str, torch.Tensor]


def drawn(*shape: int) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(sum(shape)).uniform(-1, 1, shape).astype(np.float32))


def module_of(kind: type[nn.Module], **options: Any) -> Any:
    torch.manual_seed(3)
    return kind(INPUTS, UNITS, **options)


def loop(cell: Any, start: Any = None) -> Any:
    """h_t of every step by calling PyTorch's own cell."""
    state, found = start, []
    with torch.no_grad():
        for x in torch.from_numpy(X):
            state = cell(x[None], state)
            found.append((state[0] if isinstance(state, tuple) else state)[0])
    return torch.stack(found).numpy()


def check(model: explorer.Model, expected: Any) -> None:
    assert distance(explorer.record(model, X)["hidden"][0, 0], expected) <= 1e-6


class NormedCell(nn.LSTMCell):
    """A layer-normalised LSTM as people write it."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__(inputs, units)
        self.ln_ih, self.ln_hh, self.ln_ho = (nn.LayerNorm(size) for size in (4 * units, 4 * units, units))

    def forward(self, x: Any, state: Any = None) -> Any:
        h, c = state
        i, f, g, o = (self.ln_ih(x @ self.weight_ih.T) + self.ln_hh(h @ self.weight_hh.T)).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * self.ln_ho(c).tanh(), c


class Inherited(nn.LSTM):
    """A subclass that computes as its parent does."""


def beside(cell: type[nn.Module], prefix: str = "cell.", **more: torch.Tensor) -> Tensors:
    state = module_of(cell).state_dict()
    return {prefix + name.replace("__", "."): value for name, value in (state | more).items()}


def normed(prefix: str) -> Tensors:
    return {prefix + name: value for name, value in module_of(NormedCell).state_dict().items()}


def without(tensors: Tensors, *names: str) -> Tensors:
    return {name: value for name, value in tensors.items() if not any(one in name for one in names)}


REFUSED: dict[str, tuple[Tensors, str]] = {
    "norms of the products alone": (without(normed(""), "ln_ho"), "ln_ih"),
    "a norm of the memory alone": (without(normed("cell."), "ln_ih", "ln_hh"), "ln_ho"),
    "norms of a GRU": (beside(nn.GRUCell, ln_ih__weight=drawn(15), ln_hh__weight=drawn(15)), "ln_ih"),
    "norms beside the module": (beside(nn.LSTMCell) | {"ln.weight": drawn(20), "ln.bias": drawn(20)}, "ln.weight"),
    "norms and more": (normed("") | {"weight_zz": drawn(5, 5)}, "ln_ih"),
    "two peepholes of three": (beside(nn.LSTMCell, w_ic=drawn(5), w_fc=drawn(5)), "w_ic"),
    "peepholes in one": (beside(nn.LSTMCell, peephole=drawn(15)), "peephole"),
    "peepholes beside numbered layers": (
        {f"lstm.{name}": value for name, value in module_of(nn.LSTM).state_dict().items()}
        | {"lstm.weight_ci_l0": drawn(5)},
        "weight_ci_l0",
    ),
    "another matrix on the state": (beside(nn.GRUCell, weight_zh=drawn(5, 5)), "weight_zh"),
    "a mask over the weights": (beside(nn.GRUCell, hh_mask=torch.ones(15, 5, dtype=torch.bool)), "hh_mask"),
    "a third bias": (beside(nn.LSTMCell, bias_extra=drawn(20)), "bias_extra"),
    "a GRU's bias that may be reset or not": (
        {"rnn.weight_ih": drawn(15, 3), "rnn.weight_hh": drawn(15, 5), "rnn.bias": drawn(15)}, "bias",
    ),
}  # fmt: skip


@pytest.mark.parametrize("writer", [saved, as_npz], ids=["pt", "npz"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_could_act_inside_a_step_is_refused_by_name(case: str, writer: Callable[[Any], bytes]) -> None:
    tensors, said = REFUSED[case]
    with pytest.raises(explorer.CheckpointError, match=said) as refusal:
        explorer.load_checkpoint(writer(tensors))
    assert len(str(refusal.value)) < 300
    assert inspect_checkpoint(writer(tensors)).groups == ()


UNUSED: dict[str, tuple[Tensors, tuple[str, ...]]] = {
    "a scalar": (beside(nn.LSTMCell, temperature=torch.tensor(2.0)), ("cell.temperature",)),
    "a submodule": (
        beside(nn.LSTMCell, attn__weight=drawn(7, 5), attn__bias=drawn(7)), ("cell.attn.weight", "cell.attn.bias"),
    ),
    "a convolution": (beside(nn.GRUCell, conv__weight=drawn(2, 2, 3)), ("cell.conv.weight",)),
    "a start of another shape": (beside(nn.GRUCell, h0=drawn(4, 9)), ("cell.h0",)),
    "a start of a batch": (beside(nn.RNNCell) | {"h0": drawn(1, 8, 5)}, ("h0",)),
}  # fmt: skip


@pytest.mark.parametrize("case", UNUSED)
def test_what_may_be_harmless_is_named_and_follows_every_trace(case: str) -> None:
    tensors, names = UNUSED[case]
    model = explorer.load_checkpoint(saved(tensors))
    assert (model.unused, model.head) == (names, None)
    assert all(any(name in note for note in model.card["notes"]) for name in names)
    assert explorer.record(model, X).unused == names


HARMLESS: dict[str, dict[str, torch.Tensor]] = {
    "a counter": {"num_batches_tracked": torch.tensor(4)},
    "a whole number": {"version": torch.tensor(2)},
    "Adam's slots": {"weight_ih__exp_avg": drawn(20, 3), "weight_ih__exp_avg_sq": drawn(20, 3)},
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_nothing_is_computed_from_is_passed_over(case: str) -> None:
    model = explorer.load_checkpoint(saved(beside(nn.LSTMCell, **HARMLESS[case])))
    assert model.unused == ()
    check(model, loop(module_of(nn.LSTMCell)))


BIASES: dict[str, dict[str, str]] = {
    "bh": {"bias_hh": "bh"},
    "b_h": {"bias_hh": "b_h"},
    "b": {"bias_hh": "b"},
    "bias": {"bias_hh": "bias"},
    "biases of both": {"bias_ih": "b_in", "bias_hh": "b_h"},
}


@pytest.mark.parametrize("column", [False, True], ids=["row", "column"])
@pytest.mark.parametrize("case", BIASES)
@pytest.mark.parametrize("cell", [nn.LSTMCell, nn.RNNCell])
def test_biases_under_other_names_are_taken(cell: type[nn.Module], case: str, column: bool) -> None:
    module = module_of(cell)
    if "bias_ih" not in BIASES[case]:
        module.bias_ih.data.zero_()
    tensors = {f"rnn.{name}": value for name, value in module.state_dict().items() if name.startswith("weight")}
    for role, name in BIASES[case].items():
        tensors[f"rnn.{name}"] = getattr(module, role).data[:, None] if column else getattr(module, role).data
    model = explorer.load_checkpoint(saved(tensors))
    assert model.unused == ()
    check(model, loop(module))


def test_a_character_model_written_by_hand_in_numpy() -> None:
    """Wxh, Whh, Why, bh, by: h' = tanh(Wxh x + Whh h + bh), y = Why h + by."""
    wxh, whh, why, bh, by = drawn(5, 3), drawn(5, 5), drawn(3, 5), drawn(5, 1), drawn(3, 1)
    model = explorer.load_checkpoint(as_npz({"Wxh": wxh, "Whh": whh, "Why": why, "bh": bh, "by": by}))
    h, states, answers = np.zeros((5, 1)), [], []
    for x in X:
        h = np.tanh(wxh.numpy() @ x[:, None] + whh.numpy() @ h + bh.numpy())
        states.append(h[:, 0])
        answers.append((why.numpy() @ h + by.numpy())[:, 0])
    trace = explorer.record(model, X)
    assert distance(trace["hidden"][0, 0], np.array(states)) <= 1e-6
    assert trace.output is not None
    assert np.abs(trace.output - np.array(answers)).max() <= 1e-5
    assert model.unused == ()


STARTS: dict[str, tuple[str, str]] = {
    "on the network": ("h0", "c0"),
    "named after it": ("lstm_init_h", "lstm_init_c"),
    "inside it": ("lstm.h_0", "lstm.c_0"),
    "hx and cx": ("hx", "cx"),
    "in words": ("initial_hidden", "initial_cell_state"),
}


@pytest.mark.parametrize("case", STARTS)
@pytest.mark.parametrize("shape", [(2, 5), (2, 1, 5)], ids=["unbatched", "batched"])
def test_trained_initial_states_are_where_a_run_starts(case: str, shape: tuple[int, ...]) -> None:
    module = module_of(nn.LSTM, num_layers=2)
    tensors = {f"lstm.{name}": value for name, value in module.state_dict().items()}
    h, c = drawn(2, 5), drawn(2, 5) * 2
    names = STARTS[case]
    model = explorer.load_checkpoint(saved(tensors | {names[0]: h.reshape(shape), names[1]: c.reshape(shape)}))
    assert model.unused == ()
    assert all(name in " ".join(model.card["notes"]) for name in names)
    with torch.no_grad():
        expected = module(torch.from_numpy(X), (h, c))[0].numpy()
        zeros = module(torch.from_numpy(X))[0].numpy()
    assert distance(explorer.record(model, X)["hidden"][1, 0], expected) <= 1e-6
    from_zeros = explorer.record(model, X, h_0=np.zeros((2, 5)), c_0=np.zeros((2, 5)))
    assert distance(from_zeros["hidden"][1, 0], zeros) <= 1e-6


@pytest.mark.parametrize(
    "name", ["fc.weight", "h.weight", "hidden", "c", "cell.bias", "state_dict", "match", "char", "research", "cache"]
)
def test_other_names_are_no_start(name: str) -> None:
    assert start_of(name) is None


def network(**modules: nn.Module) -> Tensors:
    torch.manual_seed(9)
    return nn.ModuleDict(modules).state_dict()


def lstm(inputs: int = 4, units: int = 6, both: bool = False) -> nn.LSTM:
    return nn.LSTM(inputs, units, bidirectional=both)


ATTACHED: dict[str, tuple[Tensors, dict[str, tuple[str | None, str | None]]]] = {
    "one of each": (
        network(emb=nn.Embedding(9, 4), rnn=lstm(), fc=nn.Linear(6, 2)), {"rnn": ("emb.weight", "fc.weight")},
    ),
    "a scorer beside the head": (
        network(rnn=lstm(both=True), attn=nn.Linear(12, 1), head=nn.Linear(12, 2)), {"rnn": (None, "head.weight")},
    ),
    "a scorer alone": (network(rnn=lstm(), attention=nn.Linear(6, 1)), {"rnn": (None, None)}),
    "two heads": (network(rnn=lstm(), mean=nn.Linear(6, 1), log_var=nn.Linear(6, 1)), {"rnn": (None, None)}),
    "a title outranks": (network(rnn=lstm(), proj=nn.Linear(6, 2), out=nn.Linear(6, 9)), {"rnn": (None, "out.weight")}),
    "two titles": (network(rnn=lstm(), fc=nn.Linear(6, 2), out=nn.Linear(6, 9)), {"rnn": (None, None)}),
    "a head in two layers": (network(rnn=lstm(), fc1=nn.Linear(6, 8), fc2=nn.Linear(8, 2)), {"rnn": (None, None)}),
    "two embeddings": (
        network(char_emb=nn.Embedding(9, 4), word_emb=nn.Embedding(7, 4), rnn=lstm()), {"rnn": (None, None)},
    ),
    "a convolution between": (
        network(emb=nn.Embedding(9, 4), conv=nn.Conv1d(4, 4, 3), rnn=lstm(), fc=nn.Linear(6, 2)),
        {"rnn": (None, "fc.weight")},
    ),
    "a norm that may stand between": (
        network(emb=nn.Embedding(9, 4), norm=nn.LayerNorm(4), rnn=lstm(), fc=nn.Linear(6, 2)),
        {"rnn": (None, "fc.weight")},
    ),
    "a norm behind": (
        network(emb=nn.Embedding(9, 4), rnn=lstm(), norm=nn.BatchNorm1d(6), fc=nn.Linear(6, 2)),
        {"rnn": ("emb.weight", None)},
    ),
    "a square layer": (
        network(emb=nn.Embedding(9, 4), map=nn.Linear(4, 4), rnn=lstm()), {"rnn": (None, None)},
    ),
    "the decoder's head is not the encoder's": (
        network(
            encoder=nn.ModuleDict({"embedding": nn.Embedding(9, 4), "rnn": lstm()}),
            decoder=nn.ModuleDict({"embedding": nn.Embedding(7, 4), "rnn": lstm(), "out": nn.Linear(6, 7)}),
        ),
        {"encoder.rnn": ("encoder.embedding.weight", None),
         "decoder.rnn": ("decoder.embedding.weight", "decoder.out.weight")},
    ),
    "an embedding that two networks could read": (
        network(embedding=nn.Embedding(9, 4), encoder=lstm(), decoder=lstm(), out=nn.Linear(6, 9)),
        {"encoder": (None, None), "decoder": (None, None)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ATTACHED)
def test_what_stands_before_and_after_is_attached_only_where_one_reading_is_left(case: str) -> None:
    tensors, expected = ATTACHED[case]
    groups = inspect_checkpoint(saved(tensors)).groups
    assert {group.name: (group.embedding, group.head) for group in groups} == expected
    for group in groups:
        fitting = [name for name, one in tensors.items() if one.ndim == 2 and one.shape[1] == group.input_size]
        assert set(group.embeddings) <= set(fitting)


def test_a_guess_is_called_one_until_it_is_chosen() -> None:
    data = saved(network(rnn=lstm(), attn=nn.Linear(6, 1), head=nn.Linear(6, 2)))
    found = inspect_checkpoint(data)
    assert explorer.load_checkpoint(data).card["guessed"] == ("head head.weight",)
    assert open_group(found, found.groups[0], head="head.weight").card["guessed"] == ()
    single = saved(network(rnn=lstm(), head=nn.Linear(6, 2)))
    assert explorer.load_checkpoint(single).card["guessed"] == ()


def test_a_live_subclass_is_not_its_parent() -> None:
    with pytest.raises(explorer.CheckpointError, match="forward of its own"):
        explorer.from_torch(module_of(NormedCell))
    module = module_of(Inherited)
    with torch.no_grad():
        expected = module(torch.from_numpy(X))[0].numpy()
    check(explorer.from_torch(module), expected)
    module.forward = lambda x: x
    with pytest.raises(explorer.CheckpointError, match="forward of its own"):
        explorer.from_torch(module)
    extended = module_of(Inherited)
    extended.weight_ci = nn.Parameter(drawn(5))
    with pytest.raises(explorer.CheckpointError, match="weight_ci"):
        explorer.from_torch(extended)


def test_a_refused_network_is_not_passed_over_in_silence() -> None:
    data = saved(
        without(normed("decoder."), "ln_ho") | {f"encoder.{name}": value for name, value in lstm().state_dict().items()}
    )
    with pytest.raises(explorer.CheckpointError, match="ln_ih"):
        explorer.load_checkpoint(data, group="decoder")
    assert "ln_ih" in " ".join(explorer.load_checkpoint(data, group="encoder").card["notes"])


def normalised(tensors: Tensors, inside: bool) -> Any:
    """h_t by the equations, the biases inside the norms or after them."""
    w = {name.rpartition("cell.")[2]: value.double() for name, value in tensors.items()}

    def norm(values: Any, of: str) -> Any:
        return nn.functional.layer_norm(values, values.shape, w[f"{of}.weight"], w[f"{of}.bias"])

    h = c = torch.zeros(UNITS).double()
    found = []
    for x in torch.from_numpy(X).double():
        parts = [(w["weight_ih"] @ x, w["bias_ih"], "ln_ih"), (w["weight_hh"] @ h, w["bias_hh"], "ln_hh")]
        i, f, g, o = sum(norm(a + b, of) if inside else norm(a, of) + b for a, b, of in parts).chunk(4)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * norm(c, "ln_ho").tanh()
        found.append(h)
    return torch.stack(found).numpy()


def shaken(tensors: Tensors) -> Tensors:
    """Norms that are not at their first values, so that one left out would show."""
    return {name: value + drawn(*value.shape) * 0.3 if "ln_" in name else value for name, value in tensors.items()}


@pytest.mark.parametrize("prefix", ["", "decoder.cell."])
@pytest.mark.parametrize("spelling", [("weight", "bias"), ("gamma", "beta")])
def test_an_lstm_with_layer_norms_opens_as_one_and_every_page_says_what_is_not_known(
    prefix: str, spelling: tuple[str, str]
) -> None:
    tensors = shaken(normed(prefix))
    stored = {
        name.replace(".weight", f".{spelling[0]}").replace(".bias", f".{spelling[1]}") if "ln_" in name else name: value
        for name, value in tensors.items()
    }
    model = explorer.load_checkpoint(saved(stored))
    assert (model.kind, model.unused) == ("layernorm", ())
    check(model, normalised(tensors, inside=True))
    assert "ln_ih" in model.card["doubts"][0]
    assert any("LN(W x + b) is assumed" in note for note in model.card["notes"])
    found = inspect_checkpoint(saved(stored))
    after = open_group(found, found.groups[0], normed_bias=False)
    check(after, normalised(tensors, inside=False))


def peeped(cell: Any, seen: Tensors) -> Any:
    """h_t by the equations of an LSTM whose gates see its memory."""
    w = {name: value.double() for name, value in cell.state_dict().items()}
    h = c = torch.zeros(UNITS).double()
    found = []
    for x in torch.from_numpy(X).double():
        i, f, g, o = (w["weight_ih"] @ x + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]).chunk(4)
        old = c
        c = (f + seen["f"] * old).sigmoid() * old + (i + seen["i"] * old).sigmoid() * g.tanh()
        h = (o + seen["o"] * c).sigmoid() * c.tanh()
        found.append(h)
    return torch.stack(found).numpy()


@pytest.mark.parametrize("names", [("weight_c{}", ""), ("w_{}c", "cell."), ("peephole_{}", "lstm.")])
def test_an_lstm_with_three_peepholes_opens_as_one(names: tuple[str, str]) -> None:
    spelt, prefix = names
    module, seen = module_of(nn.LSTMCell), {gate: drawn(5) * (1 + place) for place, gate in enumerate("ifo")}
    tensors = {prefix + name: value for name, value in module.state_dict().items()}
    tensors |= {prefix + spelt.format(gate): value for gate, value in seen.items()}
    model = explorer.load_checkpoint(saved(tensors))
    assert (model.kind, model.unused) == ("peephole", ())
    check(model, peeped(module, seen))
    assert "'" + prefix + spelt.format("i") in model.card["doubts"][0]
