"""What did every gate do at every step of my sequence?

Every signal of one layer as heatmaps over the sequence, under one crosshair.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    view = ui.open_view("gates", bar_waits=True)
    if view is not None:
        ui.say_opening(view)
        cursor = ui.draw_stack(view)
        ui.finish()
        ui.view_controls(view)
        ui.facts(view, len(cursor.units))
        if not view.request.presenter:
            ui.answer(view, cursor)
            ui.write_on(view)
            ui.draw_unit(view, cursor)
            ui.downloads(view, cursor)
            ui.introduce(view)
            ui.explain(view)
