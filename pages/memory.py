"""What is remembered, how long, and who wrote it?

One picture at a time: the ledger of a state, time constants, gradients through time, and forgetting.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    view = ui.open_view("memory")
    if view is not None:
        ui.memory_controls(view)
        ui.draw_memory(view)
