"""The plug-in's procedures, each an entry of GIMP's menu and of its procedure browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arguments import read_arguments
from bridge.errors import BadInput
from bridge.knobs import COLORIZE, STYLIZE, Knob
from bridge.settings import KNOBS, Settings, knobs
from bridge.texts import tr
from edit import EditHost
from gi.repository import Gimp
from host import GimpHost
from outputs import OUTPUT

LABEL_LAYER = "label-layer"
"""The argument that names a layer of labels."""


@dataclass(frozen=True)
class Entry:
    """One procedure: its name, what it says of itself, and the knobs it takes."""

    name: str
    label: str
    blurb: str
    help: str
    knobs: tuple[Knob, ...]
    own: tuple[Knob, ...] = (OUTPUT,)
    """Those of the host alone."""
    labels: bool = True
    """Whether a layer may tell the regions."""

    @property
    def arguments(self) -> tuple[Knob, ...]:
        """All that can be given."""
        return (*self.knobs, *self.own)

    def settings(self, config: Gimp.ProcedureConfig, host: GimpHost) -> Settings:
        """How to paint. Raises BadInput for a file that is not on this computer."""
        values = read_arguments(config, self.knobs)
        anew = isinstance(host, EditHost) and host.memory.settings.sketch
        return Settings(**values, sketch=anew or self is COLOR)

    def hosts(
        self, image: Gimp.Image, layers: Sequence[Gimp.Layer], config: Gimp.ProcedureConfig
    ) -> list[GimpHost]:
        """What to paint on. Raises BadInput where a layer, or its image, can't be painted on."""
        if self is COLOR and image.get_base_type() == Gimp.ImageBaseType.GRAY:
            wrong = "A grey image can't hold colours: choose Image ▸ Mode ▸ RGB, then try again."
            raise BadInput(tr(wrong))
        labels = config.get_property(LABEL_LAYER) if self.labels else None
        if self is EDIT:
            return [EditHost(image, layer, labels) for layer in layers]
        output = config.get_property(OUTPUT.option)
        return [GimpHost(image, layer, output, labels) for layer in layers]

    def shown(self, host: GimpHost) -> tuple[Knob, ...]:
        """What a person meets in the dialog: of a layer that is edited, what made it."""
        if not isinstance(host, EditHost):
            return self.arguments
        return knobs(COLORIZE if host.memory.settings.sketch else STYLIZE)

    @property
    def title(self) -> str:
        """Of its dialog."""
        return tr(self.label).removesuffix("…")


PAINT = Entry(
    "impasto-stylize",
    "Neural Style Transfer…",
    "Paint the selection in the style of another picture",
    "Puts one new layer above each chosen one: the selection, or the whole layer where nothing is "
    "selected, painted like another picture by a neural network.",
    knobs(STYLIZE),
)
COLOR = Entry(
    "impasto-colorize",
    "Colour Sketch from Reference…",
    "Colour a sketch after a reference picture",
    "Puts one new layer above each chosen one: the sketch, coloured after the reference, or after "
    "the picture of a library that is most like it. The sketch's lines stay.",
    knobs(COLORIZE),
    labels=False,
)
EDIT = Entry(
    "impasto-edit",
    "Edit Style Transfer…",
    "Paint a painted layer anew, in its place",
    "Paints each chosen layer anew that one of the other procedures has made, with other settings, "
    "from the layer and the selection it was painted from, and puts the new one in its place.",
    tuple(knob for knob in KNOBS if knob.tasks),
    own=(),
)
ENTRIES = {entry.name: entry for entry in (PAINT, COLOR, EDIT)}
