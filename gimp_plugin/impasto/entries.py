"""The plug-in's procedures, each an entry of GIMP's menu and of its procedure browser."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.contract.knobs import COLORIZE, STYLIZE, Knob
from bridge.contract.settings import KNOBS, knobs
from bridge.i18n.texts import tr
from bridge.session.clip_knobs import FRAMES, STEADY
from bridge.session.outputs import OUTPUT

LABEL_LAYER, STRENGTH_LAYER = "label-layer", "strength-layer"
"""The arguments that name a layer of labels, and one that says how strong the style is where."""

LAYERS = {LABEL_LAYER: "content_labels", STRENGTH_LAYER: "strength_mask"}
"""The settings whose files such layers stand in for."""


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
    """Whether layers may tell the regions and the strengths."""
    animates: bool = False
    """Whether the image's layers are the frames of an animation, which becomes an image."""

    @property
    def arguments(self) -> tuple[Knob, ...]:
        """All that can be given."""
        return (*self.knobs, *self.own)

    @property
    def title(self) -> str:
        """Of its dialog."""
        return tr(self.label).removesuffix("…")


PAINT = Entry(
    "impasto-stylize",
    "Neural Style Transfer…",
    "Paint the selection in the style of another picture",
    "Adds a new layer above each chosen one: the selection, or the whole layer if nothing is "
    "selected, painted by a neural network in the style of another picture.",
    knobs(STYLIZE),
)
COLOR = Entry(
    "impasto-colorize",
    "Colour Sketch from Reference…",
    "Colour a sketch like a reference picture",
    "Adds a new layer above each chosen one: the sketch, coloured like the reference or like the "
    "most similar picture of a library. The sketch's lines stay.",
    knobs(COLORIZE),
    labels=False,
)
EDIT = Entry(
    "impasto-edit",
    "Edit Style Transfer…",
    "Paint a painted layer again, in its place",
    "Paints layers again that one of the other procedures has made: with other settings, from the "
    "same original and selection, in the same place.",
    tuple(knob for knob in KNOBS if knob.tasks),
    own=(),
)
ANIMATE = Entry(
    "impasto-animate",
    "Style Transfer Animation…",
    "Paint an animation in the style of a picture",
    "Paints the layers of an image as the frames of an animation, the bottom one first, into a new "
    "image: names, delays as in (100ms), and what is not selected stay as they are.",
    knobs(STYLIZE),
    own=(FRAMES, STEADY),
    animates=True,
)
ENTRIES = {entry.name: entry for entry in (PAINT, COLOR, EDIT, ANIMATE)}
