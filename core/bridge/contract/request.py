"""What to paint and how: everything a job needs, and what the engine tells while it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from ..i18n.text import Text
from ..i18n.times import span
from .errors import BadInput
from .geometry import Box, Extent
from .methods import SELECTION
from .pixels import Pixels
from .requested import Styled, received, unreadable
from .settings import Settings


@dataclass(frozen=True)
class Request(Styled):
    """One job, complete in itself.

    Attributes:
        content: the picture to paint on, context included.
        selection: the soft mask of the region that takes ``settings.style``, of the content's
            size and in one grey channel; None selects everything.
        settings: how to paint.
        pictures: pixels that stand in for a ``file`` setting of the same name, for a style that
            is a layer and no file.
        preview: None for the painting itself. A preview is asked for by the size the picture
            has in the painting: ``content`` may then be a smaller rendition of it. Of a preview
            with labels no region needs a style yet.
        ahead: whether nobody has asked for the painting yet: whatever somebody did ask for goes
            before it.
        spare: of a preview, whether it waits for all that somebody else asked for, and is given up
            for it.
        seen: the part of the content's plane that a dialog shows, which may go beyond the content:
            of that is the last picture of the painting's course. None for the content itself.
    """

    content: Pixels
    settings: Settings
    selection: Pixels | None = None
    pictures: Mapping[str, Pixels] = field(default_factory=dict)
    preview: Extent | None = None
    ahead: bool = False
    spare: bool = False
    seen: Box | None = None

    def __post_init__(self) -> None:
        mask = self.selection
        if mask is not None and (mask.extent != self.content.extent or mask.format.channels != "G"):
            raise BadInput("The selection must be one grey channel of the content's own size.")
        if not (self.styled(SELECTION) or self._may_do_without_style):
            if self.settings.sketch:
                raise BadInput("There is no reference yet: choose a picture to colour it like.")
            raise BadInput("There is no style yet: choose a picture to paint like.")
        if self.preview is not None and min(self.preview) < 1:
            raise BadInput("A preview needs the size its picture has in the painting.")

    @property
    def _may_do_without_style(self) -> bool:
        """A sketch finds its own in the library; a preview tells which labels wait for one."""
        if self.settings.sketch:
            return bool(self.settings.library)
        return self.preview is not None and self.has_picture("content_labels")

    def has_picture(self, name: str) -> bool:
        """Whether the ``file`` setting of that name has a picture, from pixels or a file."""
        return name in self.pictures or bool(getattr(self.settings, name))

    def to_message(self) -> tuple[dict[str, Any], list[bytes | bytearray]]:
        """The JSON header and the raw frames it names, in order."""
        named = {"content": self.content}
        if self.selection is not None:
            named["selection"] = self.selection
        named.update({f"picture:{name}": pixels for name, pixels in self.pictures.items()})
        header = {
            "settings": self.settings.as_mapping(),
            "preview": self.preview,
            "ahead": self.ahead,
            "spare": self.spare,
            "seen": self.seen,
            "pixels": {name: pixels.header() for name, pixels in named.items()},
        }
        return header, [pixels.data for pixels in named.values()]

    @classmethod
    def from_message(
        cls, header: Mapping[str, Any], frames: Sequence[bytes | bytearray]
    ) -> Request:
        """The inverse of :meth:`to_message`. Raises BadInput for anything malformed."""
        try:
            settings, pixels = received(header, frames)
            content = pixels.pop("content")
            preview = header.get("preview") and Extent(*map(int, header["preview"]))
            ahead = header.get("ahead", False)
            if not isinstance(ahead, bool) or (ahead and preview):
                raise ValueError("ahead")
            spare = header.get("spare", False)
            if not isinstance(spare, bool) or (spare and not preview):
                raise ValueError("spare")
            seen = header.get("seen") and _box(header["seen"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise unreadable(error) from error
        selection = pixels.pop("selection", None)
        pictures = {name.removeprefix("picture:"): value for name, value in pixels.items()}
        return cls(content, settings, selection, pictures, preview, ahead, spare, seen)


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        fraction: 0 to 1 of the whole job.
        text: what is going on, for a person.
        seconds_left: an estimate, None while there is nothing to estimate from.
        losses: the last iteration's losses by name; empty where nothing is optimised.
        step: how many steps painterly has taken so far, over all scales and regions.
        picture: now and then, where ``settings.snapshots`` asks for it, how a region looks now; at
            the end, of the whole layer. That one has an alpha, as a result's layer has.
        box: what part of the request's content the picture shows, smaller than life.
    """

    fraction: float
    text: Text
    seconds_left: float | None = None
    losses: Mapping[str, float] = field(default_factory=dict)
    step: int = 0
    picture: Pixels | None = None
    box: Box | None = None

    def describe(self) -> Text:
        """One line for a progress bar: what, and how long still."""
        if self.seconds_left is None:
            return self.text
        return Text("{text}, {time} left", text=self.text, time=span(self.seconds_left))

    def to_message(self) -> tuple[dict[str, Any], list[bytes | bytearray]]:
        """The JSON header and the raw frames it names, in order."""
        told: dict[str, Any] = {name: getattr(self, name) for name in _TOLD}
        told["text"] = self.text.to_json()
        if self.picture is None or self.box is None:
            return told, []
        shown = {"picture": self.picture.header(), "box": list(self.box)}
        return {**told, **shown}, [self.picture.data]

    @classmethod
    def from_message(
        cls, header: Mapping[str, Any], frames: Sequence[bytes | bytearray]
    ) -> Progress:
        """The inverse of :meth:`to_message`.

        Raises:
            ValueError: it is none.
            BadInput: its picture is none.
        """
        fraction, left, step = (header.get(name) for name in ("fraction", "seconds_left", "step"))
        losses = header.get("losses")
        if not _number(fraction) or not (left is None or _number(left)) or type(step) is not int:
            raise ValueError("no progress")
        if not isinstance(losses, dict) or not all(map(_number, losses.values())):
            raise ValueError("progress without losses")
        told = cls(fraction, Text.from_json(header.get("text")), left, losses, step)
        if not frames:
            return told
        box = _box(header.get("box"))
        picture = Pixels.from_header(header.get("picture", {}), frames[0])
        return replace(told, picture=picture, box=box)


