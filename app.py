"""Gate Explorer: every gate of an RNN, LSTM or GRU, at every step."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.door import Door, opened
from explorer.guard import Guard

if get_script_run_ctx(suppress_warning=True) is None:  # the server asks what to serve
    app = st.App(__file__, lifespan=opened, middleware=[Middleware(Guard), Middleware(Door)])
else:  # a session asks for its page
    from explorer.ui import frame

    frame.run()
