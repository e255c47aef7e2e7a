"""Converts between straight colours and colours multiplied by their opacity.

OpenEXR and some TIFF files have multiplied colours. These may be above 0 where the opacity is 0,
for example in a fire or a glow. No straight colour means that, so such samples are kept as they
are, and only painted colours are multiplied.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Array, Samples

_LEAST = 1e-6
"""Opacity, in floats, below which it counts as 0. 16-bit integers can't hold it, and a colour
divided by it would be useless."""


def straight(samples: Samples) -> Samples:
    """The same picture with straight colours, which are black where the opacity is 0.

    Half floats become floats, which can hold the quotients.
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
    with np.errstate(over="ignore"):  # a quotient beyond the type's range becomes infinite
        made = np.concatenate([colors.astype(values.dtype), values[..., -1:]], axis=-1)
    return replace(samples, kind=kind, values=made, premultiplied=False)


def multiplied(colors: Array, opacity: Array) -> Array:
    """Multiply straight colours by an opacity, without rounding.

    Args:
        colors: 1 is white, shape (height, width, colours).
        opacity: in the file's own values, shape (height, width, 1).
    """
    made: Array = colors * opacity.astype(np.float64)
    return made


def exact(kind: Kind) -> Kind:
    """The same kind in floats that can hold all of its levels, and quotients of them."""
    return replace(kind, depth="f8" if kind.dtype.itemsize > 2 else "f4")
