"""What is in this model, or in my checkpoint?

Its shapes, its parameters by gate, its code; and random weights of any shape to build.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    ui.draw_models(ui.open_view("models"))
