"""The writer, which writes a painted picture in the kind, depth and profile of its file."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.bridge.contract.errors import BadInput, ImpastoError, NoRoom
from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import Pixels
from core.bridge.storage.regular import is_folder, open_regular
from core.bridge.storage.whole import check_whole, is_full, reason, unwritable, write_whole
from core.pixels.files import colors, opacity, palettes
from core.pixels.files.decoding import formats
from core.pixels.files.encoding import encode
from core.pixels.files.file import File, stamp
from core.pixels.files.kinds import HELD, LARGEST, WITH_PROFILE, Kind, loses, nearest
from core.pixels.files.notes import left_out
from core.pixels.files.samples import Array, Samples
from core.pixels.imaging import bounds, to_picture, to_pixels

_log = logging.getLogger(__name__)

BAND_PIXELS = 1 << 20
"""Pixels that are converted at once."""

_ALIASES = {"DIB": "BMP", "MPO": "JPEG"}


@dataclass(frozen=True)
class OutputFormat:
    """The form in which a picture is written.

    Attributes:
        format: as Pillow names it.
        kind: of the samples.
        profile: of the colours; b"" is sRGB.
        premultiplied: True if the colours are multiplied by their opacity.
    """

    format: str
    kind: Kind
    profile: bytes
    premultiplied: bool

    @classmethod
    def of(cls, file: File, format: str, painted: bool = True) -> OutputFormat:
        """The form nearest to a file's own that the format holds; ``painted`` if pixels changed."""
        samples = file.decoded.samples
        wanted = samples.kind
        if samples.alpha is not None and wanted not in HELD[format]:
            opaque = bool((samples.alpha >= _full(samples)).all())
            wanted = replace(wanted, alpha=not opaque)
        if painted and format != "GIF":
            wanted = wanted.painted
        kind = nearest(wanted, HELD[format])
        if format == "EXR":
            profile = colors.srgb(linear=True) if kind.model == "rgb" else colors.by_gamma(1)
        elif format in WITH_PROFILE and _family(kind) == _family(samples.kind):
            profile = samples.profile
            fewer = kind.depth == "u1" != samples.kind.depth
            if fewer and colors.is_light(profile, samples.kind.model):
                profile = b""
        else:
            profile = b""
        multiplied = format == "EXR" or (format == "TIFF" and samples.premultiplied)
        return cls(format, kind, profile, kind.alpha and multiplied)

    @property
    def white(self) -> float:
        """The value that stands for 1."""
        return 1.0 if self.kind.floating else float(np.iinfo(self.kind.dtype).max)


def _family(kind: Kind) -> str:
    """The name of the models that share profiles."""
    return {"palette": "rgb", "ycbcr": "rgb", "bit": "grey"}.get(kind.model, kind.model)


def _full(samples: Samples) -> float:
    """The value of full opacity."""
    return 255.0 if samples.palette is not None else samples.white


def check_writable(file: File, path: Path) -> str:
    """Check what the format of a name's ending can't hold, before hours of work.

    Returns:
        A sentence that says what of the picture is lost; "" if nothing is.

    Raises:
        BadInput: the picture can't be written there at all.
        NoRoom: the disk is full.
    """
    format = _format(path)
    if not is_folder(path.parent):
        raise BadInput(
            "There is no folder {folder} to write {name} into: make it.",
            folder=path.parent,
            name=path.name,
        )
    if is_folder(path):
        raise BadInput("{path} is a folder: name a file to write.", path=path)
    most, extent = LARGEST.get(format), file.pixels.extent
    if most is not None and extent.long_side > most:
        raise BadInput(
            "{path}: {suffix} holds {most} pixels a side, and the picture is {width}x{height}; "
            "take .png.",
            path=path,
            suffix=path.suffix,
            most=most,
            width=extent.width,
            height=extent.height,
        )
    output = OutputFormat.of(file, format)
    if file.decoded.samples.kind.alpha and not output.kind.alpha and _transparent(file):
        raise BadInput(
            "{path}: {suffix} can't hold the picture's transparency; take .png.",
            path=path,
            suffix=path.suffix,
        )
    try:
        check_whole(path)
    except OSError as error:
        if is_full(error):
            raise unwritable(path, error) from error
        raise BadInput(
            "{path} can't be written: {reason}.", path=path, reason=reason(error)
        ) from error
    return _lost(file, output, path)


def writable() -> frozenset[str]:
    """The endings of the formats that can be written."""
    formats()  # as below
    kept = {ending for ending, name in Image.EXTENSION.items() if _ALIASES.get(name, name) in HELD}
    return frozenset({*kept, ".exr"} - {".pfm"})


