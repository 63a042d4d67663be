"""Random modules of every kind and option, for hypothesis."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.models import Model, from_torch
from explorer.models.model.build import stack_from
from tests.models.reference import Start

MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


@dataclass(frozen=True)
class Configuration:
    """One module, one sequence, and the states it starts from."""

    kind: str
    input_size: int
    hidden_size: int
    num_layers: int
    bidirectional: bool
    bias: bool
    proj_size: int
    relu: bool
    reset_after: bool
    steps: int
    given_states: bool
    double: bool
    seed: int

    @property
    def dtype(self) -> torch.dtype:
        return torch.float64 if self.double else torch.float32

    @property
    def tolerance(self) -> float:
        """Of one step's rounding."""
        return 1e-12 if self.double else 1e-6

    @property
    def drift(self) -> float:
        """Of a whole run's rounding: a relu RNN with a weight near 1 adds up that of all its steps."""
        return 1e-5 if self.relu and not self.double else self.tolerance

    @property
    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"nonlinearity": "relu" if self.relu else "tanh"} if self.kind == "rnn" else {}
        return options | ({"proj_size": self.proj_size} if self.kind == "lstm" else {})

    def module(self, num_layers: int | None = None) -> Any:
        """The PyTorch module; with fewer layers it is the lower part of the same one."""
        torch.manual_seed(self.seed)
        whole = self._build(self.num_layers)
        if num_layers is None:
            return whole
        part = self._build(num_layers)
        part.load_state_dict({name: whole.state_dict()[name] for name in part.state_dict()})
        return part

    def _build(self, num_layers: int) -> Any:
        return MODULES[self.kind](
            self.input_size, self.hidden_size, num_layers, bias=self.bias,
            bidirectional=self.bidirectional, dtype=self.dtype, **self.options,
        )  # fmt: skip

    def model(self) -> Model:
        if self.kind == "gru" and not self.reset_after:
            return Model(stack_from("gru", self.module().state_dict(), reset_after=False))
        return from_torch(self.module())

    def x(self) -> NDArray[Any]:
        return self._draw((self.steps, self.input_size), 1)

    def start(self) -> Start | None:
        """Given states, or None for zeros."""
        if not self.given_states:
            return None
        rows = self.num_layers * (1 + self.bidirectional)
        h = self._draw((rows, self.proj_size or self.hidden_size), 2)
        return Start(h, self._draw((rows, self.hidden_size), 3) if self.kind == "lstm" else None)

    def _draw(self, shape: tuple[int, int], stream: int) -> NDArray[Any]:
        values = np.random.default_rng([self.seed, stream]).normal(size=shape)
        return values.astype(np.float64 if self.double else np.float32)


def given_states(start: Start | None) -> dict[str, Any]:
    """As `record` takes them."""
    return {} if start is None else {"h_0": start.h, "c_0": start.c}


@st.composite
def configurations(
    draw: st.DrawFn, kinds: tuple[str, ...] = ("rnn", "lstm", "gru"), most_steps: int = 200, most_layers: int = 3
) -> Configuration:
    """Any configuration PyTorch has, and the GRU that resets before the product."""
    kind = draw(st.sampled_from(kinds))
    hidden_size = draw(st.integers(1, 12))
    return Configuration(
        kind=kind,
        input_size=draw(st.integers(1, 6)),
        hidden_size=hidden_size,
        num_layers=draw(st.integers(1, most_layers)),
        bidirectional=draw(st.booleans()),
        bias=draw(st.booleans()),
        proj_size=draw(st.integers(0, hidden_size - 1)) if kind == "lstm" else 0,
        relu=kind == "rnn" and draw(st.booleans()),
        reset_after=kind != "gru" or draw(st.booleans()),
        steps=draw(st.integers(1, most_steps)),
        given_states=draw(st.booleans()),
        double=draw(st.booleans()),
        seed=draw(st.integers(0, 2**31)),
    )
