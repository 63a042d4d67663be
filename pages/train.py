"""How do gates come to be?

Networks that differ in their cell alone, trained side by side: the table, the forecasts, the film.
"""

import streamlit as st

from explorer import ui

ui.enter(__file__)

with st.container(gap="xsmall", key="page"):
    ui.open_train()
    ui.draw_train()
