"""Gate surgery: what theory says of held gates, on every bundled model, and every way to hold in a loop of our own."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import explorer
from explorer import Clamp, ClampError, Coupling, Model, Trace, list_models, load_model, record
from explorer.trace import as_recorded, time_average
from tests.models.configurations import Configuration, configurations
from tests.models.reference import SIGNALS
from tests.models.torch_loop import run_loop

STEPS = 30
LSTMS = [name for name in list_models() if name.endswith("-lstm")]
GRUS = [name for name in list_models() if name.endswith("-gru")]


def _input(model: Model) -> Any:
    random = np.random.default_rng(3)
    if model.vocabulary is not None:
        return random.integers(0, len(model.vocabulary), STEPS)
    values = random.normal(size=(STEPS, model.input_size))
    return values if model.scaling is None else values * model.scaling.scale + model.scaling.offset


def _states(model: Model) -> dict[str, Any]:
    """Seeded states within [−1, 1]."""
    rows = model.num_layers * model.num_directions
    random = np.random.default_rng(4)
    h_0 = random.uniform(-1, 1, (rows, model.proj_size or model.hidden_size)).astype(np.float32)
    c_0 = random.normal(size=(rows, model.hidden_size)).astype(np.float32)
    return {"h_0": h_0, "c_0": c_0} if model.kind == "lstm" else {"h_0": h_0}


def _everywhere(state: Any, values: Any) -> Any:
    """A state (layers*directions, units) at every step."""
    layers, directions, _, units = values.shape
    return np.broadcast_to(state.reshape(layers, directions, 1, units), values.shape)


@pytest.mark.parametrize("name", GRUS)
def test_update_one_keeps_the_hidden_state_bit_for_bit(name: str) -> None:
    model = load_model(name)
    given = _states(model)
    trace = record(model, _input(model), clamps=[Clamp("update", 1.0)], **given)
    assert np.array_equal(trace["hidden"], _everywhere(given["h_0"], trace["hidden"]))


@pytest.mark.parametrize("name", LSTMS)
def test_forget_one_and_input_zero_keep_the_cell_bit_for_bit(name: str) -> None:
    model = load_model(name)
    given = _states(model)
    trace = record(model, _input(model), clamps=[Clamp("forget", 1.0), Clamp("input", 0.0)], **given)
    assert np.array_equal(trace["cell"], _everywhere(given["c_0"], trace["cell"]))


@pytest.mark.parametrize("name", LSTMS)
def test_output_zero_hides_a_cell_that_lives(name: str) -> None:
    model = load_model(name)
    trace = record(model, _input(model), clamps=[Clamp("output", 0.0)], **_states(model))
    assert not trace["hidden"].any()
    assert (np.abs(trace["cell"]).max(axis=3) > 0).all()


@pytest.mark.parametrize("name", list_models())
def test_holding_what_was_recorded_changes_nothing(name: str) -> None:
    model = load_model(name)
    free = record(model, _input(model), method="step", **_states(model))
    for signal in free.signals:
        held = record(model, _input(model), clamps=as_recorded(free, signal), **_states(model))
        for other in free.signals:
            assert np.array_equal(held[other], free[other]), (signal, other)
        if free.output is not None and held.output is not None:
            # A head that reads both ends answers for each prefix from a run of its own: only the last is this one.
            judged = slice(-1, None) if model.head and model.head.reads == "ends" else slice(None)
            assert np.array_equal(held.output[judged], free.output[judged])


def test_a_coupled_input_gate_writes_what_is_forgotten() -> None:
    model = load_model("brackets-lstm")
    trace = record(model, "f(x[0])", clamps=[Coupling()])
    assert np.array_equal(trace["input"], 1 - trace["forget"])
    both = record(model, "f(x[0])", clamps=[Clamp("forget", 0.25), Coupling(units=[1, 3], start=2, stop=4)])
    coupled = both["input"][0, 0] == 0.75
    assert coupled[2:4, [1, 3]].all()
    assert coupled.sum() == 4


def test_a_time_average_has_no_time_left_in_it() -> None:
    model = explorer.random_model("gru", 3, 5, num_layers=2, bidirectional=True)
    x = np.random.default_rng(0).normal(size=(9, 3))
    free = record(model, x)
    held = record(model, x, clamps=time_average(free, "update", units=[4, 0], start=2))
    expected = free["update"].mean(axis=2, keepdims=True)[..., [4, 0]]
    assert np.allclose(held["update"][:, :, 2:][..., [4, 0]], expected, rtol=0, atol=1e-7)
    assert np.array_equal(held["update"][0, 0, :2], record(model, x, method="step")["update"][0, 0, :2])


def test_another_runs_values_come_from_the_steps_that_are_named() -> None:
    model = load_model("brackets-lstm")
    other = record(model, "f[xy]")
    held = record(model, "f(x)", clamps=as_recorded(other, "forget", steps=[0, 1, -1, 4]))
    free = record(model, "f(x)", method="step")
    ours, theirs = held.select("forget"), other.select("forget")
    assert np.array_equal(ours[[0, 1, 3]], theirs[[0, 1, 4]])
    assert not np.array_equal(ours[2], theirs[2])
    assert np.array_equal(ours[0], free.select("forget")[0])


def test_a_trace_with_coupled_gates_is_saved_and_loaded() -> None:
    file = io.BytesIO()
    clamps = [Coupling(units=(0, 1)), Clamp("forget", 0.5, mode="scale")]
    record(load_model("brackets-lstm"), "f(x)", clamps=clamps).save(file)
    file.seek(0)
    back = Trace.load(file).clamps
    assert [one.to_dict() for one in back] == [one.to_dict() for one in clamps]


@pytest.mark.parametrize(
    ("coupling", "said"),
    [
        ({"signal": "forget", "other": "forget"}, "itself"),
        ({"start": 3, "stop": 3}, "3 to 3"),
        ({"signal": "forget", "other": "input"}, "later.*Hold input at 1 − forget"),
        ({"signal": "candidate"}, "'candidate' is no gate"),
        ({"signal": "input", "other": "update"}, "'update'.*this model has input"),
        ({"layer": 2}, "layer 2"),
        ({"units": 20}, "0 to 19"),
    ],
)
def test_what_cannot_be_coupled_is_named(coupling: dict[str, Any], said: str) -> None:
    with pytest.raises(ClampError, match=said):
        record(load_model("brackets-lstm"), "f(x)", clamps=[Coupling(**coupling)])


@dataclass(frozen=True)
class Surgery:
    """What is done to one signal, in words that the loop understands without our clamps."""

    how: str
    number: float
    layer: int | None
    direction: str | None
    units: tuple[int, ...] | None
    start: int
    stop: int | None
    other: str

    def acts(self, layer: int, direction: str, position: int) -> bool:
        here = self.layer in (None, layer) and self.direction in (None, direction)
        return here and self.start <= position and (self.stop is None or position < self.stop)


@st.composite
def surgeries(draw: st.DrawFn, config: Configuration, signal: str) -> Surgery:
    hows = ["set", "scale", "average", "recorded"]
    hows += ["couple"] if signal in ("input", "output", "update") else []
    count = config.proj_size if signal == "hidden" and config.proj_size else config.hidden_size
    start = draw(st.integers(0, config.steps - 1))
    return Surgery(
        how=draw(st.sampled_from(hows)),
        number=draw(st.sampled_from([0.0, 1.0, 0.25, -0.5])),
        layer=draw(st.none() | st.integers(0, config.num_layers - 1)),
        direction=draw(st.sampled_from([None, "forward", "reverse"][: 2 + config.bidirectional])),
        units=draw(st.none() | st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(tuple)),
        start=start,
        stop=draw(st.none() | st.integers(start + 1, config.steps)),
        other="reset" if signal == "update" else "forget",
    )


def clamps_of(signal: str, one: Surgery, free: Trace) -> list[Any]:
    where = {name: getattr(one, name) for name in ("layer", "direction", "units", "start", "stop")}
    if one.how == "couple":
        return [Coupling(signal, one.other, **where)]
    if one.how == "average":
        return list(time_average(free, signal, **where))
    if one.how == "recorded":
        backwards = list(range(len(free)))[::-1]
        return list(as_recorded(free, signal, steps=backwards, **where))
    return [Clamp(signal, one.number, mode=one.how, **where)]  # type: ignore[arg-type]


def loop_hold(signal: str, one: Surgery, free: dict[tuple[str, int, str], Tensor]) -> Any:
    def hold(name: str, layer: int, way: str, t: int, value: Tensor, computed: dict[str, Tensor]) -> Tensor:
        if name != signal or not one.acts(layer, way, t):
            return value
        run = free[signal, layer, way] if free else value
        wanted = {
            "set": lambda: torch.full_like(value, one.number),
            "scale": lambda: one.number * value,
            "average": lambda: run.mean(0),
            "recorded": lambda: run[len(run) - 1 - t],
            "couple": lambda: 1 - computed[one.other],
        }[one.how]()
        chosen = list(range(len(value)) if one.units is None else one.units)
        mask = torch.zeros(len(value), dtype=torch.bool)
        mask[chosen] = True
        return torch.where(mask, wanted, value)

    return hold


@pytest.mark.parametrize(("kind", "signal"), [(kind, name) for kind, names in SIGNALS.items() for name in names])
@settings(max_examples=20)
@given(data=st.data())
def test_a_held_run_equals_a_plain_torch_loop(kind: str, signal: str, data: st.DataObject) -> None:
    config = data.draw(configurations(kinds=(kind,), most_steps=8, most_layers=2))
    one = data.draw(surgeries(config, signal))
    module, x = config.module(), torch.from_numpy(config.x())
    options = {"reset_after": config.reset_after, "relu": config.relu}
    free = run_loop(module, x, lambda name, layer, way, t, value, computed: value, **options)
    expected = run_loop(module, x, loop_hold(signal, one, free), **options)
    trace = record(config.model(), config.x(), clamps=clamps_of(signal, one, record(config.model(), config.x())))
    for (name, layer, way), values in expected.items():
        theirs = values.numpy()
        size = np.maximum(1.0, np.abs(theirs).max(axis=0))
        difference = np.abs(trace.select(name, layer, way) - theirs) / size
        assert difference.max() <= 5 * config.drift, name
