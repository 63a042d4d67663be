"""Groups."""

from explorer.ui.content import View


def draw_groups(view: View) -> None:
    """Later."""
