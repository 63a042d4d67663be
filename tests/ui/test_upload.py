"""A checkpoint of one's own: opened, used on every page, in this session only."""

import contextlib
import io
import zipfile
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from tests.ui.screen import Screen


def saved(module: Any) -> bytes:
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    return file.getvalue()


def numbers_model(inputs: int = 2) -> torch.nn.LSTM:
    torch.manual_seed(5)
    return torch.nn.LSTM(inputs, 6, num_layers=2)


def upload(screen: Screen, content: bytes, name: str = "mine.pt") -> Screen:
    """Drop a file on the Models page."""
    screen.app.file_uploader(key="dropped-0").set_value((name, content, "application/octet-stream"))
    return screen.run()


@pytest.fixture
def models() -> Screen:
    """The Models page where a checkpoint can be dropped."""
    return Screen("pages/models.py", about="upload")


def test_an_uploaded_model_is_on_every_page_and_in_no_link(models: Screen) -> None:
    upload(models, saved(numbers_model()))
    assert models.errors == []
    assert models.request.model == "uploaded"
    models.app.switch_page("pages/gates.py")
    models.run()
    expected = explorer.record(explorer.from_torch(numbers_model()), models.noise(2))
    shown = models.panels["hidden"][np.argsort(models.units)]
    np.testing.assert_allclose(shown, expected.select("hidden").T, atol=1e-6)
    assert models.link["model"] == "uploaded"
    assert "model" not in models.shared
    assert "leaves your uploaded model out" in models.captions
    models.app.switch_page("pages/step.py")
    assert models.run().warnings == []


def test_another_session_and_a_reload_see_nothing_and_keep_the_rest(models: Screen) -> None:
    upload(models, saved(numbers_model(1)))
    models.type("1 2 3")
    assert models.request.model == "uploaded"
    other = Screen(**models.link)
    assert "own" not in other.app.session_state
    assert "checkpoint" not in other.app.session_state
    assert "The uploaded model is gone" in other.warnings[0]
    assert other.line == "1 2 3"
    assert not other.drawn


class Reader(torch.nn.Module):
    """Characters in, a guess at the next one out, and a second network."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.embed = torch.nn.Embedding(128, 5)
        self.encoder = torch.nn.GRU(5, 7)
        self.decoder = torch.nn.RNN(7, 4, nonlinearity="relu")
        self.out = torch.nn.Linear(7, 128)


def test_networks_questions_head_and_vocabulary(models: Screen) -> None:
    upload(models, saved(Reader()))
    group = models.app.selectbox(key="checkpoint-choice-group")
    assert list(group.options) == ["encoder: GRU, 5 inputs, 7 units", "decoder: RNN, 7 inputs, 4 units"]
    own = models.app.session_state["own"].model
    assert own.text is not None
    assert own.head is not None
    models.app.selectbox(key="checkpoint-choice-head").set_value("")
    models.run()
    assert models.app.session_state["own"].model.head is None
    models.app.selectbox(key="checkpoint-choice-group").set_value("decoder")
    models.run()
    models.app.selectbox(key="checkpoint-choice-nonlinearity").set_value("relu")
    models.run()
    assert models.app.session_state["own"].model.stack[0][0].nonlinearity == "relu"
    assert models.errors == models.warnings == []


def test_the_copied_code_opens_the_file_again(models: Screen, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(models, saved(numbers_model(1))).type("1 2 3").choose("about", "code")
    (tmp_path / "mine.pt").write_bytes(saved(numbers_model(1)))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(models.app.code[0].value, names)
    trace = explorer.record(explorer.from_torch(numbers_model(1)), [1.0, 2.0, 3.0])
    np.testing.assert_allclose(names["h_n"], trace.h_n, atol=1e-6)


BAD = {
    "empty": b"",
    "text": b"hello",
    "code": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    "no network": None,
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_used_is_one_sentence_and_the_view_stays(models: Screen, kind: str) -> None:
    content = saved(torch.nn.Linear(2, 3)) if BAD[kind] is None else BAD[kind]
    upload(models, content or b"")
    assert len(models.errors) == 1
    assert models.errors[0].rstrip().endswith((".", ")"))
    assert models.request.model == "brackets-lstm"


def test_weights_under_other_names_are_mapped_by_hand(models: Screen) -> None:
    module = torch.nn.GRU(3, 4)
    other = {"a": module.weight_ih_l0, "b": module.weight_hh_l0, "c": module.bias_ih_l0, "d": module.bias_hh_l0}
    file = io.BytesIO()
    torch.save({name: value.detach() for name, value in other.items()}, file)
    upload(models, file.getvalue())
    for role, tensor in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), other, strict=True):
        models.app.selectbox(key=f"mapping-{role}_l0").set_value(tensor)
    next(one for one in models.app.button if one.label == "Open these").click()
    models.run()
    assert models.errors == []
    kept = models.app.session_state["own"].model
    np.testing.assert_allclose(kept.weights()["weight_ih"], module.weight_ih_l0.detach().numpy())


def test_a_kernel_for_inputs_and_state_is_mapped_by_hand(models: Screen) -> None:
    """TensorFlow's order, stored for x W, its forget bias added."""
    module = torch.nn.LSTM(3, 4)
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    rows = np.hstack([state["weight_ih_l0"], state["weight_hh_l0"]]).reshape(4, 4, 7)[[0, 2, 1, 3]].reshape(16, 7)
    bias = state["bias_ih_l0"].reshape(4, 4)[[0, 2, 1, 3]].reshape(16)
    file = io.BytesIO()
    torch.save({"a": torch.tensor(rows.T.copy()), "b": torch.tensor(bias)}, file)
    upload(models, file.getvalue())
    models.app.selectbox(key="mapping-kind").set_value("xh")
    models.run()
    models.app.selectbox(key="mapping-order-xh").set_value("igfo")
    models.run()
    models.app.number_input(key="mapping-added").set_value(1.0)
    models.run()
    for role, tensor in (("weight_xh", "a"), ("bias_ih", "b")):
        models.app.selectbox(key=f"mapping-{role}_l0").set_value(tensor)
    next(one for one in models.app.button if one.label == "Open these").click()
    models.run()
    assert models.errors == []
    kept = models.app.session_state["own"].model.weights()
    np.testing.assert_allclose(kept["weight_hh"], state["weight_hh_l0"])
    np.testing.assert_allclose(kept["bias_ih"], state["bias_ih_l0"] + np.repeat([0, 1, 0, 0], 4), rtol=1e-6)
    assert "order='igfo', forget_bias=1.0" in models.app.session_state["own"].source


