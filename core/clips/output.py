"""Where a painted clip goes: its frames while they are painted, and the clip at the end."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import NamedTuple

from core.bridge.contract.errors import BadInput, ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.storage.regular import is_folder
from core.bridge.storage.whole import check_whole, reason, unwritable, write_whole
from core.clips import assembling, encoding
from core.clips.clip import Clip, Kind
from core.clips.codecs import CONTAINERS, Codec, codec
from core.clips.encoding import Shown
from core.clips.frames import FramesClip, has_number, numbered
from core.clips.video import VideoClip
from core.pixels import files
from core.pixels.imaging import Picture
from core.system.done import FOLDER, Done

_GATHERED = re.compile(r"\d{6,}\.png")
"""Names of frames that are put together to a file."""


class Drawn(NamedTuple):
    """A painted frame.

    Attributes:
        path: its file, in the output's folder.
        number: in the clip.
        start, duration: as it is to be shown, in seconds of the clip.
    """

    path: Path
    number: int
    start: Fraction
    duration: Fraction


@dataclass(frozen=True)
class Output:
    """The painted clip that is to be.

    Attributes:
        path: what a person named: a file, a folder, or a pattern of frames.
        kind: what it is stored as.
        folder: where its frames are gathered; the result itself where it is frames.
        clip: that is painted.
        codec: of a video.
        alpha: whether what is written has an opacity.
    """

    path: Path
    kind: Kind
    folder: Path
    clip: Clip
    codec: Codec | None = None
    alpha: bool = False

    @classmethod
    def of(cls, path: Path, clip: Clip, *, codec_name: str = "") -> Output:
        """Check what is known of it before the clip is looked through.

        Args:
            path: that a person named.
            clip: that is painted.
            codec_name: of a video, see :mod:`core.clips.codecs`; empty is the ending's usual one.

        Raises:
            BadInput: it can't be written.
        """
        suffix = path.suffix.lower()
        beside = path.parent / f"{path.name}.frames"
        if suffix in CONTAINERS:
            made = codec(suffix, codec_name)
            _check_file(path, clip)
            _check_gathered(beside)
            return cls(path, Kind.VIDEO, beside, clip, made)
        if codec_name:
            raise BadInput(
                "{path} is no video and has no codec: leave out --codec, or take {endings}.",
                path=path,
                endings=", ".join(CONTAINERS),
            )
        numbers = has_number(path.name)
        if suffix in assembling.FORMATS and not numbers:
            _check_file(path, clip)
            _check_gathered(beside)
            return cls(path, Kind.ANIMATED, beside, clip)
        folder = path.parent if numbers else path
        if suffix and not numbers:
            raise BadInput(
                "{path}: '{suffix}' is not a clip Impasto writes; take {endings}, or a folder.",
                path=path,
                suffix=path.suffix,
                endings=", ".join((*CONTAINERS, *assembling.FORMATS)),
            )
        if numbers and suffix not in files.writable():
            raise BadInput(
                "{path}: '{suffix}' is not a format Impasto writes; take .png.",
                path=path,
                suffix=path.suffix,
            )
        if isinstance(clip, FramesClip) and folder.resolve() == clip.paths[0].parent.resolve():
            raise BadInput(
                "{folder} holds the frames that are painted: choose another folder to write to.",
                folder=folder,
            )
        output = cls(path, Kind.FRAMES, folder, clip)
        if isinstance(clip, FramesClip):
            _check_names([output.name(number) for number in range(len(clip.paths))])
        return output

    def see_through(self) -> Output:
        """The same of a clip through which something shines. Raises BadInput where it can't be."""
        if self.codec is not None:
            codec(self.path.suffix.lower(), self.codec.name, alpha=True)
        return replace(self, alpha=True)

    def name(self, number: int) -> str:
        """The file of a frame, by its number in the clip."""
        if self.kind is not Kind.FRAMES:
            return f"{number:06}.png"
        if has_number(self.path.name):
            return numbered(self.path.name, number)
        if isinstance(self.clip, FramesClip):
            own = self.clip.paths[number]
            return f"{own.stem}{own.suffix if own.suffix.lower() in files.writable() else '.png'}"
        return f"{number:06}.png"

    def prepare(self) -> None:
        """Make the folder of the frames. Raises ImpastoError where it can't be made."""
        try:
            self.folder.mkdir(parents=self.kind is Kind.FRAMES, exist_ok=True)
            if self.kind is not Kind.FRAMES:
                (self.folder / FOLDER).mkdir(exist_ok=True)  # it is known by that for our own
        except OSError as error:
            raise ImpastoError(
                "The folder {folder} can't be made: {reason}.",
                folder=self.folder,
                reason=error.strerror,
            ) from error

    def lost(self, extent: Extent) -> list[str]:
        """Sentences about what of the clip is not kept."""
        found = []
        if self.clip.sound and self.kind is not Kind.VIDEO:
            found.append(f"{self.path.name} can't hold the sound of {self.clip.name}.")
        if self.codec is not None and self.codec.even and (extent.width % 2 or extent.height % 2):
            found.append(
                f"{self.path.name} is {extent.width + extent.width % 2}x"
                f"{extent.height + extent.height % 2} px, as {self.codec.name} takes even sides "
                "only: the last row or column is there twice."
            )
        return found

    def put_together(self, drawn: Sequence[Drawn]) -> None:
        """Write the clip from its frames. Raises ImpastoError where it can't be written."""
        begun = drawn[0].start
        like = self.clip if isinstance(self.clip, VideoClip) else None
        if self.kind is Kind.VIDEO:
            assert self.codec is not None
            shown = [_shown(each, begun) for each in drawn]
            encoding.write(
                self.path, self.codec, shown, self.clip.rate, like, begun, alpha=self.alpha
            )
        elif self.kind is Kind.ANIMATED:
            loop = self.clip.loop if self.clip.kind is Kind.ANIMATED else 0
            if loop is None and self.path.suffix.lower() != ".gif":
                loop = 1  # as a GIF that does not say is shown; the others would be for ever
            assembling.write(self.path, _longer(drawn), loop, alpha=self.alpha)
        else:
            self._held(drawn)

    def clear(self) -> None:
        """Take the folder of the frames away, once the clip is written; what a person put there
        stays.
        """
        if self.kind is not Kind.FRAMES:
            with suppress(OSError):
                for path in self.folder.glob("*.png"):
                    if _GATHERED.fullmatch(path.name):
                        path.unlink()
                shutil.rmtree(self.folder / FOLDER, ignore_errors=True)
                self.folder.rmdir()

    def leave(self) -> None:
        """Take the folder of the frames away if nothing is in it yet."""
        if self.kind is not Kind.FRAMES:
            with suppress(OSError):
                (self.folder / FOLDER).rmdir()
            with suppress(OSError):
                self.folder.rmdir()

    def _held(self, drawn: Sequence[Drawn]) -> None:
        """A frame that is shown for longer than one is there as many times."""
        done = Done(self.folder)
        for each in drawn:
            if each.path.name != self.name(each.number):
                target = self.folder / self.name(each.number)
                done.forget(target.name)  # what was painted for it once is not there any more
                try:
                    write_whole(target, each.path.read_bytes())
                except OSError as error:
                    raise unwritable(target, error) from error


