"""A film of a training in somebody's own loop."""

from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from explorer.arguments import checked
from explorer.errors import ArgumentError, ExplorerError
from explorer.film.page import as_page
from explorer.film.reel import MOST_FRAMES, Reel, Told, reel_of
from explorer.models import from_torch
from explorer.models.run.reached import reaching, recurrent_module
from explorer.trace import Trace, record

_MOST_STEPS = 240
_HEIGHT = 900


class Film:
    """Frames of a network's gates along its own training::

        film = explorer.Film(net, sequence, every=50)
        for batch in data:
            loss = ...; loss.backward(); optimizer.step()
            film(loss)
        film.show()

    A frame is kept before the first update and after every ``every`` calls. There are at most 60: where more come,
    every second one is let go and ``every`` doubles. The network is neither changed nor kept from training.

    Args:
        net: a module of ``torch.nn`` that holds an RNN, LSTM or GRU, or is one; the first is filmed.
        sequence: what the network is called with; of a batch the first sequence is filmed, 240 steps at most.
        every: calls between two frames.
        layer, direction: which are filmed.

    Raises:
        ArgumentError: there is no recurrent module, or nothing that it could read.
    """

    @checked
    def __init__(self, net: Any, sequence: Any, every: int = 50, layer: int = 0, direction: str = "forward") -> None:
        if every < 1:
            raise ArgumentError(f"every is {every}: give 1 or more.")
        self.net, self.sequence, self.every, self.place = net, sequence, every, (layer, direction)
        self.calls = 0
        self._traces: dict[int, Trace] = {}
        self._losses: list[tuple[float, float]] = []
        self._keep()

    def __call__(self, loss: Any = None) -> None:
        """Count one update; call it after ``optimizer.step()``.

        Args:
            loss: of this update, a number or a tensor of one, for the picture of losses.
        """
        self.calls += 1
        if loss is not None:
            self._losses.append((self.calls, float(loss.item() if hasattr(loss, "item") else loss)))
        if self.calls % self.every == 0:
            self._keep()

    @property
    def steps(self) -> tuple[int, ...]:
        """The updates before each frame."""
        return tuple(self._traces)

    @property
    def reel(self) -> Reel:
        """The frames as numbers."""
        losses = [Told("loss", tuple(self._thinned()))] if self._losses else []
        kind = next(iter(self._traces.values())).kind
        return reel_of(self._traces, losses, f"{kind.upper()} in training", *self.place)

    def save(self, path: str | Path) -> None:
        """Write the film as an HTML file that plays by itself.

        Raises:
            ExplorerError: the file cannot be written.
        """
        try:
            Path(path).write_text(as_page(self.reel), "utf-8")
        except OSError as reason:
            raise ExplorerError(f"{path} cannot be written ({reason.strerror}): choose another place.") from None

    def show(self) -> "Film":
        """The film itself, which a notebook draws."""
        return self

    def _repr_html_(self) -> str:
        page = escape(as_page(self.reel), quote=True)
        return f'<iframe srcdoc="{page}" width="100%" height="{_HEIGHT}" style="border:0" title="Film"></iframe>'

    def _keep(self) -> None:
        x = reaching(self.net, self.sequence)[:_MOST_STEPS]
        module = recurrent_module(self.net)
        if np.isfinite(x).all():
            self._traces[self.calls] = record(from_torch(module), x)
        if len(self._traces) > MOST_FRAMES:
            self.every *= 2
            self._traces = {step: one for step, one in self._traces.items() if step % self.every == 0}

    def _thinned(self) -> list[tuple[float, float]]:
        """At most 400 losses, the last among them."""
        each = max(1, -(-len(self._losses) // 400))
        return self._losses[::-1][::each][::-1]
