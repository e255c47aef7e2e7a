"""A call of a procedure: its arguments as settings, and what is to be painted on."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from arguments import read_arguments, set_arguments
from bridge.contract.errors import BadInput
from bridge.contract.geometry import Extents
from bridge.contract.knobs import COLORIZE, STYLIZE, Knob
from bridge.contract.outcome import Outcome
from bridge.contract.settings import Settings, knobs
from bridge.i18n.texts import tr
from bridge.session.gallery import Gallery
from bridge.session.outputs import OUTPUT
from bridge.session.remedies import on_painting
from bridge.session.shelf import EVERYTHING, REFERENCES
from bridge.session.styles import STYLE, chosen
from bridge.storage.paths import Installation
from edit import EditHost
from entries import COLOR, EDIT, LABEL_LAYER, LAYERS, STRENGTH_LAYER, Entry
from gi.repository import Gimp
from host import GimpHost
from memory import origin_of, outcomes_of
from small import SmallHost

_GONE = {
    LABEL_LAYER: "The layer of labels that this one was painted with is gone: undo its removal, "
    "choose another one, or go on without.",
    STRENGTH_LAYER: "The layer of strengths that this one was painted with is gone: undo its "
    "removal, choose another one, or go on without.",
}


class Call:
    """What a person or a script asks for. What the dialog changes goes into the arguments."""

    def __init__(
        self,
        entry: Entry,
        config: Gimp.ProcedureConfig,
        image: Gimp.Image,
        layers: Sequence[Gimp.Layer],
    ) -> None:
        """Look at the layers.

        Args:
            entry, config: the procedure, and its arguments.
            image, layers: what is painted on, one after another.

        Raises:
            BadInput: a layer, or its image, can't be painted on.
        """
        self.entry, self.config = entry, config
        self.notes: list[str] = []
        """What a person is to know before it is painted."""
        self.paintings: list[tuple[Gimp.Layer, BadInput]] = []
        """Those that were chosen, whose originals are painted again, and what is said of each."""
        self._image = image
        self._layers = list(layers) if entry is EDIT else self._originals(layers)
        self._hosts = self.hosts()
        self.host = self._hosts[0]
        """The first of what is painted on: a dialog shows this one."""
        for layer in LAYERS:
            config.connect(f"notify::{layer}", lambda *_: self._look_at_layers())

    def _originals(self, layers: Sequence[Gimp.Layer]) -> list[Gimp.Layer]:
        """The layers, of each painting the one it was painted from, and none of them twice."""
        found: dict[int, Gimp.Layer] = {}
        for layer in layers:
            origin = origin_of(layer, self._image)
            if origin is not None:
                told = on_painting(layer.get_name(), origin.get_name())
                self.notes.append(tr(told))
                self.paintings.append((layer, told))
                layer = origin
            found[layer.get_id()] = layer
        return list(found.values())

    def seen(self) -> SmallHost:
        """What is previewed: the first of what is painted on."""
        return SmallHost(self.host)

    def ahead(self) -> GimpHost | None:
        """The first of what is painted on, to be read once; GIMP ends no stroke for that."""
        host = self.hosts()[0]
        host.lands = False
        return host

    def render(self, host: GimpHost) -> SmallHost:
        """What is seen of one of the hosts."""
        return SmallHost(host)

    def extents(self) -> list[Extents]:
        """The sizes of what is painted on; nothing where a layer is gone."""
        with contextlib.suppress(BadInput):
            return [host.extent() for host in self._hosts]
        return []

    def outcomes(self) -> list[Outcome]:
        """What the paintings of the first of what is painted on remember."""
        return outcomes_of(self.host.layer, self._image)

    def hosts(self) -> list[GimpHost]:
        """What to paint on. Raises BadInput as :meth:`__init__` does."""
        if self.entry is COLOR and self._image.get_base_type() == Gimp.ImageBaseType.GRAY:
            raise BadInput(
                "A grey image can't hold colours: choose Image ▸ Mode ▸ RGB, then try again."
            )
        if self.entry is EDIT:
            return [EditHost(self._image, layer, self._given()) for layer in self._layers]
        output = self.config.get_property(OUTPUT.option)
        return [GimpHost(self._image, layer, output, self._given()) for layer in self._layers]

    @property
    def knobs(self) -> tuple[Knob, ...]:
        """Those a person meets in the dialog: of a layer that is edited, what made it."""
        if not isinstance(self.host, EditHost):
            return self.entry.arguments
        return knobs(COLORIZE if self._is_sketch else STYLIZE)

    @property
    def sources(self) -> Collection[str]:
        """Where the styles come from that a person may choose."""
        return REFERENCES if self._is_sketch else EVERYTHING

    @property
    def _is_sketch(self) -> bool:
        anew = isinstance(self.host, EditHost) and self.host.memory.settings.sketch
        return anew or self.entry is COLOR

    def settings(self) -> Settings:
        """How to paint. Raises BadInput for a file that is not on this computer."""
        values = read_arguments(self.config, self.entry.knobs)
        return Settings(**values, sketch=self._is_sketch)

    def set(self, values: Mapping[str, Any]) -> None:
        """Change some of the settings."""
        changed = [knob for knob in self.entry.knobs if knob.name in values]
        set_arguments(self.config, changed, replace(self.settings(), **values))

    def load(self, settings: Settings) -> None:
        """Change all of them."""
        set_arguments(self.config, self.entry.knobs, settings)

    def editing(self) -> tuple[Gimp.Procedure, Call]:
        """What edits the paintings that were chosen, whose originals this would paint again."""
        procedure = Gimp.get_pdb().lookup_procedure(EDIT.name)
        paintings = [layer for layer, _ in self.paintings]
        return procedure, Call(EDIT, procedure.create_config(), self._image, paintings)

    def begin(self) -> None:
        """Fill in what a dialog comes up with, beyond GIMP's last values.

        A painting is shown as it was painted; and somebody who opens the dialog for the first time
        sees at once what it does.
        """
        if isinstance(self.host, EditHost):
            memory = self.host.memory
            self.load(memory.settings.on_machine_of(self.settings()))
            if (lost := memory.told()) is not None:
                self.notes.append(tr(lost))
            for argument, tattoo in (
                (LABEL_LAYER, memory.labels),
                (STRENGTH_LAYER, memory.strengths),
            ):
                if tattoo is not None:
                    layer = self._image.get_layer_by_tattoo(tattoo)
                    self.config.set_property(argument, layer)
                    if layer is None:
                        self.notes.append(tr(_GONE[argument]))
        settings = self.settings()
        offered = Gallery(Installation.here()).styles()
        styles = [style for style in offered if style.source in self.sources]
        if styles and not settings.styled("style") and not settings.library:
            self.set(chosen(STYLE, styles[0], settings))

    def _given(self) -> dict[str, Gimp.Layer]:
        """The layers that stand in for files, by setting."""
        if not self.entry.labels:
            return {}
        named = {name: self.config.get_property(argument) for argument, name in LAYERS.items()}
        return {name: layer for name, layer in named.items() if layer is not None}

    def _look_at_layers(self) -> None:
        self.host.given = self._given()
