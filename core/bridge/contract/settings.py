"""Every knob, declared once: the command line, GIMP's arguments and Krita's widgets follow.

A new knob is one field of :class:`Settings` and its use in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from .brief import brief, shortened
from .errors import BadInput
from .knobs import COLORIZE, STYLIZE, Knob, knob
from .methods import METHODS, REST, SELECTION
from .pastiches import NAMES

_BOTH = (STYLIZE, COLORIZE)
_PASTICHES = {name: name.capitalize() for name in NAMES}


@dataclass(frozen=True)
class Settings:
    """How to paint. Field names are the names everywhere, with ``-`` for ``_`` outside Python."""

    style: str = knob("", "file", "Style", "The picture to paint like.", tasks=_BOTH)
    background_style: str = knob(
        "",
        "file",
        "Background style",
        "A picture to paint the rest like; none leaves the rest as it is.",
    )
    library: str = knob(
        "",
        "folder",
        "Library",
        "Where there is no style: a folder of pictures, of which the one most like the sketch is "
        "taken.",
        tasks=(COLORIZE,),
    )
    method: str = knob(
        "painterly",
        "choice",
        "Method",
        "Painterly takes its time and follows the brush; instant takes seconds; pastiche knows 26 "
        "styles of its own.",
        choices={name: method.label for name, method in METHODS.items()},
        tasks=_BOTH,
    )
    strength: float = knob(
        1.0,
        "float",
        "Strength",
        "How far to go from the original (0) to the style (1).",
        low=0.0,
        high=1.0,
        tasks=_BOTH,
    )
    colors: str = knob(
        "style",
        "choice",
        "Colours",
        "Those of the style, those of the original, or the style's strokes in the original's "
        "palette.",
        choices={"style": "From the style", "keep": "Keep", "match": "Match the palette"},
    )
    size: int = knob(
        512,
        "int",
        "Fineness",
        "Long side in pixels of the work: larger gives finer strokes and takes longer.",
        low=64,
        high=8192,
        tasks=_BOTH,
    )
    background_colors: str = knob(
        "same",
        "choice",
        "Background colours",
        "Where the rest takes its colours from.",
        choices={
            "same": "As the selection",
            "style": "From the style",
            "keep": "Keep",
            "match": "Match the palette",
        },
        advanced=True,
    )
    mix: str = knob(
        "",
        "text",
        "Mixed with",
        "More styles and their weights beside the first one's 1: other.jpg=0.5; third.jpg=1. A "
        'name with ; or = in it stands in quotes: "a;b.jpg"=0.5.',
        advanced=True,
    )
    pastiche: str = knob(
        "wheat",
        "text",
        "Pastiche",
        "One of pastiche's 26 styles, by name or number, or several with weights: wave=0.5, 7=0.5.",
        choices=_PASTICHES,
        advanced=True,
    )
    background_pastiche: str = knob(
        "",
        "text",
        "Background pastiche",
        "Pastiche's style for the rest; none leaves the rest as it is.",
        choices=_PASTICHES,
        advanced=True,
    )
    content_labels: str = knob(
        "",
        "file",
        "Labels",
        "A picture in flat colours, one for each region of the original.",
        advanced=True,
    )
    style_labels: str = knob(
        "",
        "file",
        "Style labels",
        "The same colours on the style: each region takes after the one of its colour.",
        advanced=True,
    )
    label_styles: str = knob(
        "",
        "text",
        "Labels' own styles",
        "A picture for each colour of the labels: #ff0000=a.jpg; #0000ff=b.jpg. Other colours take "
        'the style, or stay without one. A name with ; in it stands in quotes: #ff0000="a;b.jpg".',
        advanced=True,
    )
    grow: int = knob(
        0,
        "int",
        "Grow",
        "Pixels of the canvas by which the selection grows first, or shrinks where negative.",
        low=-500,
        high=500,
        advanced=True,
    )
    feather: int = knob(
        0,
        "int",
        "Feather",
        "Pixels of the canvas over which the selection's edge goes soft.",
        low=0,
        high=500,
        advanced=True,
    )
    segment: str = knob(
        "off",
        "choice",
        "Find the subject",
        "Tells the subject from its background by itself, inside the selection or everywhere.",
        choices={"off": "Off", "auto": "Automatic"},
        advanced=True,
    )
    dark: str = knob(
        "robust",
        "choice",
        "Dark styles",
        "Robust keeps a style that is mostly black from blackening parts of the picture.",
        choices={"robust": "Robust", "plain": "As they are"},
        advanced=True,
    )
    network: str = knob(
        "vgg19",
        "text",
        "Network",
        "Whose features painterly compares: one of these names, a file that 'impasto train' "
        "wrote, or a classifier of torchvision with its layers, such as "
        "torchvision:resnet50:layer2,layer3.",
        choices={
            "vgg19": "VGG-19",
            "vgg16": "VGG-16",
            "alexnet": "AlexNet",
            "vgg19-torchvision": "VGG-19 of torchvision",
        },
        advanced=True,
    )
    statistics: str = knob(
        "gaussian",
        "choice",
        "Statistics",
        "What of the style painterly matches: mean and covariance and each neuron's likest, or "
        "Gram matrices alone.",
        choices={"gaussian": "Mean and covariance", "gram": "Gram matrices"},
        advanced=True,
    )
    content_weight: float = knob(
        1.0,
        "float",
        "Content weight",
        "Painterly's hold on the content, as a multiple of its own.",
        low=0.0,
        high=1000.0,
        advanced=True,
    )
    style_weight: float = knob(
        1.0,
        "float",
        "Style weight",
        "Painterly's pull of the style's statistics, as a multiple of its own.",
        low=0.0,
        high=1000.0,
        advanced=True,
    )
    matching_weight: float = knob(
        1.0,
        "float",
        "Matching weight",
        "Painterly's pull of each neuron to its likest in the style, as a multiple of its own; "
        "Gram matrices go without.",
        low=0.0,
        high=1000.0,
        advanced=True,
    )
    variation_weight: float = knob(
        1.0,
        "float",
        "Smoothness",
        "The weight of the total variation, as a multiple of painterly's own.",
        low=0.0,
        high=1000.0,
        advanced=True,
    )
    mean_weight: float = knob(
        0.0,
        "float",
        "Mean weight",
        "Draws pixels to the mean colour, away from black and white: 1 takes about a tenth of the "
        "contrast.",
        low=0.0,
        high=1000.0,
        advanced=True,
    )
    content_layers: str = knob(
        "",
        "text",
        "Content layers",
        "Layers that hold the content and their shares of its weight, such as relu4_2=2, relu3_1; "
        "none are the network's own.",
        advanced=True,
    )
    style_layers: str = knob(
        "",
        "text",
        "Style layers",
        "Layers that take on the style and their shares of its weight, such as relu1_1, "
        "relu2_1=0.5; none are the network's own.",
        advanced=True,
    )
    start: str = knob(
        "content",
        "choice",
        "Start",
        "Where painterly starts from.",
        choices={
            "content": "Content",
            "noise": "White noise",
            "blank": "Blank",
            "instant": "Instant result",
        },
        advanced=True,
    )
    optimizer: str = knob(
        "pyramid",
        "choice",
        "Search",
        "How painterly goes down: Adam on a pyramid of the picture or on its pixels, L-BFGS as in "
        "the paper, or plain gradient descent.",
        choices={
            "pyramid": "Adam on a pyramid",
            "adam": "Adam",
            "lbfgs": "L-BFGS",
            "gradient": "Gradient descent",
        },
        advanced=True,
    )
    rate: float = knob(
        0.02,
        "float",
        "Rate",
        "How far a step of the search goes, in pixel values from 0 to 1; L-BFGS finds its own.",
        low=0.0001,
        high=1.0,
        advanced=True,
    )
    coarsest: int = knob(
        128,
        "int",
        "Coarsest scale",
        "Long side in pixels that painterly starts at; as large as the size is one scale, as in "
        "the paper.",
        low=32,
        high=8192,
        advanced=True,
    )
    steps: int = knob(
        165,
        "int",
        "Steps",
        "Painterly steps over all scales: more follow the style more closely.",
        low=1,
        high=10000,
        advanced=True,
        tasks=_BOTH,
    )
    detail: bool = knob(
        True,
        "flag",
        "Full resolution",
        "Painterly finishes at the layer's own resolution; without, the work is only enlarged.",
        advanced=True,
        tasks=_BOTH,
    )
    snapshots: int = knob(
        0,
        "int",
        "Snapshots",
        "Shows the picture every so many steps of painterly; 0 shows the last one only.",
        low=0,
        high=10000,
        advanced=True,
    )
    seed: int = knob(
        0,
        "int",
        "Seed",
        "Another number gives another painting, the same number the same one.",
        low=0,
        high=2**31 - 1,
        advanced=True,
        tasks=_BOTH,
    )
    device: str = knob(
        "auto",
        "choice",
        "Device",
        "Where to compute; auto takes a GPU where there is one.",
        choices={"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA GPU", "mps": "Apple GPU"},
        advanced=True,
        tasks=_BOTH,
    )
    sketch: bool = knob(
        False,
        "flag",
        "Sketch",
        "The original is a sketch, to be coloured from the style.",
        tasks=(),
    )

    def __post_init__(self) -> None:
        for declared in KNOBS:
            value = declared.check(getattr(self, declared.name))
            object.__setattr__(self, declared.name, value)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Settings:
        """Settings from names (with ``-`` or ``_``) and values; what is not named is default.

        Raises:
            BadInput: an unknown name, or a value its knob refuses.
        """
        named = {name.replace("-", "_"): value for name, value in values.items()}
        known = [declared.name for declared in KNOBS]
        for name in named:
            if name not in known:
                raise BadInput(
                    f"There is no setting '{shortened(name)}': known are {', '.join(known)}."
                )
        return cls(**named)

    @classmethod
    def remembered(cls, values: object) -> Settings:
        """Settings as some version kept them, brought up to date.

        A knob that was renamed has its value under its name of today, one that there is no more is
        left out, and a value that its knob refuses is the default.

        Raises:
            BadInput: they are no settings at all.
        """
        if not isinstance(values, Mapping):
            raise BadInput(f"Settings are names with values, not {brief(values)}.")
        named = {RENAMED.get(name, name): value for name, value in values.items()}
        kept = {}
        for declared in KNOBS:
            with suppress(KeyError, BadInput):
                kept[declared.name] = declared.check(named[declared.name])
        return cls(**kept)

    def as_mapping(self) -> dict[str, Any]:
        return asdict(self)

    def colors_of(self, part: str) -> str:
        """Where a part of the picture, ``SELECTION`` or ``REST``, takes its colours from."""
        own = self.background_colors if part == REST else "same"
        return self.colors if own == "same" else own

    @property
    def likeness(self) -> tuple[object, ...]:
        """What is painted like what: with another one it is another painting, and not the same one
        a little otherwise."""
        return tuple(getattr(self, name) for name in _LIKENESS)

    @property
    def reach(self) -> int:
        """Pixels of the canvas by which ``grow`` and ``feather`` widen a selection at most."""
        return max(0, self.grow) + self.feather

    def style_of(self, part: str) -> str:
        """What a part of the picture is painted like: a picture's file, or names that the method
        knows; empty where that is not chosen."""
        return str(getattr(self, METHODS[self.method].knobs[part]))

    def styled(self, part: str) -> bool:
        """Whether a part of the picture, ``SELECTION`` or ``REST``, has a style."""
        by_labels = part == SELECTION and self.label_styles and METHODS[self.method].from_pictures
        return bool(by_labels or self.style_of(part))


RENAMED: Mapping[str, str] = {}
"""The name today of each knob that had another one in an earlier version. Whoever renames a knob
adds it here, so that presets, paintings and what was used last keep their values."""

_LIKENESS = (
    "method",
    "style",
    "mix",
    "background_style",
    "pastiche",
    "background_pastiche",
    "content_labels",
    "style_labels",
    "label_styles",
)


def _declared() -> tuple[Knob, ...]:
    found = []
    for entry in fields(Settings):
        assert entry.default is not MISSING
        found.append(Knob(name=entry.name, default=entry.default, **entry.metadata))
    return tuple(found)


KNOBS = _declared()
"""The declarations in the order faces show them."""


def knobs(task: str) -> tuple[Knob, ...]:
    """Those a person meets who asks for a task, ``stylize`` or ``colorize``."""
    return tuple(declared for declared in KNOBS if task in declared.tasks)
