"""A clip whose frames a host has written as raw pixels: painted beside them, each as a layer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from core.animation import survey
from core.animation.beside import Masks, Still
from core.animation.painting import Animation
from core.bridge.contract.clip import ClipRequest
from core.bridge.contract.errors import Enough, Stopped, nothing_painted
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.storage.frames import Frames
from core.bridge.storage.whole import unwritable, write_whole
from core.clips import Clip, Frame, Kind, Moment
from core.clips.clip import BEGINNING, RATE
from core.engine.networks import Networks
from core.engine.painting import PaintedPart, Painting
from core.engine.series import Series
from core.pixels.files import File
from core.system.stopping import ShouldStop


class HandedClip(Clip):
    """The frames in a folder. How long each is shown is the host's business."""

    kind: ClassVar[Kind] = Kind.FRAMES

    def __init__(self, request: ClipRequest, frames: Frames) -> None:
        super().__init__(frames.folder, RATE)
        self._request, self._folder = request, frames
        self.alpha = request.format.has_alpha

    def called(self, number: int) -> str:
        return str(self._request.numbers[number])

    def frames(self, start: Moment = BEGINNING, end: Moment | None = None) -> Iterator[Frame]:
        request = self._request
        for number in range(request.count):
            time = Fraction(number)
            if not start.reached(number, time):
                continue
            if end is not None and end.reached(number, time):
                return
            pixels = self._folder.read(number, request.extent, request.format)
            yield Frame(number, time, Fraction(1), File.fresh(pixels))


class HandedMasks:
    """The masks in a folder: one for all frames, or one each."""

    def __init__(self, request: ClipRequest, frames: Frames) -> None:
        self.moves = request.masks == "each"
        self._request, self._folder = request, frames

    def mask(self, number: int, extent: Extent) -> Pixels:
        assert self._request.mask is not None, "there are masks"
        return self._folder.read_mask(number, extent, self._request.mask)


class Painted:
    """Painted frames in a folder, each as the pixels of a layer, or of the whole picture."""

    def __init__(self, frames: Frames, whole: bool) -> None:
        self.folder, self._frames, self._whole = frames.folder, frames, whole
        self.report: dict[str, Any] = {}
        """Of the last frame that was painted, with what was noted of all."""

    def name(self, number: int) -> str:
        return self._frames.painted(number).name

    def write(self, path: Path, frame: File, made: Painting | None, _settings: Settings) -> None:
        """Write what was painted of a frame, which may be nothing."""
        painting = made or Painting(PaintedPart.together([]), {})
        pixels = (painting.over if self._whole else painting.layer)(frame.pixels)
        try:
            write_whole(path, bytes(pixels.data), mode=0o600)
        except OSError as error:
            raise unwritable(path, error) from error
        if made is not None:
            noted = [*self.report.get("notes", []), *_listed(made.report.get("notes"))]
            self.report = {**made.report, "notes": list(dict.fromkeys(noted))}


class _Counted(Series):
    """Tells as well how many frames there are by now."""

    def __init__(
        self, count: int, tell: Callable[[Progress], None], painted: Callable[[int], None]
    ) -> None:
        super().__init__(count, tell)
        self._tell_painted = painted

    def skipped(self) -> None:
        super().skipped()
        self._tell_painted(self.number - 1)

    def painted(self) -> None:
        super().painted()
        self._tell_painted(self.number - 1)


def paint(
    request: ClipRequest,
    frames: Frames,
    networks: Networks,
    tell: Callable[[Progress], None],
    painted: Callable[[int], None],
    should_stop: ShouldStop,
) -> dict[str, Any]:
    """Paint the frames that are not painted yet.

    Args:
        request: how.
        frames: the folder that they lie in.
        networks: where the trained networks come from.
        tell: is told how far all of it is.
        painted: is told how many frames, from the first on, are painted by now.
        should_stop: asked often; True ends the job. Where it raises Enough instead, the job ends
            with the frames that are whole by then.

    Returns:
        The report, see :class:`core.bridge.client.clip_job.ClipJob`.

    Raises:
        BadInput: a frame, a picture or a setting can't be used.
        Stopped: ``should_stop`` said so.
        NothingPainted: it raised Enough before any frame was painted.
        ImpastoError: a frame can't be written, or weights are missing.
    """
    started = time.monotonic()
    kept = False

    def stops() -> bool:
        nonlocal kept
        try:
            return should_stop()
        except Enough:
            kept = True
            return True

    def looking(number: int) -> None:
        tell(Progress(0.0, Text("Looking through the frames: {number}", number=number + 1)))

    clip, made = HandedClip(request, frames), Painted(frames, request.whole)
    masks: Masks | None = None if request.masks == "none" else HandedMasks(request, frames)
    series = _Counted(request.count, tell, painted)
    try:
        found = survey.of(clip, BEGINNING, None, stops, looking)
        beside = {name: Still(pixels) for name, pixels in request.pictures.items()}
        animation = Animation(
            clip, found, made, request.settings, request.steady, 1, masks, beside, made.write
        )
        animation.check()
        animation.paint(networks, series, stops)
    except Stopped:
        if not kept:
            raise
        if series.number == 1:
            raise nothing_painted() from None
    return {**made.report, "seconds": round(time.monotonic() - started, 3)}


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
