"""Request → view: the sequence, the model and the trace that a page draws."""
