import pytest
import torch

from explorer.errors import ExplorerError, ShapeError
from explorer.training import Fitting, Learner, Shape, make_task


def trained(steps: int, until: int | None = None, kind: str = "lstm") -> Fitting:
    fitting = Fitting(make_task("brackets"), kind, seed=3, steps=steps)
    for progress in fitting:
        if progress.step == until:
            break
    return fitting


@pytest.fixture(scope="module")
def fitting() -> Fitting:
    torch.manual_seed(1)
    return trained(200)


def assert_equal(ours: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> None:
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        assert torch.equal(value, theirs[name]), name


def test_the_same_seed_gives_the_same_network(fitting: Fitting) -> None:
    torch.manual_seed(2)
    again = trained(200)
    assert_equal(fitting.best, again.best)
    assert fitting.history == again.history


def test_another_seed_gives_another_network() -> None:
    one, other = (Fitting(make_task("brackets"), "gru", seed=seed, steps=1) for seed in (0, 1))
    assert not torch.equal(one.weights()["rnn.weight_hh_l0"], other.weights()["rnn.weight_hh_l0"])


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    trained(3)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("kind", ["lstm", "rnn"])
def test_a_stopped_training_goes_on_as_if_it_had_not_been(kind: str) -> None:
    whole = trained(60, kind=kind)
    stopped = trained(60, until=23, kind=kind)
    resumed = Fitting(make_task("brackets"), kind, seed=0, steps=1)
    resumed.load_state_dict(stopped.state_dict())
    for _ in resumed:
        pass
    assert resumed.step == 60
    assert_equal(whole.weights(), resumed.weights())
    assert whole.history == resumed.history


def test_it_learns_and_keeps_the_weights_with_the_lowest_loss(fitting: Fitting) -> None:
    losses = [checked["loss"] for checked in fitting.history]
    assert losses[-1] < losses[0] / 2
    fitting.learner.load_state_dict(fitting.best)
    batch = fitting.task.validation[0]
    assert fitting.task.loss(fitting.learner.predict(batch.inputs), batch).item() == pytest.approx(
        min(losses), rel=1e-5
    )


def test_nothing_is_computed_before_the_first_step() -> None:
    fitting = Fitting(make_task("brackets"), "lstm", seed=0, steps=5)
    before = fitting.weights()
    iterator = iter(fitting)
    assert_equal(before, fitting.weights())
    assert next(iterator).step == 1
    assert not torch.equal(before["head.weight"], fitting.weights()["head.weight"])


def test_an_lstm_starts_with_forget_biases_that_sum_to_one() -> None:
    learner = Learner("lstm", Shape(3, 5, 2, num_layers=2, bidirectional=True))
    for ending in ("l0", "l0_reverse", "l1", "l1_reverse"):
        both = getattr(learner.rnn, f"bias_ih_{ending}") + getattr(learner.rnn, f"bias_hh_{ending}")
        assert both[5:10].tolist() == [1.0] * 5


def test_a_head_that_reads_the_ends_joins_both_final_states() -> None:
    learner = Learner("gru", Shape(3, 4, 2, num_layers=2, bidirectional=True, reads="ends"))
    x = torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(0))
    _, h_n = learner.rnn(x)
    expected = learner.head(torch.cat([h_n[-2], h_n[-1]], dim=-1))
    assert torch.allclose(learner.predict(x)[0], expected)


def test_unknown_names_are_refused_in_one_sentence() -> None:
    with pytest.raises(ShapeError, match="'lstn': choose one of lstm, gru, rnn"):
        Fitting(make_task("brackets"), "lstn")
    with pytest.raises(ExplorerError, match="'bracket': choose one of brackets"):
        make_task("bracket")
