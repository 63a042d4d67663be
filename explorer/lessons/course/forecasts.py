"""Whether a forecast says more than the last value."""

from explorer.errors import LessonError
from explorer.lessons.course.words import number, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures.lags import forecast_lags

_LAST = "the last value"


@answer
def nearest_lag(screen: Screen) -> Answer:
    """The lag whose truth the forecast is nearest to; ``detail`` is the mean distances at lag 0 and 1."""
    found = forecast_lags(screen.network, screen.run)
    if found is None:
        raise LessonError("This network forecasts no series of its own: go back to the step's view.")
    return Answer(found.nearest, f"{number(float(found.errors[0]))} · {number(float(found.errors[1]))}")


@answer
def beats_last_value(screen: Screen) -> Answer:
    """Whether the network did better on held-out data than repeating the last value; ``detail`` is both scores."""
    card = screen.network.card
    metric = str(card.get("metric", ""))
    if metric not in card.get("metrics", {}) or _LAST not in card.get("baselines", {}):
        raise LessonError("This network's card has no such score: go back to the step's view.")
    own, last = card["metrics"][metric], card["baselines"][_LAST]
    return Answer(yes(own < last), f"{metric} {number(own)} · {number(last)}")
