"""The view on screen as a few lines for a notebook."""

from explorer.code.notebook import Shown, as_notebook
from explorer.ui.session.catalogue import RANDOM, shown_text
from explorer.ui.session.own import own
from explorer.ui.view.view import View, initial_states


def notebook_code(view: View, units: tuple[int, ...]) -> str:
    """Code that makes the same model, the same run and the same picture.

    Args:
        view: the run.
        units: those shown, from top to bottom.
    """
    request, kept = view.request, own(view.request.model)
    return as_notebook(
        Shown(
            model=view.model,
            encoded=view.encoded,
            units=units,
            layer=request.shown.layer,
            direction=request.shown.direction,
            signal=(request.shown.signal or view.trace.signals[0]) if request.shown.view == "layers" else "",
            states=initial_states(request, view.model),
            zeros=request.initial.start == "zeros",
            text=shown_text(request),
            seed=request.build.seed if request.model == RANDOM else None,
            source="" if kept is None else kept.source,
            trace_file=f"gates-{request.model}.npz",
            is_window=view.is_window,
        )
    )
