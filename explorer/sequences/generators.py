"""Sequences made by a rule, for when there is nothing to type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.encoded import Encoded, step_labels
from explorer.sequences.limits import MAX_STEPS, check_size
from explorer.sequences.visible import legible

Values = NDArray[np.float64]
Rule = Callable[[int, np.random.Generator, Mapping[str, float]], Values]


@dataclass(frozen=True)
class Parameter:
    """One number that a generator takes, as its control needs it.

    Args:
        name: the keyword in `generate`.
        label: what the control says.
        default: value when not given.
        low: least value allowed.
        high: greatest value allowed.
        step: the control's increment; other values between are fine.
        whole: only whole numbers make sense.
    """

    name: str
    label: str
    default: float
    low: float
    high: float
    step: float
    whole: bool = False


@dataclass(frozen=True)
class Generator:
    """A named rule with its parameters; `random` says whether the seed matters."""

    name: str
    label: str
    parameters: tuple[Parameter, ...]
    rule: Rule
    random: bool = False


def _sine(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    periods = np.arange(length) / settings["period"] + settings["phase"]
    return settings["amplitude"] * np.sin(2 * np.pi * periods)


def _square(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    place_in_period = np.arange(length) / settings["period"] % 1
    return np.where(place_in_period < settings["duty"], settings["amplitude"], -settings["amplitude"])


def _impulse(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    return np.where(np.arange(1, length + 1) == settings["at"], settings["height"], 0.0)


def _step(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    return np.where(np.arange(1, length + 1) < settings["at"], settings["before"], settings["after"])


def _random_walk(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    moves = rng.normal(0.0, settings["spread"], length)
    moves[0] = settings["start"]
    return np.cumsum(moves)


def _white_noise(length: int, rng: np.random.Generator, settings: Mapping[str, float]) -> Values:
    return rng.normal(settings["mean"], settings["spread"], length)


PERIOD = Parameter("period", "Period in steps", 25.0, 2.0, 1_000.0, 1.0)
AMPLITUDE = Parameter("amplitude", "Amplitude", 1.0, 0.0, 10.0, 0.1)
PHASE = Parameter("phase", "Phase in periods", 0.0, 0.0, 1.0, 0.05)
DUTY = Parameter("duty", "Share of the period that is high", 0.5, 0.05, 0.95, 0.05)
AT = Parameter("at", "At step", 10.0, 1.0, float(MAX_STEPS), 1.0, whole=True)
HEIGHT = Parameter("height", "Height", 1.0, -10.0, 10.0, 0.1)
BEFORE = Parameter("before", "Value before", 0.0, -10.0, 10.0, 0.1)
AFTER = Parameter("after", "Value from there on", 1.0, -10.0, 10.0, 0.1)
START = Parameter("start", "First value", 0.0, -10.0, 10.0, 0.1)
MOVE = Parameter("spread", "Standard deviation of one move", 0.1, 0.0, 10.0, 0.05)
MEAN = Parameter("mean", "Mean", 0.0, -10.0, 10.0, 0.1)
SPREAD = Parameter("spread", "Standard deviation", 1.0, 0.0, 10.0, 0.1)

GENERATORS: dict[str, Generator] = {
    made.name: made
    for made in (
        Generator("sine", "Sine wave", (PERIOD, AMPLITUDE, PHASE), _sine),
        Generator("square", "Square wave", (PERIOD, AMPLITUDE, DUTY), _square),
        Generator("impulse", "One impulse", (AT, HEIGHT), _impulse),
        Generator("step", "One step", (AT, BEFORE, AFTER), _step),
        Generator("random walk", "Random walk", (MOVE, START), _random_walk, random=True),
        Generator("white noise", "White noise", (MEAN, SPREAD), _white_noise, random=True),
    )
}


def generate(name: str, length: int, seed: int = 0, **parameters: float) -> Encoded:
    """Make a sequence by one of the `GENERATORS`; the same arguments give the same numbers.

    Args:
        name: a key of `GENERATORS`.
        length: number of steps, 1 to `MAX_STEPS`.
        seed: 0 or a greater integer; matters to the random ones only.
        **parameters: numbers for that generator's parameters, each between its low and high;
            steps count from 1.

    Returns:
        Values ``(length, 1)``, the column named as the generator.

    Raises:
        EncodingError: an unknown name or parameter, or a number out of its range.

    Example:
        >>> generate("impulse", 4, at=2).values[:, 0]
        array([0., 1., 0., 0.])
    """
    if name not in GENERATORS:
        raise EncodingError(f"There is no generator '{legible(str(name))}': choose one of {', '.join(GENERATORS)}.")
    generator = GENERATORS[name]
    _check_whole("length", length, 1)
    check_size(length)
    _check_whole("seed", seed, 0)
    settings = _settings(generator, length, parameters)
    values = generator.rule(length, np.random.default_rng(seed), settings)
    return Encoded(values[:, None], step_labels(length), columns=(name,))


def _settings(generator: Generator, length: int, given: Mapping[str, Any]) -> dict[str, float]:
    known = {parameter.name: parameter for parameter in generator.parameters}
    strange = [name for name in given if name not in known]
    if strange:
        raise EncodingError(
            f"The generator {generator.name} has no '{legible(strange[0])}': it takes {', '.join(known)}."
        )
    return {name: _setting(parameter, length, given.get(name)) for name, parameter in known.items()}


def _setting(parameter: Parameter, length: int, given: Any) -> float:
    high = min(parameter.high, length) if parameter is AT else parameter.high
    if given is None:
        return min(parameter.default, high)
    is_number = isinstance(given, int | float | np.integer | np.floating) and not isinstance(given, bool)
    is_kind = is_number and (float(given).is_integer() or not parameter.whole)
    if not is_kind or not parameter.low <= given <= high:
        kind = "a whole number" if parameter.whole else "a number"
        raise EncodingError(
            f"'{parameter.label}' is {legible(str(given))}: give {kind} from {parameter.low:,.6g} to {high:,.6g}."
        )
    return float(given)


def _check_whole(what: str, value: Any, low: int) -> None:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < low:
        raise EncodingError(f"The {what} is {legible(str(value))}: give a whole number from {low} on.")
