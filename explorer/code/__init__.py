"""MODELS AND VIEWS AS PYTHON: code that runs by itself and gives the same numbers."""
