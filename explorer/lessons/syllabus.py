"""What the course must show: fifteen things that are taught, and seventeen questions that learners really ask."""

from types import MappingProxyType

TAUGHT = MappingProxyType({
    "S1": "A recurrent neuron: x and the state before go in, y and the new state come out; its memory is short",
    "S2": "The vanishing gradient: a product of many factors goes to 0",
    "S3": "The LSTM: cell state and hidden state, three gates and a candidate",
    "S4": "The GRU: one state, reset and update gate",
    "S5": "The equations, in two notations, with the step's numbers put in",
    "S6": "Every argument of nn.LSTM, nn.GRU and nn.RNN, and the shapes that follow",
    "S7": "Initial states: zeros, or given, and what they change",
    "S8": "Many to one: the last step's output into a linear layer; stacked layers",
    "S9": "A classifier that reads both ways and joins h_n[-2] and h_n[-1]",
    "S10": "A language model writes, with temperature",
    "S11": "A cell by hand learns sine waves",
    "S12": "Extreme gates: all ones, all zeros",
    "S13": "LSTM, GRU and RNN: gates, states, parameters, speed, score",
    "S14": "One series, three cells trained alike, a table of errors",
    "S15": "The shapes of input and output",
})  # fmt: skip
"""Number → what is taught, in the order of the course that the app replaces."""

QUESTIONS = MappingProxyType({
    "output-or-h-n": "`output` or `h_n`?",
    "half-matches": "Why does only half of a BiLSTM match?",
    "mirrored-input": "Why does mirrored input not swap the directions?",
    "steps-features-stateful": "Time steps, features, stateful?",
    "num-units": "What are num_units?",
    "cell-or-hidden": "Cell state or hidden state?",
    "396-parameters": "Why 396 parameters?",
    "two-biases": "Why two biases?",
    "tanh-times-sigmoid": "Why tanh times sigmoid?",
    "both-gru-gates": "Why has a GRU both gates?",
    "which-gate-can-go": "Which gate can go?",
    "why-not-vanish": "Gates are below 1: why does it not vanish?",
    "pack-and-pad": "Why pack, and what does padding do?",
    "forecast-shifted": "Why is my forecast the last value, shifted?",
    "zero-initial-state": "Is a zero initial state right?",
    "teacher-forcing": "Teacher forcing, or its own output?",
    "cell-at-every-step": "How do I get the cell state at every step?",
})  # fmt: skip
"""Key → question."""
