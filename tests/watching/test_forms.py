"""Every way of calling a recurrent module, and everything that may stand around it."""

import copy
import io
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pack_sequence

import explorer
from explorer import ArgumentError, CheckpointError, UnknownSignalError
from tests.watching.alone import assert_all_equal, gates

KINDS = [nn.LSTM, nn.GRU, nn.RNN]


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def states_of(module: Any, count: int, dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, ...]:
    """Random states (layers*directions, batch, units), in the order in which the module takes them."""
    rows = module.num_layers * (2 if module.bidirectional else 1)
    sizes = [module.proj_size or module.hidden_size, module.hidden_size][: 2 if isinstance(module, nn.LSTM) else 1]
    return tuple(torch.rand(rows, count, size, dtype=dtype) - 0.5 for size in sizes)


def given(states: tuple[torch.Tensor, ...]) -> Any:
    return states if len(states) > 1 else states[0]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_batches_with_given_states(kind: Any, bidirectional: bool, batch_first: bool) -> None:
    net = kind(3, 4, num_layers=2, bidirectional=bidirectional, batch_first=batch_first)
    x, states = torch.randn(3, 6, 3), states_of(net, 3)
    with explorer.watch(net) as seen:
        net(x if batch_first else x.transpose(0, 1), given(states))
        net(input=x if batch_first else x.transpose(0, 1), hx=given(states))
    expected = [gates(net, x[n], *(one[:, n] for one in states)) for n in range(3)]
    assert seen.names == (kind.__name__,)
    for call in seen[kind.__name__].calls:
        assert_all_equal(call, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_without_a_batch(kind: Any) -> None:
    net = kind(3, 4, bidirectional=True)
    x, states = torch.randn(6, 3), tuple(one[:, 0] for one in states_of(net, 1))
    with explorer.watch(net) as seen:
        net(x)
        net(x, given(states))
    assert_all_equal(seen[kind.__name__].calls[0], [gates(net, x)])
    assert_all_equal(seen[kind.__name__].calls[1], [gates(net, x, *states)])


@pytest.mark.parametrize("batch_first", [False, True])
def test_packed_sequences_in_any_order_with_given_states(batch_first: bool) -> None:
    net = nn.LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2, batch_first=batch_first)
    lengths, states = (2, 6, 1, 4), states_of(net, 4)
    x = torch.randn(4, 6, 3)
    x[0, 2:] = 99.0
    whole = x if batch_first else x.transpose(0, 1)
    with explorer.watch(net) as seen:
        net(pack_padded_sequence(whole, torch.tensor(lengths), batch_first, enforce_sorted=False), states)
        net(pack_sequence([x[n, :steps] for n, steps in enumerate((5, 4, 4, 1))]))
    expected = [gates(net, x[n, :steps], *(one[:, n] for one in states)) for n, steps in enumerate(lengths)]
    assert_all_equal(seen["LSTM"].calls[0], expected)
    assert_all_equal(seen["LSTM"].calls[1], [gates(net, x[n, :steps]) for n, steps in enumerate((5, 4, 4, 1))])


@pytest.mark.parametrize("grad", [True, False])
@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_cells_in_a_loop_with_and_without_a_batch(kind: Any, grad: bool) -> None:
    net = kind(3, 4)
    x = torch.randn(2, 5, 3)
    with torch.set_grad_enabled(grad), explorer.watch(net) as seen:
        for one in (x.transpose(0, 1), x[0]):
            state = None
            for row in one:
                state = net(row, state)
    both, alone = seen[kind.__name__].calls
    assert_all_equal(both, [gates(net, one) for one in x])
    assert_all_equal(alone, [gates(net, x[0])])


