"""What the lessons' sentences claim beside their answers, held against the models that they name."""

from collections.abc import Callable

import numpy as np
import pytest

from explorer import Clamp, load_model, record
from explorer.lessons import Screen
from tests.lessons.by_hand import card, run, words
from tests.lessons.opened import course
from tests.lessons.ours import again, here, terms

STEPS = {(one.lesson.slug, one.step.title): one.screen for one in course()}
Claim = Callable[[Screen], bool]
CLAIMS: list[tuple[str, str, str, Claim]] = []


def claim(slug: str, title: str, says: str) -> Callable[[Claim], Claim]:
    """A sentence of a step, and how it is held to be so."""

    def keep(function: Claim) -> Claim:
        CLAIMS.append((slug, title, says, function))
        return function

    return keep


def twins(task: str) -> list[dict[str, object]]:
    return [card(f"{task}-{kind}") for kind in ("lstm", "gru", "rnn")]


@claim("short-memory", "One neuron, one spike", "All numbers are 0 but one: a 5 at step 4")
def _(screen: Screen) -> bool:
    return np.flatnonzero(screen.run.inputs).tolist() == [3] and screen.run.inputs[3, 0] == 5


@claim("short-memory", "A network that forgot", "32 such neurons")
def _(screen: Screen) -> bool:
    return screen.network.hidden_size == 32 and screen.network.kind == "rnn"


@claim("short-memory", "A network that forgot", "marked with a 1, at steps 21 and 99")
def _(screen: Screen) -> bool:
    return np.flatnonzero(screen.run.inputs[:, 1]).tolist() == [20, 98] and len(screen.run) == 100


@claim("short-memory", "A network that forgot", "only whether it was small or large")
def _(screen: Screen) -> bool:
    """Whatever the first marked number is, the answer is one of two."""
    said = []
    for first in np.linspace(0, 1, 11):
        x = screen.run.inputs.copy()
        x[20, 0] = first
        output = run(screen.network, x).output
        assert output is not None
        said.append(float(output[-1, 0]))
    low, high = said[0], said[-1]
    return (
        high - low > 0.2 and all(min(abs(one - low), abs(one - high)) < 0.02 for one in said) and said == sorted(said)
    )


@claim("short-memory", "The same task with gates", "same data, as many units and the same number of training steps")
def _(screen: Screen) -> bool:
    made = twins("adding")
    return len({(one["recurrent"], str(one["provenance"]["steps"]), one["provenance"]["seed"]) for one in made}) == 1  # type: ignore[index]


@claim("vanishing", "What a gradient asks", "Three cells read the same hundred numbers")
def _(screen: Screen) -> bool:
    return len(screen.run) == 100


@claim("vanishing", "A product of small factors", "Both are below 1 here")
def _(screen: Screen) -> bool:
    weight = float(abs(screen.network.weights()["weight_hh"][0, 0]))
    slopes = 1 - here(screen, again(screen), "hidden") ** 2
    return weight < 1 and bool((slopes[3:] < 1).all())


@claim("vanishing", "Gates are below 1 too", "Seven factors of 0.5 leave less than a hundredth; with 0.99 it takes 459")
def _(screen: Screen) -> bool:
    return 0.5**7 < 0.01 < 0.5**6 and 0.99**459 < 0.01 < 0.99**458


@claim("three-gates", "A network that knows brackets", "each row one of its 20 units")
def _(screen: Screen) -> bool:
    return screen.network.hidden_size == 20


@claim("three-gates", "Hold it shut", "how many of the 12 answers")
@claim("gru", "All zeros", "how many of the 12 answers")
def _(screen: Screen) -> bool:
    return len(screen.run) == 12


@claim("three-gates", "One step only", "c loses what stood there before step 4")
def _(screen: Screen) -> bool:
    """With f = 0 at a step, c there is i · g alone, whatever was before."""
    found = again(screen)
    i, g = (here(screen, found, name)[3] for name in ("input", "candidate"))
    held = record(screen.network, screen.run.inputs, clamps=(Clamp("forget", 0.0, start=3, stop=4),))
    return bool(np.allclose(held["cell"][0, 0, 3], i * g, atol=1e-5))


@claim("by-hand", "The forget gate", "two biases")
def _(screen: Screen) -> bool:
    return {"bias_ih", "bias_hh"} <= set(screen.network.weights())


@claim("by-hand", "A network small enough for paper", "one unit and reads one number a step")
def _(screen: Screen) -> bool:
    return (screen.network.hidden_size, screen.network.input_size, screen.choices["step"]) == (1, 1, 2)


@claim("conveyor", "What is lost on the way", "stayed close to 1")
def _(screen: Screen) -> bool:
    return bool(terms(screen)[1][5] > 0.9) and screen.run.labels[5] == "("


@claim("conveyor", "Move along the line", "they add up to the cell state")
def _(screen: Screen) -> bool:
    cell = here(screen, again(screen), "cell")[20, 12]
    return bool(np.isclose(terms(screen)[0].sum(), cell))


@claim("gru", "One state, two gates", "no cell state and no output gate")
def _(screen: Screen) -> bool:
    return screen.run.signals == ("reset", "update", "new", "hidden")


@claim("gru", "All zeros", "h is the candidate n")
def _(screen: Screen) -> bool:
    held = again(screen, update=0.0)
    return bool(np.array_equal(held.signals["hidden"], held.signals["new"]))


