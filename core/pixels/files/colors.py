"""Converts the colours of a file to those that the engine paints, and back.

The engine paints values on the sRGB curve with sRGB's primaries. LittleCMS converts by the file's
profile. The intent is relative colorimetric with black point compensation, as in GIMP and Krita.
"""

from __future__ import annotations

import functools
import logging
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels.files.kinds import Kind
from core.pixels.files.opacity import straight
from core.pixels.files.samples import Array, Samples
from core.pixels.imaging import array

_log = logging.getLogger(__name__)

_DEPTHS = {"u1": "u8", "u2": "u16", "f4": "f32"}
"""The bridge's names of the depths that the engine works in, by numpy's names."""

_SAME = 0.75 / 255
"""The largest distance from sRGB's colours at which a profile counts as sRGB."""

_RELATIVE, _EXACT, _BLACK_POINT = 1, 0x0100, 0x2000
"""LittleCMS' numbers for the intent, for exact arithmetic, and for the black point."""

WHITE = (0.3127, 0.3290)
PRIMARIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
"""sRGB (IEC 61966-2-1): x and y of its white, D65, and of its red, green and blue."""


@functools.cache
def srgb(linear: bool = False) -> bytes:
    """The profile of the painted pixels."""
    return by_primaries(gamma=1.0 if linear else None)


@functools.cache
def _lab() -> bytes:
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes())


@functools.lru_cache(16)
def by_primaries(
    white: tuple[float, ...] = WHITE,
    primaries: tuple[float, ...] = PRIMARIES,
    gamma: float | None = None,
) -> bytes:
    """The profile of an RGB space.

    Args:
        white: x and y of the white.
        primaries: x and y of red, green and blue, one after the other.
        gamma: the exponent from values to light; None is sRGB's curve.
    """
    if gamma is None and (white, primaries) == (WHITE, PRIMARIES):
        return bytes(imagecodecs.cms_profile("srgb"))
    curve = {"gamma": gamma} if gamma is not None else {"transferfunction": _light(_STEPS)}
    made = imagecodecs.cms_profile("rgb", whitepoint=(*white, 1.0), primaries=primaries, **curve)
    return bytes(made)


def by_gamma(gamma: float) -> bytes:
    """The profile of a grey space."""
    return bytes(imagecodecs.cms_profile("gray", whitepoint=(*WHITE, 1.0), gamma=gamma))


_STEPS = np.linspace(0, 1, 4096, dtype=np.float32)