def test_rows_that_end_leave_the_batch_and_beams_carry_their_whole_past() -> None:
    net, x = nn.GRUCell(3, 4), torch.randn(3, 3, 3)
    with explorer.watch(net) as seen:
        h = net(x[0])
        h = net(x[1, :2], h[:2])
        net(x[2], h[[1, 1, 0]])
    (call,) = seen["GRUCell"].calls
    paths = [(0, 0, 2), (1, 1, 0), (1, 1, 1), (2,)]
    assert_all_equal(call, [gates(net, torch.stack([x[t, row] for t, row in enumerate(path)])) for path in paths])


def test_sequences_that_are_alike_so_far_are_not_mixed_up() -> None:
    net, x = nn.GRUCell(3, 4), torch.randn(2, 4, 3)
    x[0, :2] = x[1, :2]
    with explorer.watch(net) as seen:
        h = torch.zeros(2, 4)
        for step in range(4):
            h = net(x[:, step], h.clone())
    assert_all_equal(seen["GRUCell"], [gates(net, one) for one in x])


def test_states_changed_between_calls_are_said_and_not_stitched() -> None:
    net, x = nn.GRUCell(3, 4), torch.randn(3, 1, 3)
    with explorer.watch(net) as seen:
        h = net(x[0])
        for row in x[1:]:
            h = net(row, h * 0.5)
    assert seen["GRUCell"].lengths == (1,)
    assert len(seen["GRUCell"].calls) == 3
    assert any("what lies between changes the states" in note for note in seen["GRUCell"].notes)


@pytest.mark.parametrize(
    ("dtype", "bound"), [(torch.float64, 1e-12), (torch.float16, 1e-2), (torch.bfloat16, 5e-2)], ids=str
)
def test_precisions_are_said(dtype: torch.dtype, bound: float) -> None:
    net, x = nn.LSTM(3, 4, dtype=dtype), torch.randn(5, 2, 3, dtype=dtype)
    with explorer.watch(net) as seen:
        net(x)
    part = seen["LSTM"]
    assert_all_equal(part, [gates(net, x[:, n]) for n in range(2)], bound)
    assert part[0]["forget"].dtype == (np.float64 if dtype == torch.float64 else np.float32)
    assert (dtype == torch.float64) == (not any("single" in note for note in part.notes))
    assert str(dtype).removeprefix("torch.")[-7:] in repr(seen) or "double" in repr(seen)


def test_autocast_is_said_to_compute_in_less_than_its_weights() -> None:
    net = nn.LSTM(3, 4)
    with explorer.watch(net) as seen, torch.autocast("cpu", dtype=torch.bfloat16):
        net(torch.randn(5, 2, 3))
    assert any("computed in bfloat16" in note for note in seen["LSTM"].notes)
    assert seen["LSTM"].max_error < 5e-2


def test_dropout_in_training_leaves_the_first_layer_and_says_why() -> None:
    net, x = nn.GRU(3, 4, num_layers=2, dropout=0.5, bidirectional=True), torch.randn(5, 2, 3)
    with explorer.watch(net) as seen:
        net(x)
        net.eval()(x)
    training, resting = seen["GRU"].calls
    whole = [gates(net, x[:, n]) for n in range(2)]
    assert_all_equal(training, [{name: values[:1] for name, values in one.items()} for one in whole])
    assert any("net.eval()" in note for note in training.notes)
    assert_all_equal(resting, whole)
    assert "layer 1" not in repr(seen)


def test_a_model_in_data_parallel_and_in_deep_copies() -> None:
    net = nn.DataParallel(nn.Sequential(nn.LSTM(3, 4)))
    x = torch.randn(5, 2, 3)
    with explorer.watch(net) as seen:
        net(x)
    assert seen.names == ("module.0",)
    assert_all_equal(seen["0"], [gates(net.module[0], x[:, n]) for n in range(2)])


def test_a_compiled_model_runs_as_it_is_written_for_so_long() -> None:
    inner = nn.Sequential(nn.Linear(3, 3), nn.LSTM(3, 4))
    net, x = torch.compile(inner, backend="eager"), torch.randn(5, 2, 3)
    before = net(x)[0]
    with explorer.watch(net) as seen:
        net(x)
    assert_all_equal(seen["1"], [gates(inner[1], inner[0](x[:, n])) for n in range(2)])
    assert torch.equal(net(x)[0], before)


