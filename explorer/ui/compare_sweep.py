"""The sweep."""

from explorer.ui.content import View


def draw_sweep(view: View) -> None:
    """Later."""
