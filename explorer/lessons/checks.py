"""Checks of what the student was asked to do: they read the choices on screen, or the run itself."""

from explorer.lessons.registry import check
from explorer.lessons.screen import Screen
from explorer.trace.holds import read_holds


@check
def on_page(screen: Screen, page: str) -> bool:
    """Whether a page is open, by its address."""
    return screen.page == page


@check
def has_chosen(screen: Screen, name: str, value: str | int) -> bool:
    """Whether a choice of the view, by the name it has in links, has this value."""
    return str(screen.choices.get(name)) == str(value)


@check
def typed_own(screen: Screen) -> bool:
    """Whether a line of one's own is read."""
    return screen.choices.get("source") == "typed" and bool(str(screen.choices.get("text", "")).strip())


@check
def at_step(screen: Screen, step: int) -> bool:
    """Whether a step is chosen, counted from 1."""
    return screen.choices.get("step") == step - 1


@check
def holds(screen: Screen, signal: str, value: float, step: int) -> bool:
    """Whether a signal is held at a value at a step, counted from 1, on the page that compares with a held run."""
    wanted = read_holds(str(screen.choices.get("holds", "")))
    return screen.choices.get("against") == "held" and any(
        one.signal == signal
        and not one.off
        and one.value == f"{value:g}"
        and one.start < step
        and (one.stop is None or step <= one.stop)
        for one in wanted
    )