def test_normalised_and_pruned_weights_are_those_of_the_call() -> None:
    net = nn.utils.parametrizations.weight_norm(nn.LSTM(3, 4), "weight_hh_l0")
    x = torch.randn(5, 2, 3)
    with explorer.watch(net) as seen:
        net(x)
        with torch.no_grad():
            net.parametrizations.weight_hh_l0.original0.mul_(2)
        net(x)
    first, second = seen[seen.names[0]].calls
    assert max(first.max_error, second.max_error) < 1e-6
    assert abs(first[0]["hidden"] - second[0]["hidden"]).max() > 1e-3


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_quantised_module_says_how_far_it_is() -> None:
    net = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.LSTM(3, 4)), {nn.LSTM}, dtype=torch.qint8)
    with explorer.watch(net) as seen:
        net(torch.randn(5, 2, 3))
    assert any("rounds its inputs" in note for note in seen["0"].notes)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_a_script_hides_is_said() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.GRUCell(3, 4))
    traced = torch.jit.trace(net, torch.randn(2, 3), check_trace=False)
    with pytest.raises(ArgumentError, match="scripted or traced"):
        explorer.watch(traced)
    both = nn.ModuleDict({"seen": net, "hidden": traced})
    with explorer.watch(both) as seen:
        both["hidden"](torch.randn(2, 3))
        both["seen"](torch.randn(2, 3))
    assert seen.names == ("seen.1",)
    assert any(note.startswith("'hidden'") and "scripted" in note for note in seen.notes)


def test_nothing_of_it_stays_and_gradients_flow_alike() -> None:
    net, x = nn.Sequential(nn.Linear(3, 3), nn.LSTM(3, 4)), torch.randn(5, 2, 3)
    twin = copy.deepcopy(net)
    with explorer.watch(net) as seen:
        out = net(x)[0]
        out.sum().backward()
    other = twin(x)[0]
    other.sum().backward()
    assert torch.equal(out, other)
    assert all(torch.equal(one.grad, two.grad) for one, two in zip(net.parameters(), twin.parameters(), strict=True))
    assert not any(one._forward_hooks or one._forward_pre_hooks for one in net.modules())
    net(x)
    assert len(seen["1"].calls) == 1


def test_what_is_written_over_afterwards_was_copied() -> None:
    net, x = nn.LSTM(3, 4).requires_grad_(False), torch.randn(5, 2, 3)
    kept = x.clone()
    with explorer.watch(net) as seen:
        out, (h, _) = net(x)
        for one in (x, out, h):
            one.fill_(9.0)
    assert_all_equal(seen["LSTM"], [gates(net, kept[:, n]) for n in range(2)])


def test_an_error_inside_leaves_what_was_seen_before_it() -> None:
    net = nn.LSTM(3, 4)

    def run(seen: list[Any]) -> None:
        with explorer.watch(net) as one:
            seen.append(one)
            net(torch.randn(5, 2, 3))
            net(torch.randn(5, 2, 7))

    seen: list[Any] = []
    with pytest.raises(RuntimeError, match="input"):
        run(seen)
    assert len(seen[0]["LSTM"].calls) == 1
    assert not net._forward_hooks


def test_no_call_at_all_is_said() -> None:
    net = nn.Sequential(nn.LSTM(3, 4), nn.GRU(4, 4))
    with explorer.watch(net) as seen:
        pass
    assert seen.names == ()
    assert repr(seen) == "Nothing was seen: no recurrent module ran.\nNot called: '0', '1'."
    with pytest.raises(UnknownSignalError, match="not called"):
        seen["0"]
    with pytest.raises(CheckpointError, match="Nothing was seen"):
        seen.save(io.BytesIO())


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRUCell])
def test_an_empty_batch_is_said_and_hides_no_other_call(kind: Any) -> None:
    net, x = kind(3, 4), torch.randn(2, 3)
    with explorer.watch(net) as seen:
        for one in (x, x[:0]):
            net(one if kind is nn.GRUCell else one[None])
    assert len(seen[kind.__name__].calls) == 1
    assert any("empty batch" in note for note in seen.notes)


