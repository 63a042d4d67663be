"""Models as people write them, around recurrent modules of PyTorch's."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Tagger(nn.Module):
    """Two layers both ways over packed tokens, attention on top."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(30, 6, padding_idx=0)
        self.lstm = nn.LSTM(6, 5, num_layers=2, bidirectional=True, batch_first=True, dropout=0.3)
        self.attention = nn.MultiheadAttention(10, 2, batch_first=True)
        self.head = nn.Linear(10, 3)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(self.embedding(ids), lengths, batch_first=True, enforce_sorted=False)
        states, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        mixed, _ = self.attention(states, states, states, key_padding_mask=ids == 0)
        return self.head(mixed)


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(30, 4)
        self.gru = nn.GRU(4, 6)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """(time, batch) ids, the longest first."""
        return self.gru(pack_padded_sequence(self.embedding(ids), lengths))[1][0]


class Decoder(nn.Module):
    """An LSTM's cell that begins with the encoder's state and reads the words to write, or those it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(30, 4)
        self.cell = nn.LSTMCell(4, 6)
        self.out = nn.Linear(6, 30)

    def forward(self, state: Tensor, ids: Tensor, forced: bool) -> tuple[Tensor, Tensor]:
        """The logits, and the words that were read, (time, batch)."""
        h, c = state, torch.zeros_like(state)
        word, read, written = ids[0], [], []
        for step in range(len(ids)):
            word = ids[step] if forced else word
            read.append(word)
            h, c = self.cell(self.embedding(word), (h, c))
            written.append(self.out(h))
            word = written[-1].argmax(-1)
        return torch.stack(written), torch.stack(read)


class Translator(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, ids: Tensor, lengths: Tensor, words: Tensor, forced: bool = True) -> tuple[Tensor, Tensor]:
        return self.decoder(self.encoder(ids, lengths), words, forced)


class Convolved(nn.Module):
    """A convolution over time, then a GRU."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Sequential(nn.Conv1d(2, 4, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool1d(2))
        self.gru = nn.GRU(4, 5, batch_first=True)
        self.head = nn.Linear(5, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, time)."""
        return self.head(self.gru(self.convolution(x).transpose(1, 2))[0][:, -1])


class Forecaster(nn.Module):
    """Reads windows one after the other and carries its states on."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True)
        self.head = nn.Linear(4, 1)
        self.state: Any = None

    def forward(self, window: Tensor) -> Tensor:
        states, ended = self.lstm(window, self.state)
        self.state = tuple(one.detach() for one in ended)
        return self.head(states[:, -1])


class Twins(nn.Module):
    """One LSTM for both sides of a pair."""

    def __init__(self) -> None:
        super().__init__()
        self.left = nn.LSTM(3, 4, batch_first=True, proj_size=2)
        self.right = self.left

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return (self.left(one)[1][0] - self.right(other)[1][0]).abs().sum()


class LanguageModel(nn.Module):
    """Input and output share their embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(20, 6)
        self.rnn = nn.RNN(6, 6, nonlinearity="relu")
        self.out = nn.Linear(6, 20, bias=False)
        self.out.weight = self.embedding.weight

    def forward(self, ids: Tensor) -> Tensor:
        return self.out(self.rnn(self.embedding(ids))[0])


class Lightning(nn.Module):
    """A wrapper with the model in an attribute and the step of a training beside it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, *given: Any) -> Any:
        return self.model(*given)

    def training_step(self, batch: Tensor) -> Tensor:
        return nn.functional.cross_entropy(self(batch[:-1]).flatten(0, 1), batch[1:].flatten())
