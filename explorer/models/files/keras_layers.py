"""What a Keras configuration states of its layers, by the names that their weights have in the file."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from explorer.models.files.limits import MAX_DEPTH, check_entries

_OWN_NAMES = {"LSTM": "lstm", "GRU": "gru", "SimpleRNN": "simple_rnn", "RNN": "rnn", "Bidirectional": "bidirectional"}


def layer_settings(config: Any) -> dict[str, Mapping[str, Any]]:
    """The settings of every layer that states some, by its own name and by the name of its kind and turn.

    Files of Keras 3 name a layer's weights after its class and its turn (``lstm``, ``lstm_1``), whatever the
    layer itself is called; older ones after the layer.

    Returns:
        By name: the settings of the recurrent layer, with ``merge_mode`` of the wrapper where there is one.
    """
    turns: Counter[str] = Counter()
    own: dict[str, Mapping[str, Any]] = {}
    by_turn: dict[str, Mapping[str, Any]] = {}
    for kind, settings in _layers(config):
        stem = _OWN_NAMES.get(kind) or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
        turn = turns[stem]
        turns[stem] += 1
        by_turn[f"{stem}_{turn}" if turn else stem] = settings
        name = settings.get("layer_name")
        if isinstance(name, str):
            own.setdefault(name, settings)
    return own | {name: settings for name, settings in by_turn.items() if name not in own}


def _layers(config: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every layer in order: its class and its settings."""
    waiting: list[tuple[Any, int]] = [(config, 0)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        check_entries(count // 50, "settings")
        if depth > MAX_DEPTH:
            continue
        if isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in reversed(value)]
        elif isinstance(value, dict):
            kind, settings = value.get("class_name"), value.get("config")
            if isinstance(kind, str) and isinstance(settings, dict) and "layers" not in settings:
                yield kind, _innermost(settings)
            else:
                waiting += [(inner, depth + 1) for inner in reversed(value.values())]


def _innermost(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings that have units, inside any wrappers, with the outermost name and way of merging."""
    outer = {"layer_name": settings.get("name")} | {
        key: settings[key] for key in ("merge_mode",) if isinstance(settings.get(key), str | None) and key in settings
    }
    inner: Any = settings
    for _ in range(MAX_DEPTH):
        if "units" in inner:
            break
        wrapped = inner.get("layer") or inner.get("cell") or inner.get("forward_layer")
        if not isinstance(wrapped, dict) or not isinstance(wrapped.get("config"), dict):
            break
        inner = wrapped["config"]
    return dict(inner) | outer