def test_what_is_not_finite_hides_no_other_module() -> None:
    net = nn.ModuleDict({"sound": nn.GRU(3, 4), "ill": nn.GRU(4, 4)})
    with explorer.watch(net) as seen:
        net["ill"](net["sound"](torch.randn(5, 2, 3))[0] * torch.nan)
    assert "✓" in repr(seen["sound"])
    assert "no gates: 20 values are not finite" in repr(seen)


def test_memory_is_bounded_and_what_is_left_out_is_counted() -> None:
    net = nn.LSTM(3, 4)
    with explorer.watch(net, keep_bytes=3_000) as seen:
        for _ in range(5):
            net(torch.randn(5, 4, 3))
    kept = len(seen["LSTM"].calls)
    assert 1 <= kept < 5
    assert f"{kept} calls were kept and {5 - kept} more were not" in repr(seen)


class Custom(nn.LSTM):
    """One that scales what it gives."""

    def forward(self, *args: Any) -> Any:
        out, last = super().forward(*args)
        return out * 2, last


def test_a_module_with_code_of_its_own_is_refused_by_name() -> None:
    net = nn.Sequential(Custom(3, 4))
    with explorer.watch(net) as seen:
        net(torch.randn(5, 2, 3))
    assert seen.names == ()
    assert any("forward of its own" in note for note in seen.notes)


def test_gates_that_are_not_the_modules_are_refused() -> None:
    net = nn.LSTM(3, 4)
    x = torch.randn(5, 2, 3)
    with explorer.watch(net) as seen:
        net(x)
        net.weight_hh_l0.data.numpy()[:] += 1.0  # so that nothing counts the change
        net(x)
    assert seen["LSTM"].calls[0].max_error < 1e-6
    with pytest.raises(CheckpointError, match="would not be its gates"):
        seen["LSTM"].calls[1][0]
    assert "✗" in repr(seen)


def test_hooks_of_the_users_own_stand_around_what_is_seen() -> None:
    net = nn.Sequential(nn.LSTM(3, 4))
    net[0].register_forward_hook(lambda module, args, out: (out[0] * 0, out[1]))
    net[0].register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    x = torch.randn(5, 2, 3)
    with explorer.watch(net) as seen:
        assert not net(x)[0].any()
    assert_all_equal(seen["0"], [gates(net[0], x[:, n] + 1) for n in range(2)])


@pytest.mark.parametrize(
    "what", [nn.Linear(2, 2), "model", None, [nn.LSTM(2, 2)]], ids=["linear", "str", "None", "list"]
)
def test_what_cannot_be_watched_is_said(what: Any) -> None:
    with pytest.raises(ArgumentError, match=r"There is no torch\.nn\.RNN|give a torch\.nn\.Module"):
        explorer.watch(what)


def test_a_keras_model_is_pointed_to_its_file() -> None:
    model = type("Sequential", (), {"__module__": "keras.src.models.sequential"})()
    with pytest.raises(ArgumentError, match=r"explorer\.load_checkpoint"):
        explorer.watch(model)


def test_steps_are_called_by_their_words() -> None:
    net = nn.LSTM(3, 4)
    with explorer.watch(net) as seen:
        net(pack_sequence([torch.randn(3, 3), torch.randn(2, 3)]))
    seen.label([["a", "b", "c"], ["d", "e", "<pad>"]])
    assert seen["LSTM"][1].labels == ("d", "e")
    with pytest.raises(explorer.ShapeError, match="1 label came for sequence 1"):
        seen.label([["a", "b", "c"], ["d"]], "LSTM")
    with pytest.raises(ArgumentError, match="fit no last call"):
        seen.label([["a"]])


