"""An answer is worked out again exactly when something that it looked at has changed."""

from typing import Any

import explorer
from explorer.lessons import Screen
from explorer.lessons.lesson import Call
from explorer.lessons.noted import Memory


def test_it_is_asked_again_only_for_what_it_looked_at() -> None:
    asked: list[Any] = []

    def ask(call: Call, screen: Screen) -> float:
        asked.append(call)
        return float(screen.signal("hidden")[-1, 0]) + float(screen.choices["bias"])

    model = explorer.random_model("gru", 1, 3)
    memory, call = Memory(), Call("any")

    def at(x: list[float], layer: int = 0, bias: int = 1, step: int = 0, page: str = "gates") -> float:
        choices = {"bias": bias, "step": step, "layer": layer}
        return memory.of(ask, call, Screen(page, model, explorer.record(model, x), choices))

    first = at([1.0, 2.0])
    assert at([1.0, 2.0], step=5, page="step") == first
    assert len(asked) == 1
    assert at([1.0, 2.0], bias=2) == first + 1
    assert at([1.0, 2.5]) != first
    assert at([1.0, 2.0]) == first
    assert len(asked) == 3


def test_another_network_of_the_same_run_is_another() -> None:
    memory = Memory()
    one, other = explorer.random_model("gru", 1, 3), explorer.random_model("gru", 1, 3, seed=1)
    for model in (one, other, one):
        assert memory.of(lambda _, screen: id(screen.model), Call("id"), Screen("gates", model)) == id(model)


def test_it_keeps_a_bounded_number() -> None:
    memory = Memory()
    for number in range(400):
        memory.of(lambda _, screen: screen.choices["n"], Call("n"), Screen("gates", choices={"n": number}))
        assert sum(map(len, memory.known.values())) <= 256
