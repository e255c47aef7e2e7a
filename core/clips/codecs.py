"""The codecs of videos, and the files that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import av

from core.bridge.contract.errors import BadInput

CONTAINERS: Mapping[str, tuple[str, str]] = {
    ".mp4": ("mp4", "h264"),
    ".m4v": ("mp4", "h264"),
    ".webm": ("webm", "vp9"),
    ".mov": ("mov", "prores"),
    ".mkv": ("matroska", "ffv1"),
    ".avi": ("avi", "h264"),
}
"""FFmpeg's name of the container, and its usual codec, by a file's ending."""


@dataclass(frozen=True)
class Codec:
    """A codec with the settings that lose nothing that is seen.

    Attributes:
        name: for a person, as for ``--codec``; and FFmpeg's, of the codec.
        encoder: FFmpeg's name of it.
        plain: the format of pixels without opacity.
        alpha: the same with opacity; empty where it can hold none.
        deep, deep_alpha: the same for more than 8 bits; empty where they make no difference.
        options: of the encoder.
        alpha_options: in place of these, with opacity.
        even: whether both sides are to be even.
    """

    name: str
    encoder: str
    plain: str
    alpha: str = ""
    deep: str = ""
    deep_alpha: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    alpha_options: Mapping[str, str] = field(default_factory=dict)
    even: bool = True

    def format(self, *, alpha: bool, deep: bool) -> str:
        """The format of pixels that suits a clip."""
        if alpha and self.alpha:
            return (self.deep_alpha if deep else "") or self.alpha
        return (self.deep if deep else "") or self.plain


CODECS: Mapping[str, Codec] = {
    codec.name: codec
    for codec in (
        Codec("h264", "libx264", "yuv420p", options={"crf": "16", "preset": "medium"}),
        Codec(
            "hevc", "libx265", "yuv420p", deep="yuv420p10le",
            options={"crf": "18", "x265-params": "log-level=error"},
        ),
        Codec(
            "vp9", "libvpx-vp9", "yuv420p", "yuva420p",
            options={"crf": "22", "b": "0", "row-mt": "1", "cpu-used": "2"},
            # With a second reference that is not shown the opacity would be lost.
            alpha_options={"crf": "22", "b": "0", "cpu-used": "2", "auto-alt-ref": "0"},
        ),
        Codec("av1", "libsvtav1", "yuv420p10le", options={"crf": "24", "preset": "6"}),
        Codec(
            "prores", "prores_ks", "yuv422p10le", "yuva444p10le",
            options={"profile": "3"}, alpha_options={"profile": "4"},
        ),
        Codec(
            "ffv1", "ffv1", "bgr0", "bgra", "gbrp16le", "gbrap16le",
            options={"level": "3"}, even=False,
        ),
    )
}  # fmt: skip
"""All codecs by name."""


def codec(ending: str, name: str = "", *, alpha: bool = False) -> Codec:
    """The codec of a file.

    Args:
        ending: of the file, one of :data:`CONTAINERS`.
        name: one of :data:`CODECS`; empty is the ending's usual one.
        alpha: whether it is to hold an opacity.

    Raises:
        BadInput: the file can't hold it, it can't hold an opacity, or it is not there.
    """
    container, usual = CONTAINERS[ending]
    found = CODECS[name or usual]
    try:
        av.codec.Codec(found.encoder, "w")
    except (av.FFmpegError, ValueError) as error:
        raise BadInput(
            "The codec {name} is missing here: choose another with --codec.", name=found.name
        ) from error
    if found.name not in HELD[container]:
        raise BadInput(
            "{ending} can't hold {name}: take {others}.",
            ending=ending,
            name=found.name,
            others=", ".join(end for end, (inside, _) in CONTAINERS.items()
                             if found.name in HELD[inside]),
        )  # fmt: skip
    if alpha and not found.alpha:
        raise BadInput(
            "{name} in {ending} can't hold the clip's transparency: take .webm, .mov, .mkv, or a "
            "folder.",
            name=found.name,
            ending=ending,
        )
    return found


HELD: Mapping[str, frozenset[str]] = {
    "mp4": frozenset({"h264", "hevc", "vp9", "av1"}),
    "webm": frozenset({"vp9", "av1"}),
    "mov": frozenset({"h264", "hevc", "prores"}),
    "matroska": frozenset(CODECS),
    "avi": frozenset({"h264", "ffv1"}),
}
"""The codecs that a container holds in a way that players know."""
