"""WHAT A MODEL IS: cells in layers and directions, where they come from, and what may be said of them."""