def _shown(drawn: Drawn, begun: Fraction) -> Shown:
    return Shown(partial(_picture, drawn.path), drawn.start - begun, drawn.duration)


def _longer(drawn: Sequence[Drawn]) -> list[Shown]:
    """What is shown for several frames is one that is shown for longer."""
    found: list[Drawn] = []
    for each in drawn:
        if found and found[-1].path == each.path:
            found[-1] = found[-1]._replace(duration=found[-1].duration + each.duration)
        else:
            found.append(each)
    return [_shown(each, drawn[0].start) for each in found]


def _picture(path: Path) -> Picture:
    return files.read(path).picture()


def _check_names(names: Sequence[str]) -> None:
    """Raise BadInput where two frames would be one file."""
    for name, count in Counter(names).items():
        if count > 1:
            raise BadInput(
                "Several frames would be written to {name}: name the output by a pattern, such as "
                "out/%04d.png.",
                name=name,
            )


def _check_gathered(folder: Path) -> None:
    """Raise BadInput where frames would be mixed with a person's own files."""
    try:
        inside = {each.name for each in folder.iterdir()}
    except OSError:
        return  # none is there, or what is wrong is told when it is made
    if inside and FOLDER not in inside:
        raise BadInput(
            "The painted frames would be kept in {folder}, where other files are: move them away, "
            "or name another clip to write.",
            folder=folder,
        )


def _check_file(path: Path, clip: Clip) -> None:
    if not is_folder(path.parent):
        raise BadInput(
            "There is no folder {folder} to write {name} into: make it.",
            folder=path.parent,
            name=path.name,
        )
    if path.resolve() == clip.path.resolve():
        raise BadInput("{path} is the clip that is painted: name another file.", path=path)
    try:
        check_whole(path)
    except OSError as error:
        raise BadInput(
            "{path} can't be written: {reason}.", path=path, reason=reason(error)
        ) from error