def test_gates_that_take_a_matrix_each_are_mapped_by_hand(models: Screen) -> None:
    gates = {gate: np.random.default_rng(number).normal(size=(4, 7)) for number, gate in enumerate("rzn")}
    file = io.BytesIO()
    torch.save({f"p{gate}": torch.tensor(value) for gate, value in gates.items()}, file)
    upload(models, file.getvalue())
    models.app.selectbox(key="mapping-kind").set_value("hx of a gate")
    models.run()
    models.app.selectbox(key="mapping-order-hx of a gate").set_value("rzn")
    models.run()
    models.app.selectbox(key="mapping-keeps").set_value("takes")
    models.run()
    for gate in gates:
        models.app.selectbox(key=f"mapping-weight_hx_l0.{gate}").set_value(f"p{gate}")
    next(one for one in models.app.button if one.label == "Open these").click()
    models.run()
    assert models.errors == []
    kept = models.app.session_state["own"].model.weights()
    signed = np.concatenate([gates["r"], -gates["z"], gates["n"]])
    np.testing.assert_allclose(kept["weight_hh"], signed[:, :4])
    np.testing.assert_allclose(kept["weight_ih"], signed[:, 4:])


def test_letting_go_of_it(models: Screen) -> None:
    upload(models, saved(numbers_model())).press("checkpoint-forget")
    assert models.request.model == "brackets-lstm"
    assert "own" not in models.app.session_state
    assert "checkpoint" not in models.app.session_state


def test_a_network_whose_training_diverged_opens_and_is_said_to_be_broken(models: Screen) -> None:
    module = numbers_model()
    with torch.no_grad():
        module.weight_ih_l0[3, 1] = float("nan")
    upload(models, saved(module)).choose("about", "card")
    assert "12 of 12 units gave NaN or infinity" in models.texts
    for page in ("memory", "compare", "gates"):
        models.app.switch_page(f"pages/{page}.py")
        models.run()
    assert models.proof == "not finite, in PyTorch neither"
    models.app.switch_page("pages/step.py")
    assert "NaN or infinite" in models.run().warnings[0]


def test_a_model_and_its_words_and_statistics_are_dropped_together(models: Screen) -> None:
    torch.manual_seed(1)
    net = torch.nn.ModuleDict({"embedding": torch.nn.Embedding(3, 2), "lstm": torch.nn.LSTM(2, 4)})
    models.app.file_uploader(key="dropped-0").set_value(
        [
            ("words", b'["up", "down", "left"]', "application/json"),
            ("weights", saved(net), "application/octet-stream"),
            ("scale", b'{"mean": [1, 2], "std": [3, 4]}', "application/json"),
        ]
    )
    models.run()
    assert models.errors == []
    assert models.app.session_state["own"].model.vocabulary == ("up", "down", "left")
    assert (models.request.sequence.offset, models.request.sequence.scale) == ("1.0 2.0", "3.0 4.0")


def test_an_archive_of_several_networks_lists_them(models: Screen) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("actor.pth", saved(numbers_model()))
        archive.writestr("critic.pth", saved(numbers_model(3)))
    upload(models, buffer.getvalue(), "agent.zip")
    group = models.app.selectbox(key="checkpoint-choice-group")
    assert [option.split(":")[0] for option in group.options] == ["actor.pth", "critic.pth"]
    group.set_value("critic.pth")
    models.run()
    assert models.errors == []
    assert models.app.session_state["own"].model.input_size == 3
