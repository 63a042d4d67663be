"""A Keras configuration → its layers by path, what each states, and which layers it reads."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.models.files.contents import Call, Layer, Read
from explorer.models.files.keras_calls import calls_of
from explorer.models.files.limits import MAX_DEPTH, check_entries

_OWN = ("keras", "tf_keras", "tensorflow")
_Entry = Mapping[str, Any]
_Output = tuple[str, int]


def read_layers(config: Any) -> dict[str, Layer]:
    """Every layer of a configuration in its order, nested models before their layers.

    A layer is named by its path, ``"encoder/lstm"`` in the nested model ``encoder``. What reads a nested model reads
    the layer that gives its output, and its first layers read what the model is called with.

    Returns:
        By path; empty where the configuration states no layers (a model whose class is the user's own).
    """
    reader = _Reader()
    if isinstance(config, dict) and _is_model(config):
        ends = reader.model(config, "", "", (), 0)
        return reader.settled(ends)
    return {}


@dataclass
class _Reader:
    """Layers as they are found, and where the outputs of nested models come from."""

    layers: dict[str, Layer] = field(default_factory=dict)
    outputs: dict[str, list[_Output]] = field(default_factory=dict)

    def model(self, value: _Entry, path: str, within: str, calls: tuple[Call, ...], depth: int) -> list[_Output]:
        """Read one model's layers; what it gives, layer by layer."""
        config = value["config"]
        entries = [one for one in _entries(config) if isinstance(one, dict) and isinstance(one.get("class_name"), str)]
        chained = value["class_name"] == "Sequential" or not isinstance(config, dict) or "output_layers" not in config
        references = [] if chained else _references(config.get("input_layers"))
        starts = {name: place for place, (name, _) in enumerate(references)}
        turns: Counter[str] = Counter()
        last: _Output | None = None
        for entry in entries:
            name = _name(entry)
            own = f"{path}/{name}" if path else name
            if chained:
                read = calls if last is None else (Call((Read(*last, "input"),)),)
            elif name in starts:
                read = tuple(_argument(call, starts[name], len(references)) for call in calls)
            else:
                read = tuple(_inside(call, path) for call in calls_of(entry.get("inbound_nodes"), entry["class_name"]))
            stem = stored_name(entry["class_name"])
            self.layer(entry, Layer(own, entry["class_name"], parent=path, stem=stem, turn=turns[stem], calls=read,
                                    within=within, foreign=_is_foreign(entry)), depth)  # fmt: skip
            turns[stem] += 1
            last = (own, 0)
        if chained:
            return [last] if last else []
        return [(f"{path}/{name}" if path else name, output) for name, output in _references(config["output_layers"])]

    def layer(self, entry: _Entry, layer: Layer, depth: int) -> None:
        """Keep one layer, and those inside it."""
        check_entries(len(self.layers), "layers")
        settings = entry.get("config")
        inner = settings.get("layer") if isinstance(settings, dict) and layer.kind == "TimeDistributed" else None
        nested = entry if _is_model(entry) else inner if isinstance(inner, dict) and _is_model(inner) else None
        if nested is None or depth > MAX_DEPTH:
            self.layers.setdefault(layer.path, replace(layer, settings=settings if isinstance(settings, dict) else {}))
            return
        self.layers.setdefault(layer.path, replace(layer, calls=(), model=True))
        within = f"TimeDistributed '{_name(entry)}'" if nested is inner else layer.within
        self.outputs[layer.path] = self.model(nested, layer.path, within, layer.calls, depth + 1)

    def settled(self, ends: Sequence[_Output]) -> dict[str, Layer]:
        """The layers, with every nested model that is read replaced by the layer that gives its output."""
        final: dict[str, set[int]] = {}
        for end in ends:
            path, output = self.source(*end)
            final.setdefault(path, set()).add(output)
        return {
            path: replace(
                layer,
                calls=tuple(replace(call, reads=tuple(self.read(one) for one in call.reads)) for call in layer.calls),
                outputs=frozenset(final.get(path, ())),
            )
            for path, layer in self.layers.items()
        }

    def read(self, read: Read) -> Read:
        return Read(*self.source(read.source, read.output), read.role)

    def source(self, path: str, output: int) -> _Output:
        """The layer behind an output of a model, at any depth."""
        for _ in range(MAX_DEPTH + 1):
            given = self.outputs.get(path)
            if not given:
                break
            path, output = given[output] if 0 <= output < len(given) else given[0]
        return path, output


def stored_name(kind: str) -> str:
    """What Keras 3 calls the first layer of a class in its files: ``simple_rnn`` for ``SimpleRNN``."""
    plain = re.sub(r"\W+", "", kind.rpartition(">")[2])
    parted = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", plain)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", parted).lower()


def _is_model(entry: _Entry) -> bool:
    config = entry.get("config")
    return isinstance(entry.get("class_name"), str) and (
        isinstance(config, list) or (isinstance(config, dict) and isinstance(config.get("layers"), list))
    )


def _entries(config: Any) -> list[Any]:
    entries: list[Any] = config if isinstance(config, list) else config["layers"]
    return entries


def _name(entry: _Entry) -> str:
    config = entry.get("config")
    name = entry.get("name") or (config.get("name") if isinstance(config, dict) else None)
    return name if isinstance(name, str) else stored_name(str(entry.get("class_name")))


def _is_foreign(entry: _Entry) -> bool:
    """Whether the file says that a class is not Keras's own."""
    module, registered = entry.get("module"), entry.get("registered_name")
    return bool(registered) and not (isinstance(module, str) and module.startswith(_OWN))


def _references(value: Any) -> list[_Output]:
    """``[[name, call, output], …]``, or a single one as Keras 3 writes it."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return []
    listed = [value] if value and isinstance(value[0], str) else value
    return [
        (one[0], one[2])
        for one in listed
        if isinstance(one, list) and len(one) > 2 and isinstance(one[0], str) and type(one[2]) is int
    ]


def _inside(call: Call, path: str) -> Call:
    """A call whose names are those of a model, by their paths."""
    return replace(
        call, reads=tuple(replace(one, source=f"{path}/{one.source}" if path else one.source) for one in call.reads)
    )


def _argument(call: Call, place: int, count: int) -> Call:
    """What one of a model's inputs gets of a call of the model."""
    inputs = [one for one in call.reads if one.role == "input"]
    return replace(call, reads=(inputs[place],) if len(inputs) == count else tuple(inputs))
