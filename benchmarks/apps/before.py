"""The Gates page as it was drawn before, for comparison only.

The ribbon first, a moment later the panels as one of Streamlit's own Plotly charts; no panels in the first answer.
"""

import time

import plotly.graph_objects as go
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.door import Door, opened

MOMENT = 0.35


def draw_stack(view):  # type: ignore[no-untyped-def]
    """The ribbon, then the panels."""
    from explorer.ui.parts import stack
    from explorer.ui.parts.window import CONFIG

    cursor = stack.choose(view)
    told = stack.read_along(view, cursor)
    if "painted" not in st.session_state:
        time.sleep(MOMENT)
    st.session_state["painted"] = True
    chart = stack._stack(view, cursor.units)
    st.plotly_chart(go.Figure(chart.figure), theme=None, config=CONFIG, key="stack", alt=chart.alt)
    stack._let_it_draw(view.request)
    return told


if get_script_run_ctx(suppress_warning=True) is None:
    app = st.App(__file__, lifespan=opened, middleware=[Middleware(Door)])
else:
    from explorer.ui import first, frame
    from explorer.ui.gates import page

    page.draw_stack = draw_stack
    first.first_panels = lambda view: ""
    first._WANTED["gates"] = ("width", "view", "lines")
    frame.run()
