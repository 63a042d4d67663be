"""What a Keras file's graph says of one recurrent layer: embedding, mask, head, and sentences about the rest.

Layers, embedding and head are joined only where the graph joins them with nothing but dropout and its like between.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.keras_places import Home
from explorer.models.checkpoints.keras_stacks import Part, merges, recurrent_settings
from explorer.models.checkpoints.keras_wiring import Before, Wiring, shown_layer
from explorer.models.checkpoints.readouts import features
from explorer.models.files import Contents, Layer, named


def wired(part: Part, wiring: Wiring, places: Mapping[str, Home], contents: Contents) -> Part:
    """A network with what its file's graph puts before and after it.

    Args:
        part: the network, nothing known yet but its own weights.
        wiring: the graph.
        places: every layer's tensors, by path.
        contents: the file.
    """
    layer, group = part.home.layer, part.group
    if layer is None:
        return replace(part, group=_unseen(part, contents))
    lowest, highest = part.level == 0, part.level == part.levels - 1
    joins = merges(layer) == "concat" and not layer.within and layer.kind != "TimeDistributed"
    before, after = wiring.before(layer), wiring.after(layer, joins)
    embedding = before.embedding if lowest else None
    table = _embedding(group.input_size, embedding, places, contents)
    head, gives, said = _head(part, after.heads if highest else (), wiring, places, contents)
    mask = 0 if table and before.embedding in before.masked else None
    notes = (*group.notes, *_own_notes(layer), *_notes_before(before, wiring), *said, *_mask_notes(layer, before, mask))
    joined = replace(
        group,
        notes=tuple(dict.fromkeys(notes)),
        between=before.between if lowest else (shown_layer(layer),),
        after=after.after if highest else (shown_layer(layer),),
        embedding=table,
        head=head,
        mask=mask,
        wired=True,
        gives=gives,
        reads="ends" if head and layer.kind == "Bidirectional" and not _gives_all(layer) else "step",
    )
    return replace(part, group=joined, before=before, after=after)


def _unseen(part: Part, contents: Contents) -> Group:
    """A network that the file's graph, if there is one, does not show: nothing is joined to it."""
    if not contents.states_layers:
        return part.group
    inside = part.home.inside
    said = (
        f"It stands inside {shown_layer(inside)}, of which the file states nothing: Keras's own layer is assumed."
        if inside
        else "The file's graph does not show where this layer stands, so nothing is joined to it."
    )
    return replace(part.group, notes=(*part.group.notes, said), wired=True)


def _embedding(size: int, layer: Layer | None, places: Mapping[str, Home], contents: Contents) -> str | None:
    """The table of an embedding that fits a network."""
    home = places.get(layer.path) if layer else None
    for name in home.tensors.values() if home else ():
        values = contents.tensors[name]
        if values.ndim == 2 and values.shape[1] == size and values.dtype.kind == "f":
            return name
    return None


def _head(
    part: Part, heads: tuple[Layer, ...], wiring: Wiring, places: Mapping[str, Home], contents: Contents
) -> tuple[str | None, Literal["class", "value"] | None, list[str]]:
    """The matrix of the dense layer behind a network, what it gives, and what to say of it."""
    home = places.get(heads[0].path) if heads else None
    size = part.group.output_size
    for name in home.tensors.values() if home else ():
        kernel = "kernel" in name or name.endswith("vars/0")
        if kernel and features(contents.tensors[name], name, size) is not None:
            shown, squash = named(heads[0].path), wiring.squash_of(heads[0])
            said = (
                f"The head {shown} is linear in Keras: what it gives are values."
                if squash == "linear"
                else f"The head {shown} squashes with {named(squash)} in Keras: its numbers are shown before that."
            )
            last = part.home.layer is not None and not _gives_all(part.home.layer)
            when = ["Keras asks the head after the last step; here it answers at each step, for what came so far."]
            return name, "class" if squash == "softmax" else "value", [said, *(when if last else [])]
    return None, None, []


def _gives_all(layer: Layer) -> bool:
    return recurrent_settings(layer).get("return_sequences") is True


def _own_notes(layer: Layer) -> list[str]:
    """Sentences about how Keras runs a layer where that is not how it is run here."""
    notes = []
    if recurrent_settings(layer).get("go_backwards") is True:
        notes.append("This layer reads from the end (go_backwards): give it the sequence turned round.")
    if merges(layer) != "concat":
        way = "not at all" if merges(layer) is None else f"by {named(merges(layer))}"
        notes.append(f"Keras merges its two directions {way}; here they stand side by side, and no head is joined.")
    if len(layer.calls) > 1:
        notes.append(f"The model uses this layer {len(layer.calls)} times, with the same weights.")
    outer = layer.within or (shown_layer(layer) if layer.kind == "TimeDistributed" else "")
    if outer:
        notes.append(f"{outer} runs it for each item of an outer sequence: give it one item.")
    return notes


def _notes_before(before: Before, wiring: Wiring) -> list[str]:
    """Sentences about what reaches a layer in Keras and does not here."""
    notes = []
    if before.states:
        given = ", ".join(before.states[:2])
        notes.append(f"In Keras it starts at a state from {given}; here it starts at zeros unless h_0 is given.")
    earlier = wiring.before_embedding(before.embedding) if before.embedding else ()
    if earlier:
        notes.append(f"Before the embedding stands {', '.join(earlier[:2])}, which is not applied here.")
    if before.remote:
        names = ", ".join(shown_layer(one) for one in before.remote[:2])
        notes.append(f"{names} reaches it only through other layers, so it reads numbers here.")
    return notes


def _mask_notes(layer: Layer, before: Before, mask: int | None) -> list[str]:
    """Sentences about steps that Keras leaves out."""
    notes = []
    zeroed = layer.kind == "Bidirectional" or recurrent_settings(layer).get("zero_output_for_mask") is True
    if mask is not None and zeroed and _gives_all(layer):
        notes.append("At masked steps Keras gives 0 to the next layer; the state that it holds is shown.")
    for one in before.masked[:2]:
        if one is before.embedding and mask is not None:
            continue
        value = one.settings.get("mask_value", 0.0)
        stated = f"{value:g}" if isinstance(value, int | float) else "one value"
        what = f"whose inputs are all {stated}" if one.kind == "Masking" else "of the id 0"
        notes.append(f"Keras holds the state at steps {what} ({shown_layer(one)}); here such steps are computed.")
    return notes