def test_words_given_while_the_model_still_runs_stay() -> None:
    layer, cell, state = nn.LSTM(3, 4), nn.GRUCell(3, 4), None
    with explorer.watch(nn.ModuleList([layer, cell])) as seen:
        for step, word in enumerate("abc"):
            layer(torch.randn(1, 1, 3))
            state = cell(torch.randn(1, 3), state)
            seen.label([[word]], "0")
            if step == 1:
                seen.label([["x", "y"]], "1")
    assert [call.labels for call in seen["0"].calls] == [(("a",),), (("b",),), (("c",),)]
    assert seen["1"].calls[0].labels == (("x", "y", "3"),)
    assert seen["0"].calls[0] is seen["0"].calls[0]


@pytest.mark.parametrize("place", [2, -3, True, "1", None, 0.0])
def test_a_sequence_that_there_is_not(place: Any) -> None:
    net = nn.LSTM(3, 4)
    with explorer.watch(net) as seen:
        net(torch.randn(5, 2, 3))
    assert len(list(seen["LSTM"])) == len(seen["LSTM"][:]) == 2
    with pytest.raises(UnknownSignalError, match="no sequence"):
        seen["LSTM"][place]


def test_inference_mode_and_functional_calls() -> None:
    net, x = nn.LSTM(3, 4), torch.randn(5, 2, 3)
    weights = {name: value * 2 for name, value in net.named_parameters()}
    with explorer.watch(net) as seen:
        with torch.inference_mode():
            net(x)
        torch.func.functional_call(net, weights, (x,))
    first, second = seen["LSTM"].calls
    assert_all_equal(first, [gates(net, x[:, n]) for n in range(2)])
    net.load_state_dict(weights)
    assert_all_equal(second, [gates(net, x[:, n]) for n in range(2)])


@pytest.mark.parametrize("batch_first", [False, True])
def test_padding_that_was_read_as_data_is_said_and_can_be_cut_off(batch_first: bool) -> None:
    net, lengths = nn.LSTM(3, 4, batch_first=batch_first), (2, 6, 4)
    x = nn.utils.rnn.pad_sequence([torch.randn(steps, 3) for steps in lengths], batch_first=True)
    with explorer.watch(net) as seen:
        net(x if batch_first else x.transpose(0, 1))
    part = seen["LSTM"]
    assert any("2 of 3 sequences end in rows that repeat, up to 4" in note for note in part.notes)
    cut = part.calls[0].cut(lengths)
    assert_all_equal(cut, [gates(net, x[n, :steps]) for n, steps in enumerate(lengths)])
    assert cut.max_error < 1e-6
    for wrong in ([2, 6], [2, 6, 0], [2, 7, 4]):
        with pytest.raises(explorer.ShapeError, match="lengths came"):
            part.calls[0].cut(wrong)
    both = nn.GRU(3, 4, bidirectional=True)
    with explorer.watch(both) as found:
        both(x.transpose(0, 1))
    with pytest.raises(ArgumentError, match="met the padding first"):
        found["GRU"].calls[0].cut(lengths)
    with explorer.watch(net) as other:
        net(torch.randn(3, 6, 3))
    assert not other["LSTM"].notes


def test_words_of_stitched_calls_stay_though_nobody_looked_at_each_call() -> None:
    layer, state = nn.LSTM(3, 4), None
    with explorer.watch(layer) as seen:
        for step in range(4):
            _, state = layer(torch.randn(1, 1, 3), state)
            if step == 1:
                seen["LSTM"].joined[0].label([["x", "y"]])
            assert len(seen["LSTM"].calls) == step + 1
    assert seen["LSTM"].joined[0].labels == (("x", "y", "3", "4"),)
