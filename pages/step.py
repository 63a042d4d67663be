"""What exactly happens in one step?

One unit of one cell at one step: as a living diagram, as arithmetic, and each gate split into its causes.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    view = ui.open_view("step")
    if view is not None:
        ui.step_controls(view)
        step = ui.open_step(view)
        if step is not None:
            ui.draw_step(step)
