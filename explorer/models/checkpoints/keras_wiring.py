"""What a Keras configuration's graph puts before and after a recurrent layer."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from explorer.models.checkpoints.keras_settings import activation, wrapper_of
from explorer.models.files import Layer, Read, named
from explorer.models.files.keras_calls import RECURRENT

_NOISE = {"Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"}
_TRANSPARENT = _NOISE | {f"SpatialDropout{sizes}D" for sizes in (1, 2, 3)} | {"InputLayer", "Masking", "Identity"}
"""Layers that give what they read, once a model is trained."""
_LISTED = 24
_LOOKED_AT = 100
"""How many layers a walk looks at, and how many edges of each: more than a page can name."""


@dataclass(frozen=True)
class Before:
    """What reaches a layer.

    Attributes:
        between: what stands between the input, the embedding or the recurrent layer below, and this layer.
        embedding: the layer that is joined to this one directly, or None.
        below: the recurrent layer that this one reads directly, or None.
        masked: the layers whose masks may reach this one.
        states: the layers that give it its initial state.
        remote: embeddings that reach it through other layers.
    """

    between: tuple[str, ...] = ()
    embedding: Layer | None = None
    below: Layer | None = None
    masked: tuple[Layer, ...] = ()
    states: tuple[str, ...] = ()
    remote: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class After:
    """What reads a layer.

    Attributes:
        after: what stands between this layer and what reads it, up to the next recurrent layer or the end.
        heads: the dense layer at the model's end that reads this layer directly, where there is one.
        above: the recurrent layers that read this one directly.
    """

    after: tuple[str, ...] = ()
    heads: tuple[Layer, ...] = ()
    above: tuple[Layer, ...] = ()


@dataclass(frozen=True)
class Wiring:
    """The graph of a configuration.

    Args:
        layers: by path.
    """

    layers: Mapping[str, Layer] = field(default_factory=dict)

    @cached_property
    def _reads(self) -> dict[str, list[Read]]:
        return {
            path: [read for call in layer.calls[:_LOOKED_AT] for read in call.reads[:_LOOKED_AT]][:_LOOKED_AT]
            for path, layer in self.layers.items()
        }

    @cached_property
    def _readers(self) -> dict[str, list[tuple[Layer, Read]]]:
        found: dict[str, list[tuple[Layer, Read]]] = {}
        for path, reads in self._reads.items():
            for read in reads:
                readers = found.setdefault(read.source, [])
                if len(readers) < _LOOKED_AT:
                    readers.append((self.layers[path], read))
        return found

    @cached_property
    def _order(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self.layers)}

    def before(self, layer: Layer) -> Before:
        """What reaches a layer."""
        seen = self._upstream(layer, lambda one: one.kind in RECURRENT or one.kind == "Embedding")
        near = [self.layers[path] for path in self._sources(layer)]
        only = near[0] if len(near) == 1 else None
        embedding = only if only is not None and only.kind == "Embedding" else None
        recurrent = only is not None and only.kind in RECURRENT and only.within == layer.within
        below = only if only is not None and recurrent and not self._takes_states(layer, only) else None
        between = [one for one in seen if not is_transparent(one) and one.kind != "Embedding"]
        states = [self.layers[read.source] for read in self._reads[layer.path] if read.role == "state"
                  and read.source in self.layers]  # fmt: skip
        return Before(
            self._listed(between),
            embedding,
            below,
            tuple(one for one in seen if _gives_mask(one) and self._mask_flows(layer, one)),
            tuple(dict.fromkeys(shown_layer(one) for one in states if one.kind != "InputLayer")),
            tuple(one for one in seen if one.kind == "Embedding" and one is not embedding),
        )

    def after(self, layer: Layer, joins: bool = True) -> After:
        """What reads a layer.

        Args:
            layer: the layer.
            joins: whether its numbers at each step are what a dense layer behind it reads.
        """
        outputs = (0,) if layer.kind == "Bidirectional" else (0, 1)
        near = [(one, read) for one, read in self._nearest_readers(layer)
                if read.role == "input" and one.within == layer.within]  # fmt: skip
        dense = {one.path: one for one, read in near if wrapper_of(one)[0] == "Dense"
                 and (read.output in outputs or read.source != layer.path)}  # fmt: skip
        heads = [one for one in dense.values() if self._ends(one)]
        attached = heads if joins and len(heads) == 1 else []
        seen = self._downstream(layer)
        skipped = {one.path for head in attached for one in (head, *self._downstream(head))}
        after = [one for one in seen if one.path not in skipped and not is_transparent(one)]
        above = {one.path: one for one, read in near if one.kind in RECURRENT and read.output == 0}
        return After(self._listed(after), tuple(attached), tuple(above.values()))

    def before_embedding(self, embedding: Layer) -> tuple[str, ...]:
        """What stands between the input and an embedding."""
        return self._listed(one for one in self._upstream(embedding, lambda _: False) if not is_transparent(one))

    def squash_of(self, head: Layer) -> str:
        """What a dense layer's values are squashed with, by itself or by the layer behind it."""
        own = activation(wrapper_of(head)[1].get("activation"))
        for reader, _ in self._nearest_readers(head) if own == "linear" else ():
            own = _squashing(reader) or own
        return own

    def _ends(self, head: Layer) -> bool:
        """Whether nothing but a squashing stands between a layer and the model's outputs."""
        readers = self._downstream(head)
        return all(_squashing(one) or is_transparent(one) for one in readers) and any(
            one.outputs for one in (head, *readers)
        )

    def _takes_states(self, layer: Layer, below: Layer) -> bool:
        return any(read.role == "state" and read.source == below.path for read in self._reads[layer.path])

    def _sources(self, layer: Layer) -> list[str]:
        """The layers that a layer reads, through what is transparent."""
        found: dict[str, None] = {}
        self._walk([layer.path], lambda one: self._step(one, layer.path, found))
        return list(found)

    def _step(self, path: str, start: str, found: dict[str, None]) -> list[str]:
        here = self.layers[path]
        if path != start and not is_transparent(here):
            found[path] = None
            return []
        return [read.source for read in self._reads[here.path] if read.role == "input"]

    def _upstream(self, layer: Layer, stops: Callable[[Layer], bool]) -> list[Layer]:
        """Every layer before one, in the graph's order, up to those that stop the walk."""

        def step(path: str) -> list[str]:
            here = self.layers[path]
            stopped = path != layer.path and stops(here)
            return [] if stopped else [read.source for read in self._reads[here.path] if read.role == "input"]

        return self._sorted(self._walk([layer.path], step) - {layer.path})

    def _downstream(self, layer: Layer) -> list[Layer]:
        """Every layer behind one, in the graph's order, up to recurrent ones."""

        def step(path: str) -> list[str]:
            stopped = path != layer.path and self.layers[path].kind in RECURRENT
            return [] if stopped else [one.path for one, read in self._readers.get(path, ()) if read.role != "mask"]

        return self._sorted(self._walk([layer.path], step) - {layer.path})

    def _nearest_readers(self, layer: Layer) -> list[tuple[Layer, Read]]:
        """The layers that read one, through what is transparent."""
        found: list[tuple[Layer, Read]] = []

        def step(path: str) -> list[str]:
            onward = []
            for one, read in self._readers.get(path, ()):
                if is_transparent(one):
                    onward.append(one.path)
                else:
                    found.append((one, read))
            return onward

        self._walk([layer.path], step)
        return found

    def _walk(self, starts: list[str], step: Callable[[str], list[str]]) -> set[str]:
        """Every layer that is reached, each looked at once, and no more than a page can name."""
        seen: set[str] = set()
        waiting = deque(starts)
        while waiting and len(seen) < _LOOKED_AT:
            path = waiting.popleft()
            if path not in seen and path in self.layers:
                seen.add(path)
                waiting += step(path)
        return seen

    def _mask_flows(self, layer: Layer, giver: Layer) -> bool:
        """Whether nothing on the way says that it reads no mask."""
        path = layer
        for _ in range(_LOOKED_AT):
            sources = [self.layers[read.source] for read in self._reads[path.path] if read.role == "input"
                       and read.source in self.layers]  # fmt: skip
            inner = any(one.kind == "InputLayer" and one.calls for one in sources)
            if not inner and any(call.masked is False for call in path.calls):
                return False
            if len(sources) != 1 or sources[0] is giver:
                return True
            path = sources[0]
        return True

    def _sorted(self, paths: Iterable[str]) -> list[Layer]:
        return [self.layers[path] for path in sorted(paths, key=self._order.__getitem__)]

    def _listed(self, layers: Iterable[Layer]) -> tuple[str, ...]:
        every = list(layers)
        more = (f"{len(every) - _LISTED} more",) if len(every) > _LISTED else ()
        return (*map(shown_layer, every[:_LISTED]), *more)


def is_transparent(layer: Layer) -> bool:
    """Whether a layer gives what it reads, once its model is trained."""
    return layer.kind in _TRANSPARENT or _squashing(layer) == "linear"


def shown_layer(layer: Layer) -> str:
    """A layer as the page names it: ``Conv1D 'conv'``."""
    return f"{named(layer.kind)[1:-1]} {named(layer.path)}"


def _gives_mask(layer: Layer) -> bool:
    return layer.kind == "Masking" or (layer.kind == "Embedding" and layer.settings.get("mask_zero") is True)


def _squashing(layer: Layer) -> str:
    """The name of a layer's squashing where it is nothing else, or ""."""
    if layer.kind == "Activation":
        return activation(layer.settings.get("activation"))
    return {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu"}.get(layer.kind, "")