def _transparent(file: File) -> bool:
    samples = file.decoded.samples
    return samples.alpha is not None and bool((samples.alpha < _full(samples)).any())


def _format(path: Path) -> str:
    suffix = path.suffix.lower()
    if not suffix:
        raise BadInput("{path} has no ending that says its format, such as .png.", path=path)
    formats()  # makes Pillow load all of its endings
    found = "EXR" if suffix == ".exr" else Image.EXTENSION.get(suffix, "")
    found = _ALIASES.get(found, found)
    if found not in HELD or suffix == ".pfm":
        raise BadInput(
            "{path}: '{suffix}' is not a format Impasto writes; take .png.",
            path=path,
            suffix=suffix,
        )
    return found


def _lost(file: File, output: OutputFormat, path: Path) -> str:
    """A sentence that says what a format does not keep; "" if it keeps everything."""
    samples, own, kind = file.decoded.samples, file.decoded.samples.kind, output.kind
    lost, becomes = [], f"it is written as {kind}"
    if loses(replace(own, alpha=own.alpha and kind.alpha), kind):
        lost.append(str(own))
    elif own.dtype.kind == "i" != kind.dtype.kind and bool((samples.colors < 0).any()):
        lost.append(f"the values below 0 of {own}")
    applied = own.model != "lab" and not colors.is_srgb(samples.profile, own.model)
    if applied and output.profile != samples.profile and output.format != "EXR":
        lost.append("the colour profile")
        becomes += " in sRGB"
    missed = left_out(file.decoded.notes, output.format)
    without = f", without {_listed(missed)}" if missed else ""
    if lost:
        return f"{path.name} can't hold {_listed(lost)} of {file.name}: {becomes}{without}."
    if own.painted.model != own.model != kind.model:
        return (
            f"{path.name} is written as {kind}{without}, as what is painted has more colours than "
            f"{file.name} has room for."
        )
    return f"{path.name} is written without {_listed(missed)} of {file.name}." if missed else ""


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def write(file: File, path: Path) -> None:
    """Write a picture as much like its file as the format of the name's ending allows.

    Raises:
        BadInput: as :func:`check_writable`.
        NoRoom: the disk is full.
        ImpastoError: the file can't be written for another reason. Either message says where the
            painting was saved, if it could be.
    """
    format = _format(path)
    try:
        write_whole(path, _bytes(file, format))
    except Exception as error:
        _log.exception("%s can't be written", path)
        why = str(error).rstrip(".") or type(error).__name__
        told = reason(error) if isinstance(error, OSError) else why
        kept = _rescued(file, path)
        kind = NoRoom if is_full(error) else ImpastoError
        if kept is None:
            raise kind("{path} can't be written: {reason}.", path=path, reason=told) from error
        raise kind(
            "{path} can't be written: {reason}. The painting is in {kept}.",
            path=path,
            reason=told,
            kept=kept,
        ) from error


def _rescued(file: File, path: Path) -> Path | None:
    """Save a PNG beside the file that can't be written, or in the temporary folder."""
    name = f"{path.stem[:40]}-{os.urandom(3).hex()}.png"
    for folder in (path.parent, Path(tempfile.gettempdir())):
        with suppress(Exception):
            write_whole(folder / name, _bytes(file, "PNG"))
            return folder / name
    return None


def _bytes(file: File, format: str) -> bytes:
    """The bytes to write. If nothing was painted, they are those of the picture's own file."""
    decoded = file.decoded
    changed = _changed(file)
    same = format == decoded.format
    if not changed.any() and same and file.path is not None and stamp(file.path) == file.stamp:
        with open_regular(file.path) as opened:
            return opened.read()
    output = OutputFormat.of(file, format, painted=bool(changed.any()))
    how = decoded.encoding if same else {}
    return encode(_composed(file, output, changed), format, decoded.notes, how, decoded.lossy)


def _changed(file: File) -> NDArray[np.bool_]:
    """True at the painted pixels, which are visible and have changed; shape (height, width)."""
    changed = _differ(file.read, file.pixels)
    if file.read.format.depth == "f32" and changed.any():
        # Floats that were not painted lose their last bits on their way through the engine.
        changed &= _differ(to_pixels(to_picture(file.read), file.read.format), file.pixels)
    alpha = file.decoded.samples.alpha
    return changed if alpha is None else changed & (alpha > 0)


