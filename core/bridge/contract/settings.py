"""Every knob, declared once: the command line, GIMP's arguments and Krita's widgets follow.

A new knob is one field of :class:`Settings` and its use in the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields, replace
from typing import Any

from .brief import brief, shortened
from .errors import BadInput
from .knobs import COLORIZE, STYLIZE, Group, Knob, Only, knob
from .methods import METHODS, REST, SELECTION
from .pastiches import NAMES

_BOTH = (STYLIZE, COLORIZE)
_COLORS = {
    "style": "From the style",
    "keep": "From the original",
    "match": "The original's palette",
}
_PASTICHES = {name: name.capitalize() for name in NAMES}

_PAINTERLY = Only(("method",), ("painterly",))
_PICTURES = Only(("method",), tuple(name for name, known in METHODS.items() if known.from_pictures))
_NAMES = Only(
    ("method",), tuple(name for name, known in METHODS.items() if not known.from_pictures)
)
_LABELLED = Only(("content_labels",))

DEVICES = {
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "NVIDIA or AMD GPU",
    "xpu": "Intel GPU",
    "mps": "Apple GPU",
}
"""Where to compute: the names, and what a person calls them."""


@dataclass(frozen=True)
class Settings:
    """How to paint. Field names are the names everywhere, with ``-`` for ``_`` outside Python."""

    style: str = knob(
        "",
        "file",
        "Style",
        "The picture to paint like: yours takes on its brushwork and its colours.",
        tasks=_BOTH,
        in_sketch=("Reference", "The picture whose colours the sketch takes on."),
    )
    background_style: str = knob(
        "",
        "file",
        "Background style",
        "A style for everything outside the selection, which otherwise stays as it is.",
    )
    library: str = knob(
        "",
        "folder",
        "Library",
        "A folder of pictures to use instead of a style: the one most like the sketch is chosen.",
        tasks=(COLORIZE,),
    )
    method: str = knob(
        "painterly",
        "choice",
        "Method",
        "Painterly follows the brushwork and takes its time; Instant takes seconds; Pastiche has "
        "26 styles of its own.",
        choices={name: method.label for name, method in METHODS.items()},
        group=Group.COURSE,
        advanced=False,
        tasks=_BOTH,
    )
    strength: float = knob(
        1.0,
        "float",
        "Strength",
        "How far to go from the original, which is 0, towards the style.",
        low=0.0,
        high=1.0,
        tasks=_BOTH,
    )
    stroke_size: float = knob(
        1.0,
        "float",
        "Stroke size",
        "How large the strokes are: 1 is the usual size, 2 makes them broader, 0.5 finer.",
        low=0.25,
        high=4.0,
        tasks=_BOTH,
    )
    colors: str = knob(
        "style",
        "choice",
        "Colours",
        "Where the colours come from: from the style, from the original, each in its place, or "
        "from the original as a palette to paint with.",
        choices=_COLORS,
    )
    faces: str = knob(
        "keep",
        "choice",
        "Faces",
        "Keeps the eyes, nose and mouth of every face where they are, in the style's colours, or "
        "paints faces like all else.",
        choices={"keep": "Keep their features", "as-the-rest": "Like the rest"},
    )
    size: int = knob(
        512,
        "int",
        "Fineness",
        "The size to paint at: its long side in pixels. Larger gives finer strokes and takes "
        "longer.",
        low=64,
        high=8192,
        group=Group.RESULT,
        tasks=_BOTH,
    )
    style_crop: str = knob(
        "",
        "text",
        "Part of the style",
        "Only this part of the style is taken. In the dialogs, drag over the picture; a click "
        "takes all of it again.",
        "In percent: from the left, from above, its width and its height, as 25,10,50,40.",
        group=Group.STYLE,
        only=(_PICTURES,),
    )
    background_colors: str = knob(
        "same",
        "choice",
        "Background colours",
        "Where the background takes its colours from.",
        choices={
            "same": "As the selection",
            **_COLORS,
        },
        group=Group.WHERE,
        only=(Only(("background_style", "background_pastiche")),),
    )
    mix: str = knob(
        "",
        "text",
        "Mix with",
        "A second style, mixed with the first.",
        "One or more, with weights, where the first style weighs 1: other.jpg=0.5; third.jpg=1. "
        'Put quotes around a name with ; or = in it: "a;b.jpg"=0.5.',
        group=Group.STYLE,
    )
    pastiche: str = knob(
        "wheat",
        "text",
        "Pastiche",
        "One of Pastiche's 26 styles, by name or number, or several with weights: wave=0.5, 7=0.5.",
        choices=_PASTICHES,
        group=Group.STYLE,
        only=(_NAMES,),
    )
    background_pastiche: str = knob(
        "",
        "text",
        "Background pastiche",
        "Pastiche's style for everything outside the selection, which otherwise stays as it is.",
        choices=_PASTICHES,
        group=Group.STYLE,
        only=(_NAMES,),
    )
    strength_mask: str = knob(
        "",
        "file",
        "Strength mask",
        "A grey picture of how strong the style is where: white is the full strength, black leaves "
        "the original.",
        group=Group.WHERE,
    )
    content_labels: str = knob(
        "",
        "file",
        "Labels",
        "A picture in flat colours to lie over the original: each colour marks a region, which "
        "can take a style of its own.",
        group=Group.WHERE,
    )
    style_labels: str = knob(
        "",
        "file",
        "Style labels",
        "The same flat colours for the style: each region is painted like the style's region of "
        "its colour.",
        group=Group.WHERE,
        only=(_LABELLED,),
    )
    label_styles: str = knob(
        "",
        "text",
        "Label styles",
        "A style for each colour of the labels. Other colours take the main style, or stay as they "
        "are if there is none.",
        '#ff0000=a.jpg; #0000ff=b.jpg. Put quotes around a name with ; in it: #ff0000="a;b.jpg".',
        group=Group.WHERE,
        only=(_LABELLED,),
    )
    grow: int = knob(
        0,
        "int",
        "Grow",
        "Grows the selection by so many pixels of the canvas before painting; a negative number "
        "shrinks it.",
        low=-500,
        high=500,
        group=Group.WHERE,
    )
    feather: int = knob(
        0,
        "int",
        "Feather",
        "Softens the selection's edge over so many pixels of the canvas.",
        low=0,
        high=500,
        group=Group.WHERE,
    )
    segment: str = knob(
        "off",
        "choice",
        "Find the subject",
        "Finds the subject and its background for you, inside the selection or in the whole layer.",
        choices={"off": "Off", "auto": "Automatic"},
        group=Group.WHERE,
    )
    subject: str = knob(
        "",
        "text",
        "Which subject",
        "Where several things stand out, click on those that are meant in the dialog's picture; a "
        "selection around one does the same. Empty takes all.",
        "Points, as shares of the layer's sides: 0.4,0.6; 0.7,0.5.",
        group=Group.WHERE,
        only=(Only(("segment",), ("auto",)),),
    )
    tile: bool = knob(
        False,
        "flag",
        "Seamless",
        "For tiles and patterns: the layer meets itself at its borders while it is painted. What "
        "repeats has no seam afterwards; a photograph keeps the jump that it has there.",
        group=Group.RESULT,
    )
    dark: str = knob(
        "robust",
        "choice",
        "Dark styles",
        "Robust keeps a mostly black style from turning parts of the picture black.",
        choices={"robust": "Robust", "plain": "As they are"},
        group=Group.STYLE,
        only=(_PICTURES,),
    )
    semantic: str = knob(
        "off",
        "choice",
        "Like with like",
        "Automatic paints faces like the style's faces, a subject like its subject, and what is "
        "behind it like the rest, where both pictures have them.",
        choices={"auto": "Automatic", "off": "Off"},
        group=Group.STYLE,
        only=(_PAINTERLY,),
    )
    network: str = knob(
        "vgg19",
        "text",
        "Network",
        "The network whose features Painterly compares: one of these names, a file written by "
        "'impasto train', or a torchvision classifier with its layers, such as "
        "torchvision:resnet50:layer2,layer3.",
        choices={
            "vgg19": "VGG-19",
            "vgg16": "VGG-16",
            "alexnet": "AlexNet",
            "vgg19-torchvision": "torchvision's VGG-19",
        },
        group=Group.COURSE,
        only=(_PAINTERLY,),
    )
    statistics: str = knob(
        "gaussian",
        "choice",
        "Statistics",
        "What Painterly takes from the style: means and covariances, with every spot drawn to the "
        "nearest one in the style; or Gram matrices alone, as in the original paper.",
        choices={"gaussian": "Mean and covariance", "gram": "Gram matrices"},
        group=Group.STYLE,
        only=(_PAINTERLY,),
    )
    content_weight: float = knob(
        1.0,
        "float",
        "Content weight",
        "How firmly Painterly holds on to the original, as a multiple of the usual.",
        low=0.0,
        high=1000.0,
        group=Group.ORIGINAL,
        only=(_PAINTERLY,),
    )
    style_weight: float = knob(
        1.0,
        "float",
        "Style weight",
        "How strongly Painterly follows the style's statistics, as a multiple of the usual.",
        low=0.0,
        high=1000.0,
        group=Group.STYLE,
        only=(_PAINTERLY,),
    )
    matching_weight: float = knob(
        1.0,
        "float",
        "Matching weight",
        "How strongly every spot is drawn to the nearest one in the style, as a multiple of the "
        "usual. Gram matrices do without.",
        low=0.0,
        high=1000.0,
        group=Group.STYLE,
        only=(_PAINTERLY, Only(("statistics",), ("gaussian",))),
    )
    variation_weight: float = knob(
        1.0,
        "float",
        "Smoothness",
        "How strongly Painterly smooths out noise (the weight of the total variation), as a "
        "multiple of the usual.",
        low=0.0,
        high=1000.0,
        group=Group.RESULT,
        only=(_PAINTERLY,),
    )
    mean_weight: float = knob(
        0.0,
        "float",
        "Mean weight",
        "Draws colours towards the mean, away from black and white: 1 takes about a tenth of the "
        "contrast.",
        low=0.0,
        high=1000.0,
        group=Group.RESULT,
        only=(_PAINTERLY,),
    )
    content_layers: str = knob(
        "",
        "text",
        "Content layers",
        "The network's layers that hold the content, with their shares: relu4_2=2, relu3_1. Leave "
        "it empty for the usual ones.",
        group=Group.ORIGINAL,
        only=(_PAINTERLY,),
    )
    style_layers: str = knob(
        "",
        "text",
        "Style layers",
        "The network's layers that take on the style, with their shares: relu1_1, relu2_1=0.5. "
        "Leave it empty for the usual ones.",
        group=Group.STYLE,
        only=(_PAINTERLY,),
    )
    start: str = knob(
        "content",
        "choice",
        "Start",
        "What Painterly starts from.",
        choices={
            "content": "Content",
            "noise": "White noise",
            "blank": "Blank",
            "instant": "Instant result",
        },
        group=Group.COURSE,
        only=(_PAINTERLY,),
    )
    optimizer: str = knob(
        "pyramid",
        "choice",
        "Optimizer",
        "How Painterly improves the picture: by Adam on a pyramid of it or on its pixels, by "
        "L-BFGS as in the original paper, or by plain gradient descent.",
        choices={
            "pyramid": "Adam on a pyramid",
            "adam": "Adam",
            "lbfgs": "L-BFGS",
            "gradient": "Gradient descent",
        },
        group=Group.COURSE,
        only=(_PAINTERLY,),
    )
    rate: float = knob(
        0.02,
        "float",
        "Learning rate",
        "How far each step goes, in pixel values from 0 to 1. L-BFGS chooses its own.",
        low=0.0001,
        high=1.0,
        group=Group.COURSE,
        only=(_PAINTERLY, Only(("optimizer",), ("pyramid", "adam", "gradient"))),
    )
    coarsest: int = knob(
        128,
        "int",
        "Coarsest scale",
        "The long side in pixels that Painterly starts at. As large as the size to paint at, "
        "there is one scale only, as in the original paper.",
        low=32,
        high=8192,
        group=Group.COURSE,
        only=(_PAINTERLY,),
    )
    steps: int = knob(
        165,
        "int",
        "Steps",
        "Painterly's steps over all scales. More follow the style more closely and take longer.",
        low=1,
        high=10000,
        group=Group.COURSE,
        only=(_PAINTERLY,),
        tasks=_BOTH,
    )
    detail: bool = knob(
        True,
        "flag",
        "Full resolution",
        "Painterly finishes at the layer's own resolution. Without it, the painting is only "
        "enlarged.",
        group=Group.RESULT,
        only=(_PAINTERLY,),
        tasks=_BOTH,
    )
    snapshots: int = knob(
        0,
        "int",
        "Snapshots",
        "Shows the picture every so many steps of Painterly; 0 shows only the finished one.",
        low=0,
        high=10000,
        group=Group.COURSE,
        only=(_PAINTERLY,),
    )
    seed: int = knob(
        0,
        "int",
        "Seed",
        "Another number gives another painting; the same number gives the same one.",
        low=0,
        high=2**31 - 1,
        group=Group.COURSE,
        only=(_PAINTERLY,),
        tasks=_BOTH,
    )
    device: str = knob(
        "auto",
        "choice",
        "Device",
        "Where to compute. Automatic takes a GPU if there is one; cuda is also AMD's, with ROCm.",
        choices=DEVICES,
        group=Group.COMPUTER,
        tasks=_BOTH,
    )
    threads: int = knob(
        0,
        "int",
        "Threads",
        "How many of the processor's cores paint. With 0 all do, but for one that stays free for "
        "you if there are more than two.",
        low=0,
        high=1024,
        group=Group.COMPUTER,
        only=(Only(("device",), ("auto", "cpu")),),
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
                    "There is no setting '{name}': known are {names}.",
                    name=shortened(name),
                    names=", ".join(known),
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
            raise BadInput("Settings are names with values, not {value}.", value=brief(values))
        named = {RENAMED.get(name, name): value for name, value in values.items()}
        kept = {}
        for declared in KNOBS:
            with suppress(KeyError, BadInput):
                kept[declared.name] = declared.check(named[declared.name])
        return cls(**kept)

    def as_mapping(self) -> dict[str, Any]:
        return asdict(self)

    def of_painting(self) -> dict[str, Any]:
        """As :meth:`as_mapping`, without what belongs to the machine and not to the painting."""
        return {name: value for name, value in asdict(self).items() if name not in _OF_MACHINE}

    def on_machine_of(self, other: Settings) -> Settings:
        """These, with what belongs to the machine as in the others."""
        return replace(self, **{name: getattr(other, name) for name in _OF_MACHINE})

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

GONE: Mapping[str, Any] = {}
"""The default of each knob that there is no more. Whoever removes a knob adds it here, so that
nobody is told of the loss of what they never moved."""

_OF_MACHINE = ("threads",)
"""What a painting does not depend on."""

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

DEFAULTS = Settings()
"""What counts where nobody says anything else."""


def knobs(task: str) -> tuple[Knob, ...]:
    """Those a person meets who asks for a task, ``stylize`` or ``colorize``."""
    return tuple(declared.of_task(task) for declared in KNOBS if task in declared.tasks)
