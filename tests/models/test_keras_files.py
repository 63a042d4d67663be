"""Files that Keras writes: the states are Keras's own, or the file is refused with the name of what is not shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.models.checkpoints import inspect_checkpoint, open_group
from tests.models.keras_models import (
    BETWEEN,
    FORMS,
    IDS,
    INPUTS,
    STEPS,
    UNITS,
    X,
    between,
    foreign,
    import_keras,
    nested,
    own_backward,
    padded,
    randomised,
    recurrent,
    saved_as,
    sequential,
    stacked_cells,
    tagger,
    translator,
    used_twice,
    values_of,
)  # fmt: skip
from tests.models.reference import distance

# Keras hands torch's tensors to NumPy in a way that NumPy 2 announces to leave; its numbers are right.
# And it says where a layer drops a mask, which is what some of these models are for.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Layer '.*' .of type .*. was passed an input with a mask:UserWarning"),
]

STATED = FORMS[:2]
CLOSE = 2e-6


@pytest.fixture(scope="module")
def keras() -> Any:
    return import_keras()


def hidden(model: explorer.Model, x: Any, **states: Any) -> Any:
    """h of the last layer, both directions side by side."""
    trace = explorer.record(model, x, **states)
    return np.concatenate([trace.select("hidden", trace.num_layers - 1, one) for one in trace.directions], axis=1)


def opened(data: bytes, name: str | None = None) -> explorer.Model:
    return explorer.load_checkpoint(data, name)


def notes(model: explorer.Model) -> str:
    return " ".join(model.card["notes"])


KINDS: dict[str, dict[str, Any]] = {
    "LSTM": {},
    "GRU": {},
    "SimpleRNN": {},
    "LSTM without bias": {"use_bias": False},
    "GRU before": {"reset_after": False},
    "LSTM with dropout": {"dropout": 0.2, "recurrent_dropout": 0.1, "unroll": True},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("kind", "both"), [(kind, turn % 2 == 1) for turn, kind in enumerate(KINDS)])
def test_layers(keras: Any, kind: str, both: bool, form: str, tmp_path: Path) -> None:
    layer = recurrent(keras, kind.split()[0], **KINDS[kind])
    layer = keras.layers.Bidirectional(layer) if both else layer
    model = sequential(keras, layer)
    ours = opened(saved_as(model, form, tmp_path))
    assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE
    assert ours.unused == ()


@pytest.mark.parametrize("form", STATED)
@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_hard_sigmoid_of_keras_3(keras: Any, kind: str, form: str, tmp_path: Path) -> None:
    layer = recurrent(keras, kind, recurrent_activation="hard_sigmoid")
    model = sequential(keras, layer)
    ours = opened(saved_as(model, form, tmp_path))
    assert ours.cell().hard_sigmoid == pytest.approx(1 / 6)  # type: ignore[attr-defined]
    assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE
    assert explorer.record(ours, X).max_error is None


@pytest.mark.parametrize("form", STATED)
def test_relu(keras: Any, form: str, tmp_path: Path) -> None:
    model = sequential(keras, recurrent(keras, "SimpleRNN", activation="relu"))
    for one in model.weights:
        one.assign(one * 0.3)
    ours = opened(saved_as(model, form, tmp_path))
    assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE
    squashed = keras.Sequential([keras.Input((STEPS, INPUTS)), recurrent(keras, "LSTM", activation="relu", name="odd")])
    with pytest.raises(explorer.CheckpointError, match=r"'odd' squashes with 'relu'"):
        opened(saved_as(squashed, form, tmp_path))


@pytest.mark.parametrize("form", FORMS)
def test_a_backward_layer_of_its_own(keras: Any, form: str, tmp_path: Path) -> None:
    for names in (("f", "b"), ("same", "same"), ("backward_x", "forward_y")):
        layer = own_backward(keras, *names)
        model = sequential(keras, layer)
        ours = opened(saved_as(model, form, tmp_path))
        assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_equal_names_in_nested_models(keras: Any, form: str, tmp_path: Path) -> None:
    model, seen = nested(keras)
    data = saved_as(model, form, tmp_path)
    checkpoint = inspect_checkpoint(data)
    assert [group.name for group in checkpoint.groups] == ["part0/core", "part1/core", "part2/core"]
    x = X
    for turn, given in enumerate(values_of(keras, model, *seen, inputs=X)):
        part = model.get_layer(f"part{turn}")
        expected = values_of(keras, part, part.get_layer("core").output, inputs=x)[0]
        ours = open_group(checkpoint, checkpoint.groups[turn])
        assert distance(hidden(ours, x), expected) <= CLOSE
        assert (ours.head is not None) == (turn == 2)
        x = given


@pytest.mark.parametrize(("middle", "form"), [(middle, STATED[turn % 2]) for turn, middle in enumerate(BETWEEN)])
def test_what_stands_between_two_layers(keras: Any, middle: str, form: str, tmp_path: Path) -> None:
    model, inside = between(keras, middle)
    data = saved_as(model, form, tmp_path)
    checkpoint = inspect_checkpoint(data)
    assert [group.name for group in checkpoint.groups] == ["below", "above"]
    lower, upper = checkpoint.groups
    assert (lower.between, upper.after) == ((), ())
    assert f"{middle} 'middle'" in upper.between
    assert f"{middle} 'middle'" in lower.after
    one, given, two = values_of(keras, model, *inside, inputs=X)
    assert distance(hidden(open_group(checkpoint, lower), X), one) <= CLOSE
    assert distance(hidden(open_group(checkpoint, upper), given), two) <= CLOSE


@pytest.mark.parametrize("form", STATED)
@pytest.mark.parametrize("sequential", [True, False])
def test_layers_on_each_other_are_one_network(keras: Any, sequential: bool, form: str, tmp_path: Path) -> None:
    layers = [recurrent(keras, "GRU", name="below"), keras.layers.Dropout(0.5), recurrent(keras, "GRU", name="above")]
    start = keras.Input((STEPS, INPUTS))
    if sequential:
        model = keras.Sequential([start, *layers])
    else:
        x = start
        for layer in layers:
            x = layer(x)
        model = keras.Model(start, x)
    randomised(model)
    ours = opened(saved_as(model, form, tmp_path))
    assert (ours.num_layers, "directly on each other" in notes(ours)) == (2, True)
    assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE


def test_weights_alone_say_nothing_of_a_stack(keras: Any, tmp_path: Path) -> None:
    layers = [recurrent(keras, "GRU"), keras.layers.Dense(UNITS), recurrent(keras, "GRU")]
    model = sequential(keras, *layers)
    checkpoint = inspect_checkpoint(saved_as(model, ".weights.h5", tmp_path))
    assert [group.name for group in checkpoint.groups] == ["gru", "gru_1"]
    assert not any(group.wired for group in checkpoint.groups)


@pytest.mark.parametrize("form", STATED)
def test_unlike_layers_and_branches_stay_apart(keras: Any, form: str, tmp_path: Path) -> None:
    layers = keras.layers
    start = keras.Input((STEPS, INPUTS), name="start")
    one, two = (recurrent(keras, "LSTM", name=name)(start) for name in ("one", "two"))
    added = layers.Add(name="add")([one, two])
    three = recurrent(keras, "LSTM", name="three")(added)
    repeated = layers.RepeatVector(STEPS, name="repeat")(layers.LSTM(UNITS, name="four")(three))
    five = recurrent(keras, "LSTM", name="five")(repeated)
    model = randomised(keras.Model(start, five))
    checkpoint = inspect_checkpoint(saved_as(model, form, tmp_path))
    found = {group.name: group for group in checkpoint.groups}
    assert list(found) == ["one", "two", "three + four", "five"] or list(found) == [
        "one",
        "two",
        "three",
        "four",
        "five",
    ]
    assert found["three" if "three" in found else "three + four"].between == ("LSTM 'one'", "LSTM 'two'", "Add 'add'")
    assert found["five"].between == ("LSTM 'four'", "RepeatVector 'repeat'")
    given, last = values_of(keras, model, repeated, five, inputs=X)
    assert distance(hidden(open_group(checkpoint, found["five"]), given), last) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_encoder_and_decoder(keras: Any, form: str, tmp_path: Path) -> None:
    model, inside = translator(keras)
    checkpoint = inspect_checkpoint(saved_as(model, form, tmp_path))
    encoder, decoder = checkpoint.groups
    assert (encoder.name, decoder.name, encoder.head) == ("encoder", "decoder", None)
    assert "LSTM 'decoder'" in encoder.after
    _, h_0, c_0, expected = values_of(keras, model, *inside, inputs=(X, X[::-1].copy()))
    ours = open_group(checkpoint, decoder)
    assert "LSTM 'encoder'" in notes(ours)
    assert distance(hidden(ours, X[::-1].copy(), h_0=h_0[None], c_0=c_0[None]), expected) <= CLOSE
    assert ours.head is not None
    assert ours.head.gives == "class"


def test_an_encoder_on_whose_states_and_steps_a_decoder_goes_on(keras: Any, tmp_path: Path) -> None:
    start = keras.Input((STEPS, INPUTS))
    steps, h, c = recurrent(keras, "LSTM", return_state=True, name="encoder")(start)
    decoded = recurrent(keras, "LSTM", name="decoder")(steps, initial_state=[h, c])
    for form in STATED:
        data = saved_as(keras.Model(start, decoded), form, tmp_path)
        assert explorer.checkpoint_groups(data) == ("encoder", "decoder")


@pytest.mark.parametrize("form", STATED)
def test_embedding_and_head_by_the_graph(keras: Any, form: str, tmp_path: Path) -> None:
    model, logits = tagger(keras, mask_zero=True)
    data = saved_as(model, form, tmp_path)
    ours = opened(data)
    assert (ours.mask, ours.card["group"]) == (0, "both")
    assert ours.head is not None
    assert ours.head.gives == "class"
    output = explorer.record(ours, IDS).output
    assert output is not None
    assert distance(output, values_of(keras, model, logits, inputs=IDS)[0]) <= CLOSE
    unmasked, _ = tagger(keras)
    assert opened(saved_as(unmasked, form, tmp_path)).mask is None


@pytest.mark.parametrize("form", STATED)
def test_padded_steps_hold_the_state(keras: Any, form: str, tmp_path: Path) -> None:
    model, ids = padded(keras, recurrent(keras, "GRU"), recurrent(keras, "GRU"))
    ours = opened(saved_as(model, form, tmp_path))
    assert (ours.mask, ours.num_layers) == (0, 2)
    assert distance(hidden(ours, ids), values_of(keras, model, model.outputs[0], inputs=ids)[0]) <= CLOSE


@pytest.mark.parametrize("form", STATED)
@pytest.mark.parametrize("kind", ["Conv1D", "Dense", "Lambda"])
def test_nothing_is_joined_across_another_layer(keras: Any, kind: str, form: str, tmp_path: Path) -> None:
    middle = {
        "Conv1D": lambda: keras.layers.Conv1D(INPUTS, 3, padding="same", name="middle"),
        "Dense": lambda: keras.layers.Dense(INPUTS, name="middle"),
        "Lambda": lambda: keras.layers.Lambda(_doubled, name="middle"),
    }[kind]()
    model, _ = tagger(keras, middle, mask_zero=True)
    checkpoint = inspect_checkpoint(saved_as(model, form, tmp_path))
    (group,) = checkpoint.groups
    assert (group.between, group.embedding, group.mask) == ((f"{kind} 'middle'",), None, None)
    ours = open_group(checkpoint, group)
    assert ours.embedding is None
    assert "Embedding 'table'" in notes(ours)


def _doubled(x: Any) -> Any:
    return x * 2


HEADS: dict[str, tuple[dict[str, Any], str]] = {
    "softmax": ({"activation": "softmax"}, "class"),
    "sigmoid": ({"activation": "sigmoid"}, "value"),
    "linear": ({}, "value"),
}


@pytest.mark.parametrize("squash", HEADS)
@pytest.mark.parametrize("both", [False, True])
def test_a_head_on_the_last_step(keras: Any, both: bool, squash: str, tmp_path: Path) -> None:
    options, gives = HEADS[squash]
    layer = keras.layers.GRU(UNITS)
    layer = keras.layers.Bidirectional(layer) if both else layer
    dense = keras.layers.Dense(2, name="answer", **options)
    model = sequential(keras, layer, dense)
    ours = opened(saved_as(model, ".keras", tmp_path))
    assert ours.head is not None
    assert (ours.head.gives, ours.head.reads) == (gives, "ends" if both else "step")
    assert squash in notes(ours)
    output = explorer.record(ours, X).output
    weight, bias = (one.numpy(force=True) for one in (dense.kernel.value, dense.bias.value))
    last = values_of(keras, model, model.layers[0].output, inputs=X)[0]
    assert output is not None
    assert np.abs(output[-1] - (last @ weight + bias)).max() <= 1e-5


def test_no_head_behind_others_or_between_two(keras: Any, tmp_path: Path) -> None:
    layers = keras.layers
    start = keras.Input((STEPS, INPUTS))
    states = recurrent(keras, "GRU")(start)
    pooled = layers.Dense(2, name="pooled")(layers.GlobalMaxPooling1D(name="pool")(states))
    two = [layers.Dense(2, name=name)(states) for name in ("left", "right")]
    deep = layers.Dense(3, name="deeper")(layers.Dense(UNITS, activation="relu", name="deep")(states))
    for outputs, after in (
        (pooled, ("GlobalMaxPooling1D 'pool'", "Dense 'pooled'")),
        (two, ("Dense 'left'", "Dense 'right'")),
        (deep, ("Dense 'deep'", "Dense 'deeper'")),
    ):
        (group,) = inspect_checkpoint(saved_as(keras.Model(start, outputs), ".keras", tmp_path)).groups
        assert (group.head, group.after) == (None, after)


@pytest.mark.parametrize("form", STATED)
def test_directions_that_are_added_have_no_head(keras: Any, form: str, tmp_path: Path) -> None:
    layer = keras.layers.Bidirectional(recurrent(keras, "LSTM"), merge_mode="sum")
    model = sequential(keras, layer, keras.layers.Dense(2, name="out"))
    ours = opened(saved_as(model, form, tmp_path))
    assert ours.head is None
    assert "'sum'" in notes(ours)
    both = hidden(ours, X)
    expected = values_of(keras, model, model.layers[0].output, inputs=X)[0]
    assert distance(both[:, :UNITS] + both[:, UNITS:], expected) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_read_from_the_end(keras: Any, form: str, tmp_path: Path) -> None:
    layer = recurrent(keras, "LSTM", go_backwards=True)
    model = sequential(keras, layer)
    ours = opened(saved_as(model, form, tmp_path))
    assert "turned round" in notes(ours)
    assert distance(hidden(ours, X[::-1].copy()), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_a_layer_that_is_used_twice_is_one_network(keras: Any, form: str, tmp_path: Path) -> None:
    model, shared = used_twice(keras)
    ours = opened(saved_as(model, form, tmp_path))
    assert "2 times" in notes(ours)
    assert distance(hidden(ours, X), shared(X[None]).detach().numpy()[0]) <= CLOSE


@pytest.mark.parametrize("form", FORMS)
def test_cells(keras: Any, form: str, tmp_path: Path) -> None:
    layers = keras.layers
    one = sequential(keras, layers.RNN(layers.GRUCell(UNITS), return_sequences=True))
    two = sequential(keras, stacked_cells(keras, UNITS, UNITS))
    for model, count in ((one, 1), (two, 2)):
        ours = opened(saved_as(model, form, tmp_path))
        assert ours.num_layers == count
        assert distance(hidden(ours, X), values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_cells_of_unlike_sizes_are_networks_of_their_own(keras: Any, form: str, tmp_path: Path) -> None:
    model = sequential(keras, stacked_cells(keras, UNITS, 2))
    data = saved_as(model, form, tmp_path)
    checkpoint = inspect_checkpoint(data)
    assert [group.name for group in checkpoint.groups] == ["deep/0", "deep/1"]
    lower = hidden(open_group(checkpoint, checkpoint.groups[0]), X)
    upper = hidden(open_group(checkpoint, checkpoint.groups[1]), lower)
    assert distance(upper, values_of(keras, model, model.outputs[0], inputs=X)[0]) <= CLOSE


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ["a cell", "a layer", "one of Keras's name", "a convolution"])
def test_other_classes_are_refused_or_said(keras: Any, what: str, form: str, tmp_path: Path) -> None:
    layer, name = foreign(keras)[what]
    shape = (STEPS, 6, INPUTS) if what == "a convolution" else (STEPS, INPUTS)
    data = saved_as(keras.Sequential([keras.Input(shape), layer]), form, tmp_path)
    alone = {"a cell": "vars/3", "a layer": "attentive_lstm", "a convolution": "ConvLSTM"}
    said = name if form == ".keras" or what in alone else None
    said = alone[what] if form == ".weights.h5" and what in alone else said
    if said is None or (form == ".weights.h5" and what not in alone):
        return  # Neither an .h5 nor weights alone tell a class of Keras's name from Keras's own.
    with pytest.raises(explorer.CheckpointError, match=said):
        opened(data)


def test_a_model_of_a_class_of_ones_own(keras: Any, tmp_path: Path) -> None:
    class Net(keras.Model):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.rnn = recurrent(keras, "GRU")

        def call(self, x: Any) -> Any:
            return self.rnn(x)

    net = Net()
    expected = net(X[None]).detach().numpy()[0]
    for form in (".keras", ".weights.h5"):
        ours = opened(saved_as(net, form, tmp_path))
        assert "assumed" in notes(ours)
        assert distance(hidden(ours, X), expected) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_once_for_each_item_of_an_outer_sequence(keras: Any, form: str, tmp_path: Path) -> None:
    layers = keras.layers
    inner = keras.Sequential([keras.Input((STEPS, INPUTS)), recurrent(keras, "LSTM", name="core")], name="inner")
    for each in (layers.TimeDistributed(recurrent(keras, "LSTM", name="core"), name="each"),
                 layers.TimeDistributed(inner, name="each")):  # fmt: skip
        model = randomised(keras.Sequential([keras.Input((2, STEPS, INPUTS)), each, layers.Dense(3, name="out")]))
        ours = opened(saved_as(model, form, tmp_path))
        assert "outer sequence" in notes(ours)
        assert ours.head is None
        both = np.stack([X, X[::-1]])
        expected = values_of(keras, model, each.output, inputs=both)[0]
        assert distance(hidden(ours, X[::-1].copy()), expected[1]) <= CLOSE


@pytest.mark.parametrize("form", STATED)
def test_masked_numbers_are_said(keras: Any, form: str, tmp_path: Path) -> None:
    layers = keras.layers
    model = keras.Sequential([keras.Input((STEPS, INPUTS)), layers.Masking(-1.0, name="pad"), layers.LSTM(UNITS)])
    ours = opened(saved_as(randomised(model), form, tmp_path))
    assert "Masking 'pad'" in notes(ours)
    assert "-1" in notes(ours)
