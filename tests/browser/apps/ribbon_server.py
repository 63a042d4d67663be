"""The server of the ribbon's page: the app's own door, behind which our scripts lie."""

import streamlit as st
from starlette.middleware import Middleware

from explorer.door import Door, opened

app = st.App("ribbon_app.py", lifespan=opened, middleware=[Middleware(Door)])
