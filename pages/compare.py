"""How do A and B differ?

Two models, two sequences, or one run with gates held; what each unit is good for; and many sequences by condition.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    view = ui.open_view("compare")
    if view is not None:
        ui.compare_controls(view)
        ui.draw_compare(view)
