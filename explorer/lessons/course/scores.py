"""Which of the networks trained alike did best on data that they never saw."""

from explorer.cells import CELLS
from explorer.errors import LessonError
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.models import list_models, load_card
from explorer.training.metrics import metric_of


@answer
def best_cell(screen: Screen) -> Answer:
    """The cell with the best score on held-out data of the task on screen; ``detail`` is every score."""
    task = screen.network.card.get("task")
    cards = [load_card(name) for name in list_models() if task and load_card(name).get("task") == task]
    if not cards:
        raise LessonError("This network was not trained beside others: go back to the step's view.")
    metric = metric_of(str(cards[0]["metric"]))
    scores = {CELLS[card["kind"]].title: float(card["metrics"][metric.name]) for card in cards}
    best = (max if metric.greater else min)(scores, key=lambda title: scores[title])
    return Answer(best, " · ".join(f"{title} {metric.spell(score)}" for title, score in scores.items()))
