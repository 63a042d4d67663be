"""Models as people write them: every gate of every sequence equals the equations on that sequence alone."""

import torch

import explorer
from tests.watching.alone import assert_all_equal, gates
from tests.watching.networks import (
    Convolved,
    Forecaster,
    LanguageModel,
    Lightning,
    Tagger,
    Translator,
    Twins,
)

LENGTHS = (3, 7, 1, 5)


def ids_of(lengths: tuple[int, ...]) -> torch.Tensor:
    """(batch, time), padded with 0."""
    generator = torch.Generator().manual_seed(1)
    rows = [torch.randint(1, 20, (length,), generator=generator) for length in lengths]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def test_a_tagger_with_packed_sequences_both_ways_and_attention() -> None:
    torch.manual_seed(0)
    net, ids = Tagger().eval(), ids_of(LENGTHS)
    with explorer.watch(net) as seen:
        net(ids, torch.tensor(LENGTHS))
    assert seen.names == ("lstm",)
    expected = [gates(net.lstm, net.embedding(row[:steps])) for row, steps in zip(ids, LENGTHS, strict=True)]
    assert_all_equal(seen["lstm"], expected)
    assert seen["lstm"].lengths == LENGTHS
    assert seen["lstm"].max_error <= 1e-6


def test_a_translator_with_teacher_forcing_and_without() -> None:
    torch.manual_seed(0)
    net = Translator()
    lengths, words = (7, 5, 2), ids_of((4, 4, 4)).T
    ids = ids_of(lengths).T
    with explorer.watch(net) as seen:
        net(ids, torch.tensor(lengths), words)
        _, read = net(ids, torch.tensor(lengths), words, forced=False)
    assert not torch.equal(read, words)
    encoder, decoder = net.encoder, net.decoder
    encoded = [gates(encoder.gru, encoder.embedding(ids[:steps, n])) for n, steps in enumerate(lengths)]
    assert len(seen["encoder.gru"].calls) == 2
    assert_all_equal(seen["encoder.gru"], encoded)
    starts = [one["hidden"][0, :, -1] for one in encoded]
    zeros = torch.zeros(1, 6)
    assert len(seen["decoder.cell"].calls) == 2
    for call, reads in zip(seen["decoder.cell"].calls, (words, read), strict=True):
        said = [gates(decoder.cell, decoder.embedding(reads[:, n]), starts[n], zeros) for n in range(3)]
        assert_all_equal(call, said)


def test_a_convolution_and_a_gru() -> None:
    torch.manual_seed(0)
    net, x = Convolved(), torch.randn(3, 2, 12)
    with explorer.watch(net) as seen:
        net(x)
    assert_all_equal(seen["gru"], [gates(net.gru, net.convolution(one[None])[0].T) for one in x])


def test_a_forecaster_that_carries_its_states_from_window_to_window() -> None:
    torch.manual_seed(0)
    net, series = Forecaster(), torch.randn(2, 12, 3)
    with explorer.watch(net) as seen:
        for start in (0, 4, 8):
            net(series[:, start : start + 4])
    whole = [gates(net.lstm, one) for one in series]
    assert [len(call) for call in seen["lstm"].calls] == [2, 2, 2]
    for place, call in enumerate(seen["lstm"].calls):
        part = [{name: values[:, :, 4 * place : 4 * place + 4] for name, values in one.items()} for one in whole]
        assert_all_equal(call, part)
    (joined,) = seen["lstm"].joined
    assert_all_equal(joined, whole)


def test_one_lstm_called_twice_by_two_names() -> None:
    torch.manual_seed(0)
    net, one, other = Twins(), torch.randn(2, 5, 3), torch.randn(2, 4, 3)
    with explorer.watch(net) as seen:
        net(one, other)
    assert seen.names == ("left",)
    assert "'right' is the same module as 'left'." in seen.notes
    first, second = seen["right"].calls
    assert_all_equal(first, [gates(net.left, row) for row in one])
    assert_all_equal(second, [gates(net.left, row) for row in other])


def test_a_language_model_in_a_wrapper_while_it_is_trained() -> None:
    torch.manual_seed(0)
    net = Lightning(LanguageModel())
    optimiser = torch.optim.SGD(net.parameters(), lr=1.0)
    batch, expected = torch.randint(0, 20, (8, 3)), []
    with explorer.watch(net) as seen:
        for _ in range(3):
            read = net.model.embedding(batch[:-1])
            expected.append([gates(net.model.rnn, read[:, n]) for n in range(3)])
            optimiser.zero_grad()
            net.training_step(batch).backward()
            optimiser.step()
    assert seen.names == ("model.rnn",)
    for call, one in zip(seen["model.rnn"].calls, expected, strict=True):
        assert_all_equal(call, one)
    # The weights moved between the calls, so the calls differ: each has its own.
    assert abs(expected[0][0]["hidden"] - expected[2][0]["hidden"]).max() > 1e-3
