"""The film: the same units in every frame, the recorded values, a page that is complete in itself."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

import explorer
from explorer import Film, record
from explorer.errors import ExplorerError
from explorer.film import MOST_FRAMES, Told, as_page, as_sent, reel_of
from explorer.film.reel import MOST_BYTES


class Tagger(torch.nn.Module):
    """An embedding, a GRU over batches and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(9, 4)
        self.gru = torch.nn.GRU(4, 6, batch_first=True, dropout=0.5, num_layers=2)
        self.head = torch.nn.Linear(6, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        return self.head(self.gru(self.embedding(ids))[0])


def trained(film_every: int, updates: int) -> tuple[Tagger, Film]:
    torch.manual_seed(0)
    net, ids = Tagger(), torch.arange(8)[None]
    film = Film(net, ids, every=film_every, layer=1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(updates):
        loss = net(ids).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        film(loss)
    return net, film


def test_its_frames_are_the_networks_own_gates() -> None:
    net, film = trained(5, 20)
    assert film.steps == (0, 5, 10, 15, 20)
    reel = film.reel
    x = net.embedding(torch.arange(8)).detach().numpy()
    trace = record(explorer.from_torch(net.gru), x)
    at = reel.signals.index("update")
    shown = reel.levels[-1, at] / 250
    assert np.abs(shown - trace.select("update", 1)[:, reel.units].T).max() <= 0.5 / 250 + 1e-6
    at = reel.signals.index("hidden")
    low, high = reel.ends[at]
    shown = low + reel.levels[-1, at] / 250 * (high - low)
    assert np.abs(shown - trace.select("hidden", 1)[:, reel.units].T).max() <= (high - low) / 500 + 1e-6


def test_filming_changes_nothing_about_the_training() -> None:
    filmed, _ = trained(1, 12)
    plain, film = trained(1000, 12)
    assert film.steps == (0,)
    assert all(torch.equal(one, other) for one, other in zip(filmed.parameters(), plain.parameters(), strict=True))
    assert filmed.training
    assert filmed.gru.training
    assert not filmed.gru._forward_pre_hooks


def test_a_long_training_keeps_at_most_so_many_frames() -> None:
    net = torch.nn.LSTM(1, 3)
    film = Film(net, np.zeros((4, 1), dtype=np.float32), every=1)
    for _ in range(300):
        film()
    assert len(film.steps) <= MOST_FRAMES
    assert film.steps[:2] == (0, film.every)
    assert len(set(np.diff(film.steps))) == 1


def test_the_page_is_complete_in_itself_and_escapes_what_it_quotes(tmp_path: Path) -> None:
    trace = record(explorer.random_model("gru", 1, 4), [1.0, 2.0], labels=["</script>", "<b>"])
    page = as_page(reel_of({0: trace, 7: trace}, [Told("loss", ((1, 0.5),))], "<i>mine</i>"))
    assert "<i>" not in page
    assert page.count("</script>") == 2
    assert not re.search(r"""(src|href)=|import\s|fetch\(""", page)
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert data["steps"] == [0, 7]
    _, film = trained(5, 10)
    film.save(tmp_path / "film.html")
    assert (tmp_path / "film.html").read_text("utf-8") == as_page(film.reel)
    assert "srcdoc=" in film._repr_html_()


def test_what_is_sent_stays_small_and_keeps_first_and_last() -> None:
    model = explorer.random_model("lstm", 1, 64)
    traces = {step: record(model, np.sin(np.arange(240.0))) for step in range(60)}
    reel = reel_of(traces)
    assert reel.levels.nbytes <= MOST_BYTES
    assert (reel.steps[0], reel.steps[-1]) == (0, 59)
    assert len(reel.units) == 24
    assert len(json.dumps(as_sent(reel))) < 3_000_000
    assert base64.b64decode(as_sent(reel, "dark")["values"]) == reel.levels.tobytes()


def test_a_network_that_has_run_away_is_filmed_all_the_same() -> None:
    net = torch.nn.RNN(1, 3)
    film = Film(net, np.ones((4, 1), dtype=np.float32), every=1)
    with torch.no_grad():
        net.weight_hh_l0.fill_(float("nan"))
    film(float("nan"))
    assert film.reel.levels.shape == (2, 1, 3, 4)


@pytest.mark.parametrize(
    ("net", "sequence", "sentence"),
    [
        (torch.nn.Linear(2, 2), np.zeros((3, 2)), "holds no recurrent module"),
        (torch.nn.GRU(2, 2), np.zeros((3, 5)), "reads \\(time, 2\\)"),
        ("net", [1.0], "holds no recurrent module"),
    ],
)
def test_what_cannot_be_filmed_is_refused_in_a_sentence(net: object, sequence: object, sentence: str) -> None:
    with pytest.raises(ExplorerError, match=sentence):
        Film(net, sequence)
    with pytest.raises(ExplorerError, match="every is 0"):
        Film(torch.nn.GRU(2, 2), np.zeros((3, 2)), every=0)