_TOLD = ("fraction", "text", "seconds_left", "losses", "step")


def _box(value: object) -> Box:
    """A box from JSON. Raises ValueError where it is none."""
    if not isinstance(value, list) or [type(number) for number in value] != [int] * 4:
        raise ValueError("no box")
    box = Box(*value)
    if box.empty:
        raise ValueError("an empty box")
    return box


def _number(value: object) -> TypeGuard[float]:
    """Whether a value from JSON is a number; True is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@dataclass(frozen=True)
class Result:
    """What came of a job.

    Attributes:
        layer: the painted pixels, of the content's size and depth, with alpha: the part of each
            pixel that was painted, times the content's own alpha.
        report: size, steps, seconds, device and losses; where the memory was short ``tiles``,
            where a share of the work was painted before that share as ``painted_before``, and
            ``notes``, what a person should be told besides. Its values are such as JSON can carry,
            and texts. Of a preview with labels also ``labels``, the colour (``#ff0000``) of each
            and its share of the picture, the largest first.
    """

    layer: Pixels
    report: Mapping[str, Any]

    def to_message(self) -> tuple[dict[str, Any], list[bytes | bytearray]]:
        """The JSON header and the raw frame it describes."""
        return {"layer": self.layer.header(), **report_told(self.report)}, [self.layer.data]

    @classmethod
    def from_message(cls, header: Mapping[str, Any], frames: Sequence[bytes | bytearray]) -> Result:
        """The inverse of :meth:`to_message`.

        Raises:
            ValueError: it is none.
            BadInput: its layer is none.
        """
        report = report_from(header)
        if len(frames) != 1:
            raise ValueError("no result")
        return cls(Pixels.from_header(header.get("layer", {}), frames[0]), report)


def report_told(report: Mapping[str, Any]) -> dict[str, Any]:
    """A job's report as a part of a header."""
    return {"report": {name: _packed(value) for name, value in report.items()}}


def report_from(header: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`report_told`. Raises ValueError where there is none."""
    report = header.get("report")
    if not isinstance(report, dict):
        raise ValueError("no result")
    return {name: _unpacked(value) for name, value in report.items()}


def _packed(value: object) -> object:
    """A value of a report as JSON can carry it."""
    if isinstance(value, Text):
        return value.to_json()
    return [_packed(each) for each in value] if isinstance(value, list) else value


def _unpacked(value: object) -> object:
    if isinstance(value, dict) and Text.is_json(value):
        return Text.from_json(value)
    return [_unpacked(each) for each in value] if isinstance(value, list) else value