def _light(values: Array) -> Array:
    """sRGB's curve (IEC 61966-2-1), from values to light."""
    low = values / 12.92
    return np.where(values <= 0.04045, low, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def usable(profile: bytes, model: str) -> bytes:
    """The profile, or b"" if it is damaged or of another model than the picture."""
    return profile if profile and _of_a_probe(profile, model) is not None else b""


def is_srgb(profile: bytes, model: str) -> bool:
    """Whether a usable profile means the same as none, or there is none."""
    if not profile:
        return True
    made = _of_a_probe(profile, model)
    if model == "cmyk" or made is None:
        return False
    return bool(np.abs(made - _probe(model) / 255.0).max() <= _SAME)


def is_light(profile: bytes, model: str) -> bool:
    """Whether a usable profile's values are proportional to light, for which 8 bits are too few."""
    made = _of_a_probe(profile, model) if profile else None
    if made is None or model == "cmyk":
        return False
    # The middle of the probe is the grey of half the range.
    half = made[0, made.shape[1] // 2].mean()
    return bool(abs(half - _HALF_THE_LIGHT) < 0.02)


_HALF_THE_LIGHT = 0.735
"""Half the light, on sRGB's curve."""


@functools.lru_cache(16)
def _of_a_probe(profile: bytes, model: str) -> Array | None:
    """sRGB's values of colours all over a profile's space; None if the profile can't be used."""
    name = _LITTLE_CMS.get(model, "rgb")
    try:
        return _transform(_probe(model), profile, srgb(), name, "rgb", "f4")
    except (ValueError, RuntimeError) as error:
        _log.warning("a colour profile can't be used: %s", error)
        return None


def _probe(model: str) -> NDArray[np.uint8]:
    """Colours all over a space, shape (1, count, channels)."""
    channels = {"grey": 1, "bit": 1, "cmyk": 4}.get(model, 3)
    steps = {1: 256, 3: 9, 4: 3}[channels]
    levels = np.linspace(0, 255, steps).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(*[levels] * channels), axis=-1)
    return grid.reshape(1, -1, channels)


def _transform(
    values: Array, profile: bytes, other: bytes, model: str, other_model: str, depth: str
) -> Array:
    """Convert values, shape (height, width, channels), from one space to another.

    A float pixel with a NaN or an infinity becomes NaN. LittleCMS would make -1e22 of it.
    """
    made = imagecodecs.cms_transform(
        np.ascontiguousarray(values[..., 0] if model == "gray" else values),
        profile,
        other,
        colorspace=model,
        outcolorspace=other_model,
        outdtype=depth,
        intent=_RELATIVE,
        flags=_EXACT | _BLACK_POINT,
    )
    converted = np.asarray(made).reshape(*values.shape[:2], -1)
    if converted.dtype.kind == values.dtype.kind == "f":
        converted[~np.isfinite(values).all(axis=-1)] = np.nan
    return converted


def to_working(samples: Samples) -> Pixels:
    """The pixels that the engine paints: greys stay grey, all others become RGB.

    They have 8 bits if that loses nothing, 16 if a profile is applied or the file has more, and
    floats if the file has floats. Floats with a profile are proportional to light, as they may be
    above 1.
    """
    samples = straight(samples)
    kind = samples.kind
    colors, linear = _to_srgb(samples)
    opacity = samples.alpha
    if opacity is not None:
        full = 255 if samples.palette is not None else samples.white
        opacity = _scaled(_unit(opacity, full), colors.dtype, _top(colors.dtype))
        colors = np.concatenate([colors, opacity[..., None]], axis=-1)
    channels = ("G" if kind.model in _GREYS else "RGB") + "A" * kind.alpha
    format = PixelFormat(channels, _DEPTHS[colors.dtype.str[1:]], linear)
    return Pixels(samples.extent, format, np.ascontiguousarray(colors).tobytes())


def from_working(pixels: Pixels, kind: Kind, profile: bytes, white: float) -> Array:
    """The inverse of :func:`to_working`, to any kind but a palette.

    Args:
        pixels: as the engine paints them.
        kind: the kind that is wanted.
        profile: of the result; b"" is sRGB.
        white: the integer that means 1.

    Returns:
        Samples, shape (height, width, channels).
    """
    values, format = array(pixels), pixels.format
    colors = values[..., :-1] if format.has_alpha else values
    made = _from_srgb(colors, format.linear, kind, profile, white)
    if not kind.alpha:
        return made
    if format.has_alpha:
        opacity = _unit(values[..., -1:], _top(values.dtype))
    else:
        opacity = np.ones((*made.shape[:2], 1))
    return np.concatenate([made, _scaled(opacity, kind.dtype, white)], axis=-1)


def rescaled(values: Array, white: float, kind: Kind, new_white: float) -> Array:
    """The same values in another depth.

    Args:
        values: integers, of which ``white`` means 1, or floats.
        white: see there.
        kind: its depth is wanted.
        new_white: the integer that means 1 in the result.
    """
    if values.dtype == kind.dtype and (kind.floating or white == new_white):
        return values
    return _scaled(_unit(values, white), kind.dtype, new_white)


def _to_srgb(samples: Samples) -> tuple[Array, bool]:
    """Colours in one of ``_DEPTHS``, and whether they are proportional to light."""
    kind, values = samples.kind, samples.colors
    profile = b"" if is_srgb(samples.profile, kind.model) else samples.profile
    if samples.palette is not None:
        values = samples.palette[:, :3][values[..., 0]]
    if kind.model == "ycbcr":
        return np.asarray(Image.fromarray(values, "YCbCr").convert("RGB")), False
    if kind.model == "lab":
        return _transform(values ^ _SIGNS, _lab(), srgb(), "lab", "rgb", "u2"), False
    if kind.model == "cmyk" and not profile:
        return _without_ink(values, samples.white), False
    values = _in_working_depth(values, samples.white)
    if not profile:
        return values, False
    model = _LITTLE_CMS.get(kind.model, "rgb")
    if values.dtype.kind == "f":
        made, linear = _transform(values, profile, srgb(True), model, "rgb", "f4"), True
    else:
        made, linear = _transform(values, profile, srgb(), model, "rgb", "u2"), False
    return (made[..., :1] if kind.model in _GREYS else made), linear


def _from_srgb(colors: Array, linear: bool, kind: Kind, profile: bytes, white: float) -> Array:
    if kind.model == "lab":
        # There is one Lab space, whatever profile is embedded.
        made = _transform(_three(colors), srgb(linear), _lab(), "rgb", "lab", "u1")
        return np.asarray(made ^ _SIGNS)
    if not is_srgb(profile, kind.model):
        whole = kind.depth in ("u1", "u2") and white == _top(kind.dtype)
        depth = kind.depth if whole else "f8" if kind.dtype.itemsize > 2 else "f4"
        model = _LITTLE_CMS.get(kind.model, "rgb")
        colors = _transform(_three(colors), srgb(linear), profile, "rgb", model, depth)
    else:
        if linear:
            colors = _transform(_three(colors), srgb(True), srgb(), "rgb", "rgb", "f4")
        colors = _plain(colors, kind)
    return rescaled(colors, _top(colors.dtype), kind, white)


def _plain(colors: Array, kind: Kind) -> Array:
    """Values on the sRGB curve, converted to a model without a profile."""
    if kind.model in _GREYS:
        if colors.shape[-1] == 1:
            return colors
        return (_unit(colors, _top(colors.dtype)) @ _LUMA)[..., None]
    colors = _three(colors)
    if kind.model == "cmyk":
        inks = 1 - _unit(colors, _top(colors.dtype))
        return np.concatenate([inks, np.zeros_like(inks[..., :1])], axis=-1)
    if kind.model == "ycbcr":
        bytes_ = _scaled(_unit(colors, _top(colors.dtype)), np.dtype("u1"), 255)
        return np.asarray(Image.fromarray(bytes_, "RGB").convert("YCbCr"))
    return colors


_GREYS = ("grey", "bit")
_LITTLE_CMS = {"grey": "gray", "bit": "gray", "cmyk": "cmyk", "lab": "lab"}
"""LittleCMS' names of models that are not RGB."""

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Rec. 709's weights of red, green and blue, as in :func:`core.pixels.imaging.to_pixels`."""

_SIGNS = np.array([0, 128, 128], np.uint8)
"""Turns a file's signed a and b into LittleCMS' values with an offset, and back, by exclusive
or."""


def _without_ink(values: Array, white: float) -> Array:
    """RGB of CMYK without a profile: each ink absorbs its share of light, as in most viewers."""
    paper = 1 - _unit(values, white)
    return _scaled(paper[..., :3] * paper[..., 3:], np.dtype("u2"), 65535)


def _in_working_depth(values: Array, white: float) -> Array:
    if values.dtype.str[1:] in _DEPTHS and white == _top(values.dtype):
        return values
    if values.dtype.kind != "f" and white <= 65535:
        return _scaled(_unit(values, white), np.dtype("u2"), 65535)
    return _unit(values, white).astype(np.float32)


def _three(colors: Array) -> Array:
    """Red, green and blue of colours that may be grey."""
    return np.repeat(colors, 3, axis=-1) if colors.shape[-1] == 1 else colors


def _top(dtype: np.dtype[Any]) -> float:
    """The value that means 1 in the full range of a type."""
    return 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)


def _unit(values: Array, white: float) -> Array:
    """Values over white: floats as they are, integers in a float type that has their bits."""
    if values.dtype.kind == "f":
        return values.astype(np.float32) if values.dtype.itemsize == 2 else values
    made: Array = values / np.dtype("f4" if values.dtype.itemsize < 4 else "f8").type(white)
    return made


def _scaled(unit: Array, dtype: np.dtype[Any], white: float) -> Array:
    """The inverse of :func:`_unit`. NaN becomes black."""
    if dtype.kind == "f":
        return unit.astype(dtype)
    return np.rint(np.nan_to_num(unit).clip(0, 1) * white).astype(dtype)
