"""Colours multiplied by their opacity, as OpenEXR and some TIFF files have them, and straight ones.

A multiplied colour may be light where its opacity is 0, such as fire or glow: there is no straight
colour for that, so such samples are kept as they are and only what is painted is multiplied.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Array, Samples

_LEAST = 1e-6
"""Opacity of floats below which there is none: no integer of 16 bits holds it, and a colour divided
by it would have no use."""


def straight(samples: Samples) -> Samples:
    """The same picture, its colours not multiplied; black where the opacity is 0.

    Half floats become floats, which have room for the quotients.
    """
    if not samples.premultiplied:
        return samples
    values, kind = samples.values, samples.kind
    if kind.floating:
        values = values.astype(np.promote_types(values.dtype, np.float32))
        values[..., -1:][np.abs(values[..., -1:]) < _LEAST] = 0
        kind = replace(kind, depth=values.dtype.str[1:])
    opacity = values[..., -1:].astype(np.float64) / samples.white
    colors = np.zeros(samples.colors.shape)
    np.divide(values[..., :-1], opacity, where=opacity > 0, out=colors)
    if not kind.floating:
        colors = np.rint(colors.clip(0, samples.white))
    with np.errstate(over="ignore"):  # what no float holds is no number
        made = np.concatenate([colors.astype(values.dtype), values[..., -1:]], axis=-1)
    return replace(samples, kind=kind, values=made, premultiplied=False)


def multiplied(colors: Array, opacity: Array) -> Array:
    """Straight colours in the samples that a file has of multiplied ones, not yet rounded.

    Args:
        colors: of which 1 is white, shape (height, width, colours).
        opacity: as the file has it, shape (height, width, 1).
    """
    made: Array = colors * opacity.astype(np.float64)
    return made


def exact(kind: Kind) -> Kind:
    """The kind in floats that hold all of its levels, and quotients of them."""
    return replace(kind, depth="f8" if kind.dtype.itemsize > 2 else "f4")