@claim("shapes", "Steps, features, units", "A sequence of 15 numbers")
def _(screen: Screen) -> bool:
    return screen.run.inputs.shape == (15, 1) and screen.network.hidden_size == 9


@claim("output", "How the classifier uses it", "It was right on 80 % of the reviews held out")
def _(screen: Screen) -> bool:
    return round(100 * card("sentiment-lstm")["metrics"]["accuracy"]) == 80


@claim("output", "Why does only half match?", "has read one token only")
def _(screen: Screen) -> bool:
    """The reverse direction's state at the last token is that of the token alone."""
    alone = run(screen.network, screen.run.inputs[-1:]).signals["hidden"][0, 1, 0]
    return bool(np.allclose(alone, again(screen).signals["hidden"][0, 1, -1]))


@claim("initial", "A start that is believed", "There is no bracket in the line")
def _(screen: Screen) -> bool:
    return not set(screen.run.labels) & set("()[]") and len(screen.run) == 27


@claim("initial", "Is zero right?", "forecasts the sea’s temperature")
def _(screen: Screen) -> bool:
    return card("sst-lstm")["task"] == "sst" and bool(np.abs(screen.run.h_0).max() > 0)


@claim("initial", "Carry it yourself", "closes a bracket that stands nowhere in your line")
def _(screen: Screen) -> bool:
    model = load_model("brackets-lstm")
    ends = {name: value[:, 0] for name, value in again(screen).last.items()}
    second = load_model("brackets-lstm").text
    assert second is not None
    assert model.embedding is not None
    x = model.embedding.numpy()[second.encode("], y)").values]
    return words(model, run(model, x, ends).output)[0] == ")" and set(words(model, run(model, x).output)) == {"none"}


@claim("initial", "And if it forgets every few steps?", "How many of the 39 answers")
def _(screen: Screen) -> bool:
    return len(screen.run) == 39


@claim("padding", "More and more", "padding behind the line changes no true step")
def _(screen: Screen) -> bool:
    long = np.concatenate([screen.run.inputs, np.zeros((50, screen.run.inputs.shape[1]))])
    return bool(np.array_equal(run(screen.network, long).signals["hidden"][:, :, :12], again(screen).signals["hidden"]))


@claim("padding", "More and more", "drifts while nothing is read")
def _(screen: Screen) -> bool:
    x = screen.run.inputs
    ends = [
        run(screen.network, np.concatenate([x, np.zeros((count, x.shape[1]))])).last["hidden"] for count in (0, 10, 50)
    ]
    return bool(np.abs(ends[0] - ends[1]).max() > 0.01 and np.abs(ends[1] - ends[2]).max() > 0.01)


@claim("padding", "Padding in front", "Now the true steps of a forward network change as well")
def _(screen: Screen) -> bool:
    rows = np.zeros((10, screen.run.inputs.shape[1]))
    moved = run(screen.network, np.concatenate([rows, screen.run.inputs])).signals["hidden"][:, :, 10:]
    return bool(np.abs(moved - again(screen).signals["hidden"]).max() > 0.01)


@claim("sine", "A wave to go on with", "Compare the first forecasts with the later ones")
def _(screen: Screen) -> bool:
    output = again(screen).output
    assert output is not None
    wrong = np.abs(output[:-1, 0] - screen.run.inputs[1:, 0])
    return bool(wrong[:10].mean() > 5 * wrong[20:].mean())


@claim("writing", "The next character", "trained on plays by Shakespeare")
def _(screen: Screen) -> bool:
    return "Shakespeare" in card("shakespeare-chars-lstm")["provenance"]["data"]


@claim("sine", "Two layers", "two LSTM layers of 32 units")
def _(screen: Screen) -> bool:
    return (screen.network.num_layers, screen.network.hidden_size) == (2, 32)


@claim("which-cell", "And here?", "The same sizes, data, seed and steps")
def _(screen: Screen) -> bool:
    return len({(one["recurrent"], one["provenance"]["steps"], one["provenance"]["seed"]) for one in twins("sst")}) == 1  # type: ignore[index]


@claim("units", "How far can it count?", "Here are forty")
def _(screen: Screen) -> bool:
    return "".join(screen.run.labels) == "a" * 40 + "b" * 40 and card("anbn-lstm")["trained_length"] == 20


@claim("units", "Inside quotes", "unit 21")
def _(screen: Screen) -> bool:
    return card("python-chars-lstm")["metrics"]["inside quotes, unit"] == 21 and screen.network.hidden_size == 192


@claim("units", "When to write", "the sum of two marked numbers")
def _(screen: Screen) -> bool:
    return np.flatnonzero(screen.run.inputs[:, 1]).tolist() == [20, 98]


@pytest.mark.parametrize(("slug", "title", "says", "holds"), CLAIMS, ids=[f"{one[0]}: {one[2]}" for one in CLAIMS])
def test_a_claim_is_so_on_the_model_it_names(slug: str, title: str, says: str, holds: Claim) -> None:
    step = next(one.step for one in course() if (one.lesson.slug, one.step.title) == (slug, title))
    said = " ".join((step.text, step.predict, step.reveal, step.done))
    assert says in said, "the lesson says something else now: prove that"
    assert holds(STEPS[slug, title])
