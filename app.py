"""Gate Explorer: every gate of an RNN, LSTM or GRU, at every step."""

from explorer.ui import frame

frame.run()
