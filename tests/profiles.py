"""Colour profiles for tests, written by hand from published numbers (ICC.1:2022)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
from PIL import ImageCms
from skimage import color

D65, D50 = (0.3127, 0.3290), (0.3457, 0.3585)

PRIMARIES: Mapping[str, tuple[tuple[float, ...], tuple[float, float], float | None]] = {
    "srgb": ((0.64, 0.33, 0.30, 0.60, 0.15, 0.06), D65, None),
    "adobe-rgb": ((0.64, 0.33, 0.21, 0.71, 0.15, 0.06), D65, 563 / 256),
    "display-p3": ((0.68, 0.32, 0.265, 0.69, 0.15, 0.06), D65, None),
    "prophoto": ((0.734699, 0.265301, 0.159597, 0.840403, 0.036598, 0.000105), D50, 1.8),
    "rec2020": ((0.708, 0.292, 0.170, 0.797, 0.131, 0.046), D65, 2.4),
}
"""x and y of red, green and blue; of white; the exponent to light, None for sRGB's curve."""

_PCS = np.array([0.9642, 1.0, 0.8249])
"""The white that profiles are relative to."""


def rgb(name: str) -> bytes:
    """A profile of an RGB space."""
    corners, white, gamma = PRIMARIES[name]
    columns = [_xyz(corners[at], corners[at + 1]) for at in (0, 2, 4)]
    to_xyz = np.stack(columns, axis=1)
    to_xyz = _bradford(_xyz(*white)) @ (to_xyz * np.linalg.solve(to_xyz, _xyz(*white)))
    curve = _curve(gamma)
    tags = {
        f"{channel}XYZ".encode(): b"XYZ \0\0\0\0" + _fixed(*to_xyz[:, place])
        for place, channel in enumerate("rgb")
    }
    tags |= {f"{channel}TRC".encode(): curve for channel in "rgb"}
    return _profile(b"RGB ", b"XYZ ", b"mntr", tags)


def grey(gamma: float) -> bytes:
    """A profile of greys."""
    return _profile(b"GRAY", b"XYZ ", b"mntr", {b"kTRC": _curve(gamma)})


def cmyk() -> bytes:
    """A profile of inks that each take their light, in tables; not of any press."""
    inks = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 4, indexing="ij"), axis=-1)
    shown = (1 - inks[..., :3]) * (1 - inks[..., 3:])
    forth = _table(4, 3, 9, _encoded(color.rgb2lab(shown.reshape(1, -1, 3), illuminant="D65")))
    light, a, b = np.meshgrid(*[np.linspace(0, 1, 33)] * 3, indexing="ij")
    lab = np.stack([light * 100 * 65535 / 65280, a * 65535 / 256 - 128, b * 65535 / 256 - 128], -1)
    back = color.lab2rgb(lab.reshape(1, -1, 3), illuminant="D65").clip(0, 1)
    paper = np.concatenate([1 - back, np.zeros_like(back[..., :1])], axis=-1)
    tables = {b"A2B0": forth, b"B2A0": _table(3, 4, 33, np.rint(paper * 65535))}
    tables |= {b"A2B1": forth, b"B2A1": tables[b"B2A0"]}
    return _profile(b"CMYK", b"Lab ", b"prtr", tables)


def opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    import io

    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _xyz(x: float, y: float) -> np.ndarray:
    return np.array([x / y, 1, (1 - x - y) / y])


def _bradford(white: np.ndarray) -> np.ndarray:
    cones = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    return np.linalg.inv(cones) @ np.diag((cones @ _PCS) / (cones @ white)) @ cones


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _curve(gamma: float | None) -> bytes:
    if gamma is not None:
        return b"para\0\0\0\0\0\0\0\0" + _fixed(gamma)
    return b"para\0\0\0\0\0\3\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _encoded(lab: np.ndarray) -> np.ndarray:
    """Lab as 16-bit tables of version 2 have it."""
    light, a, b = np.moveaxis(lab, -1, 0)
    return np.rint(np.stack([light * 652.8, (a + 128) * 256, (b + 128) * 256], -1)).clip(0, 65535)


def _table(inputs: int, outputs: int, grid: int, values: np.ndarray) -> bytes:
    """lut16Type: straight curves around a grid."""
    line = struct.pack(">HH", 0, 65535)
    head = b"mft2\0\0\0\0" + bytes([inputs, outputs, grid, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    head += struct.pack(">HH", 2, 2)
    return head + line * inputs + values.astype(">u2").tobytes() + line * outputs


def _profile(space: bytes, pcs: bytes, use: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    version = 0x04000000 if pcs == b"XYZ " else 0x02400000
    words = b"mluc\0\0\0\0\0\0\0\1\0\0\0\x0cenUS\0\0\0\x08\0\0\0\x1c\0t\0e\0s\0t"
    if pcs != b"XYZ ":
        words = b"desc\0\0\0\0\0\0\0\5test\0" + bytes(78)
    whole = {b"desc": words, b"wtpt": b"XYZ \0\0\0\0" + _fixed(*_PCS), **tags}
    at, directory, data = 132 + 12 * len(whole), b"", b""
    for name, tag in whole.items():
        tag += bytes(-len(tag) % 4)
        directory += name + struct.pack(">II", at + len(data), len(tag))
        data += tag
    size = at + len(data)
    head = struct.pack(">I4xI", size, version) + use + space + pcs + bytes(12) + b"acsp" + bytes(28)
    head += _fixed(*_PCS)
    return head.ljust(128, b"\0") + struct.pack(">I", len(whole)) + directory + data