def _differ(one: Pixels, other: Pixels) -> NDArray[np.bool_]:
    shape = (*one.extent[::-1], -1)
    before, after = (np.frombuffer(each.data, np.uint8).reshape(shape) for each in (one, other))
    differ: NDArray[np.bool_] = (before != after).any(axis=-1)
    return differ


def _composed(file: File, output: OutputFormat, changed: NDArray[np.bool_]) -> Samples:
    """The samples to write: painted pixels are converted, the others keep their own values."""
    own = file.decoded.samples
    if output.kind.model == "palette":
        return _in_a_palette(file, output, changed)
    white = own.white if output.kind.depth == own.kind.depth else output.white
    values = _converted(file, output, white)
    result = Samples(
        output.kind,
        values,
        profile=output.profile,
        white=white,
        premultiplied=output.premultiplied,
    )
    box = bounds(changed)
    rows = max(1, BAND_PIXELS // max(1, box.width))
    for y in range(box.y, box.bottom, rows):
        band = Box(box.x, y, box.width, rows).intersect(box)
        np.copyto(
            _part(result.colors, band),
            _painted(file, result, band),
            where=_part(changed, band)[..., None],
        )
    return result


def _painted(file: File, below: Samples, box: Box) -> Array:
    """The colours of a part after painting, in the samples to write.

    Part of a picture's colours is lost in the engine's sRGB, such as saturation beyond its gamut or
    the mixture of inks. This part is added back where the mask is faint and fades out as it grows,
    as an edge would show otherwise.
    """

    def converted(pixels: Pixels) -> Array:
        part, kind = pixels.crop(box), below.kind
        if below.premultiplied:
            made = colors.from_working(part, opacity.exact(kind), below.profile, 1.0)
            return opacity.multiplied(made[..., : kind.colors], _part(below.values, box)[..., -1:])
        return colors.from_working(part, kind, below.profile, below.white)[..., : kind.colors]

    made = converted(file.pixels)
    if file.coverage is not None:
        rest = _part(below.colors, box).astype(np.float64) - converted(file.read)
        made = made + rest * (1 - _part(file.coverage, box)[..., None])
    return _rounded(made, below.kind, below.white)


def _rounded(values: Array, kind: Kind, white: float) -> Array:
    """Values in the depth of a kind; a finite value stays finite."""
    if not kind.floating:
        return np.rint(values).clip(np.iinfo(kind.dtype).min, white).astype(kind.dtype)
    largest = np.finfo(kind.dtype).max
    held = np.where(np.isfinite(values), values.clip(-largest, largest), values)
    return held.astype(kind.dtype)


def _part(values: NDArray[Any], box: Box) -> NDArray[Any]:
    return values[box.slices]


def _converted(file: File, output: OutputFormat, white: float) -> Array:
    """A copy of the file's own samples in the output's kind, by as few conversions as possible."""
    own, kind = file.decoded.samples, output.kind
    same_colors = output.profile == own.profile and kind.alpha == own.kind.alpha
    if same_colors and own.palette is not None and kind == own.kind.painted:
        return np.ascontiguousarray(own.palette[own.values[..., 0]][..., : kind.channels])
    models = (own.kind.model, own.kind.painted.model)
    same_colors &= output.premultiplied == own.premultiplied
    if same_colors and own.palette is None and kind.model in models:
        return np.array(colors.rescaled(own.values, own.white, kind, white))
    if not output.premultiplied:
        return np.array(colors.from_working(file.read, kind, output.profile, white))
    made = colors.from_working(file.read, opacity.exact(kind), output.profile, 1.0)
    made[..., :-1] = opacity.multiplied(made[..., :-1], made[..., -1:])
    return _rounded(made * (1 if kind.floating else white), kind, white)


def _in_a_palette(file: File, output: OutputFormat, changed: NDArray[np.bool_]) -> Samples:
    """The samples in a palette: the file's own, or a new one."""
    own = file.decoded.samples
    whole = Kind("rgb", alpha=output.kind.alpha)
    entries_stay = output.profile == own.profile or colors.is_srgb(own.profile, "palette")
    if own.palette is not None and entries_stay:
        made = colors.from_working(file.pixels, Kind("rgb"), output.profile, 255.0)
        return palettes.painted(own, made, changed)
    made = np.array(colors.from_working(file.read, whole, output.profile, 255.0))
    painted = colors.from_working(file.pixels, whole, output.profile, 255.0)
    np.copyto(made, painted, where=changed[..., None])
    return palettes.indexed(made, changed, output.profile)
