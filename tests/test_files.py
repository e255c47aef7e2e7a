"""Picture files: reading every kind, keeping what was not painted, and warnings beforehand."""

from __future__ import annotations

import io
import os
import socket
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pytest
import tifffile
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core import cli
from core.bridge.contract.errors import BadInput, ImpastoError
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import Pixels
from core.engine.painting import PaintedPart, Painting
from core.pixels import files
from core.pixels.files import kinds, reducing
from core.pixels.files.kinds import HELD, Kind
from core.pixels.imaging import numbers, to_picture
from core.sketches.library import Library
from core.system import memory
from tests import pictures
from tests.hosts.roots import REPOSITORY

WIDTH, HEIGHT = 64, 48


def ramp(channels: int = 3, dtype: str = "u1") -> np.ndarray:
    """A smooth picture, in which a wrong order of channels or planes shows; shape (48, 64, n)."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [x / 63, y / 47, (x + y) / 110, 1 - x / 80][:channels]
    values = np.stack(planes, axis=-1).clip(0, 1)
    if np.dtype(dtype).kind == "f":
        return values.astype(dtype)
    return np.rint(values * np.iinfo(dtype).max).astype(dtype)


def picture() -> Image.Image:
    return Image.fromarray(ramp())


def keyed(picture: Image.Image, key: Any) -> Image.Image:
    """A picture with a corner in the colour that means transparent."""
    picture.paste(key, (0, 0, 20, 20))
    return picture


def with_alpha(mode: str) -> Image.Image:
    made = picture().convert(mode)
    made.putalpha(Image.fromarray(ramp()[..., 0]))
    return made


def palette_with_key(path: Path) -> None:
    made = keyed(picture(), (255, 0, 255)).quantize(64)
    made.save(path, transparency=made.getpixel((5, 5)))


def tiff(path: Path, values: np.ndarray, **more: Any) -> None:
    tifffile.imwrite(path, values, metadata=None, **more)


def planes(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(values, -1, 0))


def premultiplied(values: np.ndarray) -> np.ndarray:
    white = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    opacity = values[..., 3:] / white
    return np.concatenate([values[..., :3] * opacity, values[..., 3:]], axis=-1).astype(
        values.dtype
    )


def fire(dtype: str) -> np.ndarray:
    """Colours multiplied by an opacity, with light where the opacity is 0 or nearly 0."""
    values = premultiplied(ramp(4, dtype))
    white = 1 if values.dtype.kind == "f" else np.iinfo(dtype).max
    for column, opacity in enumerate((0, 6e-8, 1e-5, 2e-3)):
        values[12:30, 20 + column, :3] = (0.75 * white, 0.5 * white, 0.25 * white)
        values[12:30, 20 + column, 3] = np.array(opacity * white)
    return values


def fire_tiff(path: Path, dtype: str) -> None:
    tiff(path, fire(dtype), photometric="rgb", extrasamples=["assocalpha"])


def exr(path: Path, values: np.ndarray) -> None:
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGBA"[: values.shape[2]]: values}) as made:
        made.write(str(path))


def scene(path: Path) -> None:
    """Linear light, with a patch eight times as bright as paper."""
    import OpenEXR

    light = ramp(3, "f4") ** 2.2
    light[20:30, 20:30] = 8
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGB": light}) as made:
        made.write(str(path))


KINDS: Mapping[str, Callable[[Path], object]] = {
    "rgb.png": lambda path: picture().save(path),
    "rgb.webp": lambda path: picture().save(path, lossless=True),
    "rgb.jp2": lambda path: picture().save(path),
    "rgb.bmp": lambda path: picture().save(path),
    "rgb.tga": lambda path: picture().save(path),
    "rgb.tif": lambda path: picture().save(path),
    "rgba.png": lambda path: with_alpha("RGB").save(path),
    "grey_alpha.png": lambda path: with_alpha("L").save(path),
    "grey.png": lambda path: picture().convert("L").save(path),
    "bit.png": lambda path: picture().convert("1").save(path),
    "bit.tif": lambda path: picture().convert("1").save(path, compression="group4"),
    "palette.png": lambda path: picture().quantize(64).save(path),
    "palette.gif": lambda path: picture().quantize(64).save(path),
    "palette_key.png": palette_with_key,
    "palette_key.gif": palette_with_key,
    "rgb_key.png": lambda path: keyed(picture(), (255, 0, 255)).save(
        path, transparency=(255, 0, 255)
    ),
    "grey_key.png": lambda path: keyed(picture().convert("L"), 7).save(path, transparency=7),
    "cmyk.tif": lambda path: Image.frombytes("CMYK", (WIDTH, HEIGHT), ramp(4).tobytes()).save(path),
    "lab.tif": lambda path: Image.frombytes(
        "LAB", (WIDTH, HEIGHT), (ramp() // 2 + 40).tobytes()
    ).save(path),
    "ycbcr.tif": lambda path: picture().convert("YCbCr").save(path),
    "rgb16.png": lambda path: cv2.imwrite(str(path), ramp(3, "u2")[..., ::-1]),
    "rgba16.png": lambda path: cv2.imwrite(str(path), ramp(4, "u2")),
    "grey16.png": lambda path: cv2.imwrite(str(path), ramp(1, "u2")),
    "grey16.pgm": lambda path: path.write_bytes(
        b"P5\n64 48\n65535\n" + ramp(1, "u2").astype(">u2").tobytes()
    ),
    "rgb16.ppm": lambda path: path.write_bytes(
        b"P6\n# made by hand\n64 48\n65535\n" + ramp(3, "u2").astype(">u2").tobytes()
    ),
    "rgb16.tif": lambda path: tiff(path, ramp(3, "u2"), photometric="rgb"),
    "rgb16_planes.tif": lambda path: tiff(
        path, planes(ramp(3, "u2")), photometric="rgb", planarconfig="separate"
    ),
    "rgb8_planes.tif": lambda path: tiff(
        path, planes(ramp(3)), photometric="rgb", planarconfig="separate"
    ),
    "rgba16.tif": lambda path: tiff(
        path, ramp(4, "u2"), photometric="rgb", extrasamples=["unassalpha"]
    ),
    "rgb16_big_endian.tif": lambda path: tiff(
        path, ramp(3, "u2"), photometric="rgb", byteorder=">"
    ),
    "rgb16_big_file.tif": lambda path: tiff(path, ramp(3, "u2"), photometric="rgb", bigtiff=True),
    "rgb16_premultiplied.tif": lambda path: tiff(
        path, premultiplied(ramp(4, "u2")), photometric="rgb", extrasamples=["assocalpha"]
    ),
    "rgb16.jp2": lambda path: path.write_bytes(imagecodecs.jpeg2k_encode(ramp(3, "u2"), level=0)),
    "grey_alpha16.png": lambda path: path.write_bytes(imagecodecs.png_encode(ramp(2, "u2"))),
    "white_is_0_grey.tif": lambda path: tiff(
        path, 65535 - ramp(1, "u2")[..., 0], photometric="miniswhite"
    ),
    "scene.exr": lambda path: scene(path),
    "fire_half.exr": lambda path: exr(path, fire("f2")),
    "fire.exr": lambda path: exr(path, fire("f4")),
    "fire_u8.tif": lambda path: fire_tiff(path, "u1"),
    "fire_u16.tif": lambda path: fire_tiff(path, "u2"),
    "fire_half.tif": lambda path: fire_tiff(path, "f2"),
    "fire.tif": lambda path: fire_tiff(path, "f4"),
    "cmyk16.tif": lambda path: tiff(path, ramp(4, "u2"), photometric="separated"),
    "float_grey.tif": lambda path: tiff(path, ramp(1, "f4")[..., 0]),
    "float_rgb.tif": lambda path: tiff(path, ramp(3, "f4"), photometric="rgb"),
    "half_rgb.tif": lambda path: tiff(path, ramp(3, "f2"), photometric="rgb"),
    "double_grey.tif": lambda path: tiff(path, ramp(1, "f8")[..., 0]),
    "int32_grey.tif": lambda path: tiff(path, ramp(1, "u2")[..., 0].astype(np.int32)),
    "uint32_grey.tif": lambda path: tiff(path, ramp(1, "u4")[..., 0]),
    "int16_grey.tif": lambda path: tiff(path, ramp(1, "i2")[..., 0]),
}
"""Files of the kinds that people have, by a name that tells the kind."""

ENDINGS = ("png", "tif", "webp", "gif", "bmp", "tga", "ppm", "jp2", "exr", "ico", "sgi")
"""The endings of formats without loss."""


@pytest.fixture(params=sorted(KINDS))
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of each kind."""
    path = tmp_path / request.param
    KINDS[request.param](path)
    return path


def painted(content: Pixels, box: Box, strength: float) -> Pixels:
    """The content with its negative painted in a box that has a soft edge at the left."""
    below = to_picture(content)
    color = 1 - below.color
    color = torch.lerp(below.color, color, strength)
    rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
    coverage = torch.ones(1, 1, box.height, box.width)
    coverage[..., :4] = torch.tensor([0.0, 0.1, 0.5, 0.9])
    part = PaintedPart(box, color[..., rows, columns], coverage)
    return Painting(part, {}).over(content)


def color_and_alpha(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The colours that a person sees, in 0..1."""
    shown = files.read(path).picture()
    color = shown.color.expand(1, 3, -1, -1)[0].permute(1, 2, 0).numpy()
    return color, shown.alpha[0, 0].numpy()


@pytest.mark.parametrize("ending", ENDINGS)
def test_strength_0_gives_the_picture_back(odd: Path, ending: str, tmp_path: Path) -> None:
    """The same samples if the format holds the kind, else the same colours."""
    content = files.read(odd)
    out = tmp_path / f"out.{ending}"
    try:
        files.check_writable(content, out)
    except BadInput as error:
        assert "transparency" in str(error)
        return
    same = painted(content.pixels, Box(8, 8, 32, 32), strength=0)
    files.write(content.painted(same), out)
    before, after = content.decoded.samples, files.read(out).decoded.samples
    exact = before.kind in HELD[files.read(out).decoded.format] and before.palette is None
    exact &= before.premultiplied == after.premultiplied
    if exact and not (ending == "exr" and odd.suffix != ".exr"):  # which is light, not sRGB's curve
        assert after.kind == before.kind
        np.testing.assert_array_equal(after.values, before.values)
        return
    few_colors = ending == "gif" and before.palette is None and before.kind.model != "grey"
    if few_colors and before.kind.model != "bit":
        return  # 256 of them
    coarse = {"exr": 2**-10}.get(ending, 0.51 / 255 + (before.kind.model == "lab") / 255)
    (color, alpha), (other, other_alpha) = color_and_alpha(odd), color_and_alpha(out)
    if ending == "gif":
        alpha = np.round(alpha)
    np.testing.assert_allclose(other_alpha, alpha, atol=coarse)
    seen = alpha > 1e-4  # below, half floats don't hold light divided by it
    if not after.kind.floating:
        color = color.clip(0, 1)  # light above 1 is what only floats hold
    np.testing.assert_allclose(other[seen], color[seen], atol=coarse, rtol=2**-10)


@pytest.mark.parametrize(
    "name", ["palette.gif", "cmyk.tif", "lab.tif", "rgba16.tif", "scene.exr", "fire_half.exr"]
)
def test_strength_0_gives_it_back_from_the_command(name: str, tmp_path: Path) -> None:
    """The engine itself loses nothing on the way."""
    KINDS[name](tmp_path / name)
    pictures.saved(pictures.strokes(), tmp_path / "style.png")
    out = tmp_path / f"out{Path(name).suffix}"
    command = ["stylize", str(tmp_path / name), "--style", str(tmp_path / "style.png")]
    assert cli.main([*command, "-o", str(out), "--strength", "0", "--device", "cpu"]) == 0
    assert out.read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("ending", ["own", "png", "tif"])
def test_outside_of_the_painting_every_sample_stays(odd: Path, ending: str, tmp_path: Path) -> None:
    """Even where the opacity is 0. Inside, the painting is there."""
    content = files.read(odd)
    out = tmp_path / f"out{odd.suffix if ending == 'own' else f'.{ending}'}"
    box = Box(16, 8, 32, 32)
    files.check_writable(content, out)
    changed = painted(content.pixels, box, strength=1)
    files.write(content.painted(changed), out)
    again = files.read(out)
    before, after = content.decoded.samples, again.decoded.samples
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[8:40, 17:48] = False
    alpha = before.alpha
    if alpha is not None:
        outside |= alpha < 1e-6 if before.premultiplied else alpha == 0
    alike = (before.kind, before.premultiplied) == (after.kind, after.premultiplied)
    if alike and before.palette is None:
        np.testing.assert_array_equal(after.values[outside], before.values[outside])
        tolerance = 0.06 if before.kind.model in ("cmyk", "lab") else 0.012
    else:
        (color, alpha_before), (other, alpha_after) = color_and_alpha(odd), color_and_alpha(out)
        np.testing.assert_allclose(alpha_after, alpha_before, atol=0.51 / 255)
        seen = outside & (alpha_before > 0)
        if not after.kind.floating:
            color, other = color.clip(0, 1), other.clip(0, 1)
        np.testing.assert_allclose(other[seen], color[seen], atol=1.51 / 255)
        tolerance = 0.3 if again.decoded.samples.palette is not None else 0.06
    wanted = to_picture(changed).color.expand(1, 3, -1, -1)[0].permute(1, 2, 0).numpy()
    shown, _ = color_and_alpha(out)
    if not after.kind.floating:
        wanted = wanted.clip(0, 1)
    inside = ~outside
    if alpha is not None and before.kind.floating:
        inside &= alpha > 1e-4  # below, half floats don't hold light divided by it
    assert np.abs(shown - wanted)[inside].mean() < tolerance
    assert np.abs(wanted - color_and_alpha(odd)[0])[inside].mean() > 0.2, "something was painted"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bit.png", Kind("bit")),
        ("grey_alpha.png", Kind("grey", alpha=True)),
        ("grey_key.png", Kind("grey", alpha=True)),
        ("palette_key.gif", Kind("palette", alpha=True)),
        ("rgb_key.png", Kind("rgb", alpha=True)),
        ("cmyk.tif", Kind("cmyk")),
        ("cmyk16.tif", Kind("cmyk", "u2")),
        ("lab.tif", Kind("lab")),
        ("ycbcr.tif", Kind("ycbcr")),
        ("rgb16.ppm", Kind("rgb", "u2")),
        ("grey16.pgm", Kind("grey", "u2")),
        ("rgb16_planes.tif", Kind("rgb", "u2")),
        ("rgba16.tif", Kind("rgb", "u2", alpha=True)),
        ("rgb16_premultiplied.tif", Kind("rgb", "u2", alpha=True)),
        ("rgb16.jp2", Kind("rgb", "u2")),
        ("grey_alpha16.png", Kind("grey", "u2", alpha=True)),
        ("scene.exr", Kind("rgb", "f4")),
        ("half_rgb.tif", Kind("rgb", "f2")),
        ("int32_grey.tif", Kind("grey", "i4")),
    ],
)
def test_a_kind_is_told(name: str, kind: Kind, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    assert files.read(tmp_path / name).decoded.samples.kind == kind


@pytest.mark.parametrize(
    "name", [name for name in KINDS if name.startswith(("rgb", "float_rgb", "half"))]
)
def test_every_depth_and_layout_is_read_rightly(name: str, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    color, alpha = color_and_alpha(tmp_path / name)
    visible = alpha > 0
    channels = [2, 1, 0] if name == "rgba16.png" else [0, 1, 2]  # as cv2 was given them
    np.testing.assert_allclose(color[visible], ramp(3, "f4")[..., channels][visible], atol=0.004)


@pytest.mark.parametrize("name", [name for name in KINDS if name.endswith("grey.tif")])
def test_floats_and_large_integers_run_from_black_to_white(name: str, tmp_path: Path) -> None:
    KINDS[name](tmp_path / name)
    color, _ = color_and_alpha(tmp_path / name)
    np.testing.assert_allclose(color[..., 0], ramp(1, "f4")[..., 0], atol=1e-4)


def test_16_bits_keep_profile_resolution_and_orientation(tmp_path: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    whole = cv2.imencode(".png", ramp(3, "u2")[..., ::-1])[1].tobytes()
    made = chunked(
        whole,
        (b"iCCP", b"x\0\0" + zlib.compress(profile)),
        (b"eXIf", exif.tobytes()[6:]),
        (b"pHYs", struct.pack(">IIB", 11811, 11811, 1)),
    )
    (tmp_path / "deep.png").write_bytes(made)
    content = files.read(tmp_path / "deep.png")
    assert content.pixels.extent == Extent(HEIGHT, WIDTH)
    changed = painted(content.pixels, Box(4, 4, 20, 20), strength=1)
    for ending in ("png", "tif"):
        out = tmp_path / f"out.{ending}"
        files.write(content.painted(changed), out)
        again = files.read(out)
        assert again.decoded.samples.profile == profile
        assert again.decoded.notes.dpi == pytest.approx((300, 300), abs=0.1)
        noted = Image.Exif()
        noted.load(again.decoded.notes.exif)
        assert (noted[0x0112], noted[0x010F]) == (1, "Maker")
        assert noted.get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
        assert again.decoded.samples.kind == Kind("rgb", "u2")
        rows = np.rot90(ramp(3, "u2"), -1)
        np.testing.assert_array_equal(again.decoded.samples.values[30:], rows[30:])


def chunked(png: bytes, *added: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks behind its header."""
    made = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in added
    )
    return png[:33] + made + png[33:]


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "avif", "heic"])
def test_what_a_camera_noted_stays(ending: str, tmp_path: Path) -> None:
    """All but the orientation, which is applied to the pixels, and the outdated thumbnail."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 8, "Maker"
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    exif.get_ifd(0x8825)[1] = "N"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="8" note="kept"/>'
    picture().save(tmp_path / "photo.jpg", exif=exif, xmp=xmp, dpi=(240, 240))
    content = files.read(tmp_path / "photo.jpg")
    assert content.pixels.extent == Extent(HEIGHT, WIDTH)
    changed = painted(content.pixels, Box(4, 4, 20, 20), strength=1)
    out = tmp_path / f"out.{ending}"
    assert files.check_writable(content, out) == ""
    files.write(content.painted(changed), out)
    again = files.read(out)
    assert again.pixels.extent == content.pixels.extent
    noted = Image.Exif()
    noted.load(again.decoded.notes.exif)
    assert (noted[0x0112], noted[0x010F]) == (1, "Maker")
    assert noted.get_ifd(0x8769)[0x9003] == "2024:01:02 03:04:05"
    assert noted.get_ifd(0x8825)[1] == "N"
    assert b'note="kept"' in again.decoded.notes.xmp
    assert b'Orientation="1"' in again.decoded.notes.xmp
    assert again.decoded.notes.dpi == pytest.approx((240, 240), abs=0.1)


def iptc() -> bytes:
    """Photoshop's block of a JPEG file, with a caption."""
    record = b"\x1c\x02\x78" + struct.pack(">H", 6) + b"a ramp"
    size = struct.pack(">I", len(record))
    data = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + size + record.ljust(len(record) + 1, b"\0")
    return b"\xff\xed" + struct.pack(">H", len(data) + 2) + data


def annotated(name: str, path: Path) -> None:
    """A picture with metadata."""
    exif, info = Image.Exif(), PngInfo()
    exif[0x010F] = "Maker"
    info.add_text("Title", "A ramp")
    info.add_text("Comment", "by hand")
    photo = io_of(picture(), "JPEG", comment=b"by hand", dpi=(300, 300))
    {
        "texts.png": lambda: picture().save(path, pnginfo=info, dpi=(300, 300), exif=exif),
        "comment.jpg": lambda: path.write_bytes(photo),
        "screen.jpg": lambda: picture().save(path, dpi=(72, 72), comment=b""),
        "caption.jpg": lambda: path.write_bytes(photo[:2] + iptc() + photo[2:]),
        "selections.tif": lambda: tiff(
            path, ramp(4), photometric="rgb", extrasamples=["unspecified"]
        ),
        "selections16.tif": lambda: tiff(
            path,
            np.concatenate([ramp(4, "u2"), ramp(2, "u2")], axis=-1),
            photometric="rgb",
            extrasamples=["unassalpha", "unspecified", "unspecified"],
        ),
    }[name]()


@pytest.mark.parametrize(
    ("name", "ending", "said"),
    [
        ("texts.png", "png", ""),
        ("texts.png", "jpg", "out.jpg is written without the text notes of texts.png."),
        (
            "texts.png",
            "bmp",
            "out.bmp is written without the EXIF data, the comment and the text notes of "
            "texts.png.",
        ),
        ("comment.jpg", "png", ""),
        ("comment.jpg", "webp", "out.webp is written without the comment of comment.jpg."),
        (
            "comment.jpg",
            "ppm",
            "out.ppm is written without the resolution and the comment of comment.jpg.",
        ),
        (
            "comment.jpg",
            "gif",
            "out.gif can't hold 8-bit RGB of comment.jpg: it is written as 256 colours, without "
            "the resolution.",
        ),
        ("screen.jpg", "ppm", ""),
        ("caption.jpg", "jpg", "out.jpg is written without the IPTC data of caption.jpg."),
        ("selections.tif", "tif", "out.tif is written without an extra channel of selections.tif."),
        (
            "selections16.tif",
            "tif",
            "out.tif is written without 2 extra channels of selections16.tif.",
        ),
    ],
)
def test_notes_that_an_ending_can_t_hold_are_said_before(
    name: str, ending: str, said: str, tmp_path: Path
) -> None:
    annotated(name, tmp_path / name)
    out = tmp_path / f"out.{ending}"
    assert files.check_writable(files.read(tmp_path / name), out) == said


@pytest.mark.parametrize("ending", ["png", "jpg", "gif"])
@pytest.mark.parametrize("name", ["texts.png", "comment.jpg"])
def test_a_comment_stays_one(name: str, ending: str, tmp_path: Path) -> None:
    annotated(name, tmp_path / name)
    files.write(files.read(tmp_path / name), tmp_path / f"out.{ending}")
    with Image.open(tmp_path / f"out.{ending}") as made:
        found = made.text["Comment"].encode() if ending == "png" else made.info["comment"]
        assert found == b"by hand"


@pytest.mark.parametrize("ending", ["webp", "avif", "heic"])
def test_a_resolution_is_kept_in_exif(ending: str, tmp_path: Path) -> None:
    """If the format has no other place for it."""
    annotated("comment.jpg", tmp_path / "comment.jpg")
    content, out = files.read(tmp_path / "comment.jpg"), tmp_path / f"out.{ending}"
    files.write(content, out)
    files.read(out)
    with Image.open(out) as made:
        exif = made.getexif()
    assert (exif[282], exif[283], exif[296]) == (300, 300, 2)


def test_a_damaged_resolution_is_none(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[270], exif[271] = "no number", "nor this"
    # Give two texts the tags of the resolution.
    broken = exif.tobytes().replace(b"\x0e\x01\x02\0", b"\x1a\x01\x02\0")
    broken = broken.replace(b"\x0f\x01\x02\0", b"\x1b\x01\x02\0")
    picture().save(tmp_path / "odd.webp", exif=broken)
    assert files.read(tmp_path / "odd.webp").decoded.notes.dpi is None


def test_a_deep_tiff_file_keeps_where_and_when_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8769)[0x9003] = "2024:01:02 03:04:05"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (59.0, 20.0, 5.5)
    deep = bytes(imagecodecs.png_encode(ramp(3, "u2")))
    (tmp_path / "deep.png").write_bytes(chunked(deep, (b"eXIf", exif.tobytes()[6:])))
    files.write(files.read(tmp_path / "deep.png"), tmp_path / "out.tif")
    with tifffile.TiffFile(tmp_path / "out.tif") as made:
        tags = made.pages.first.tags
        assert tags["Make"].value == "Maker"
        assert tags["ExifTag"].value["DateTimeOriginal"] == "2024:01:02 03:04:05"
        assert tags["GPSTag"].value["GPSLatitudeRef"] == "N"
        assert tags["GPSTag"].value["GPSLatitude"] == (59, 1, 20, 1, 11, 2)


def test_signed_bytes_are_refused_by_name(tmp_path: Path) -> None:
    """They can't be painted, and would be nonsense if they were read as unsigned."""
    tiff(tmp_path / "heights.tif", ramp(1, "i2")[..., 0].astype(np.int8))
    with pytest.raises(BadInput, match=r"does not read \(minisblack, int8\): export it as PNG"):
        files.read(tmp_path / "heights.tif")


@pytest.mark.parametrize("ending", ["tif", "png", "exr"])
def test_values_below_0_are_black_and_that_is_said(ending: str, tmp_path: Path) -> None:
    values = ramp(1, "i2")[..., 0]
    values[:, :20] = -values[:, :20] - 1
    tiff(tmp_path / "heights.tif", values)
    content, out = files.read(tmp_path / "heights.tif"), tmp_path / f"out.{ending}"
    said = files.check_writable(content, out)
    files.write(content, out)
    made = files.read(out)
    if ending == "tif":
        assert said == ""
        np.testing.assert_array_equal(made.decoded.samples.values[..., 0], values)
        return
    assert said.startswith(
        f"out.{ending} can't hold the values below 0 of signed 16-bit grey of heights.tif: "
    )
    shown = made.picture().color[0, 0].numpy()
    np.testing.assert_allclose(shown, values.clip(0) / 32767, atol=1e-4)


def test_texts_of_png_stay(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("Title", "A ramp")
    info.add_itxt("Author", "Käthe")
    picture().save(tmp_path / "told.png", pnginfo=info)
    content = files.read(tmp_path / "told.png")
    changed = painted(content.pixels, Box(4, 4, 20, 20), strength=1)
    files.write(content.painted(changed), tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as made:
        assert made.text == {"Title": "A ramp", "Author": "Käthe"}


def test_a_photograph_keeps_its_tables(tmp_path: Path) -> None:
    picture().save(tmp_path / "photo.jpg", quality=63, subsampling=1)
    content = files.read(tmp_path / "photo.jpg")
    changed = painted(content.pixels, Box(4, 4, 20, 20), strength=1)
    files.write(content.painted(changed), tmp_path / "out.jpg")
    with Image.open(tmp_path / "photo.jpg") as before, Image.open(tmp_path / "out.jpg") as after:
        assert after.quantization == before.quantization
        assert after.layer == before.layer, "sampled alike"


@pytest.mark.parametrize("ending", ["jpg", "webp", "avif", "gif"])
def test_at_strength_0_a_lossy_file_is_the_same_file(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"photo.{ending}"
    picture().save(path)
    content = files.read(path)
    same = painted(content.pixels, Box(4, 4, 20, 20), strength=0)
    files.write(content.painted(same), tmp_path / f"out.{ending}")
    assert (tmp_path / f"out.{ending}").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "options", "count"),
    [
        ("frames.gif", {"duration": 100}, 3),
        ("frames.webp", {"duration": 100}, 3),
        ("frames.png", {"duration": 100}, 3),
        ("pages.tif", {}, 3),
        ("stereo.mpo", {}, 3),
    ],
)
def test_more_pictures_in_a_file_are_told(
    name: str, options: dict[str, Any], count: int, tmp_path: Path
) -> None:
    others = [picture().rotate(180), picture().transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    picture().save(tmp_path / name, save_all=True, append_images=others, **options)
    told = files.read(tmp_path / name).unseen
    assert told == f"{name} holds {count} pictures: only the first is painted."


def test_a_map_of_highlights_in_a_photograph_is_not_told(tmp_path: Path) -> None:
    small = picture().convert("L").resize((32, 24))
    picture().save(tmp_path / "phone.mpo", save_all=True, append_images=[small])
    assert files.read(tmp_path / "phone.mpo").unseen == ""


@pytest.mark.parametrize(
    ("name", "ending", "said"),
    [
        (
            "cmyk.tif",
            "png",
            "out.png can't hold 8-bit CMYK of cmyk.tif: it is written as 8-bit RGB",
        ),
        ("rgb16.png", "jpg", "out.jpg can't hold 16-bit RGB of rgb16.png: it is written as 8-bit"),
        ("float_rgb.tif", "png", "can't hold float RGB of float_rgb.tif: it is written as 16-bit"),
        ("int32_grey.tif", "png", "can't hold signed 32-bit grey of int32_grey.tif"),
        ("lab.tif", "jpg", "out.jpg can't hold 8-bit LAB of lab.tif: it is written as 8-bit RGB"),
        ("palette.png", "jpg", "out.jpg is written as 8-bit RGB, as what is painted has more"),
        ("palette.gif", "gif", ""),
        ("rgb.png", "gif", "out.gif can't hold 8-bit RGB of rgb.png: it is written as 256 colours"),
        ("rgb.png", "tif", ""),
        ("grey.png", "webp", ""),
        ("rgb16.png", "tif", ""),
    ],
)
def test_what_an_ending_can_t_hold_is_said_before(
    name: str, ending: str, said: str, tmp_path: Path
) -> None:
    KINDS[name](tmp_path / name)
    told = files.check_writable(files.read(tmp_path / name), tmp_path / f"out.{ending}")
    assert said in told if said else told == ""


def test_a_format_s_largest_picture_is_known_before(tmp_path: Path) -> None:
    Image.new("L", (300, 3)).save(tmp_path / "long.png")
    with pytest.raises(BadInput, match=r"\.ico holds 256 pixels a side.*300x3"):
        files.check_writable(files.read(tmp_path / "long.png"), tmp_path / "out.ico")
    Image.new("L", (16400, 3)).save(tmp_path / "long.png")
    with pytest.raises(BadInput, match=r"\.webp holds 16383 pixels a side"):
        files.check_writable(files.read(tmp_path / "long.png"), tmp_path / "out.webp")


def test_every_kind_finds_the_one_that_loses_least() -> None:
    for format, kind, expected in [
        ("PNG", Kind("cmyk"), Kind("rgb")),
        ("PNG", Kind("grey", "f4", True), Kind("grey", "u2", True)),
        ("JPEG", Kind("palette"), Kind("rgb")),
        ("JPEG", Kind("bit"), Kind("grey")),
        ("GIF", Kind("rgb", "u2", True), Kind("palette", alpha=True)),
        ("EXR", Kind("rgb", "u2"), Kind("rgb", "f4")),
        ("EXR", Kind("grey"), Kind("grey", "f2")),
        ("WEBP", Kind("lab"), Kind("rgb")),
    ]:
        assert kinds.nearest(kind, HELD[format]) == expected


def test_gif_keeps_its_palette_and_transparency(tmp_path: Path) -> None:
    palette_with_key(tmp_path / "art.gif")
    content = files.read(tmp_path / "art.gif")
    changed = painted(content.pixels, Box(10, 10, 40, 30), strength=1)
    files.write(content.painted(changed), tmp_path / "out.gif")
    with Image.open(tmp_path / "art.gif") as before, Image.open(tmp_path / "out.gif") as after:
        was, now = np.asarray(before.convert("RGBA")), np.asarray(after.convert("RGBA"))
    outside = np.ones(was.shape[:2], bool)
    outside[10:40, 11:50] = False
    outside |= was[..., 3] == 0
    np.testing.assert_array_equal(now[outside][:, 3], was[outside][:, 3])
    seen = outside & (was[..., 3] > 0)
    np.testing.assert_array_equal(now[seen], was[seen])


def test_a_failed_write_leaves_the_painting_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is too full for the file's own format, such as a large TIFF, not for a PNG."""
    content = files.read(pictures.saved(picture(), tmp_path / "photo.png"))
    changed = content.painted(painted(content.pixels, Box(4, 4, 20, 20), strength=1))
    out = tmp_path / "out.tif"
    out.mkdir()
    with pytest.raises(ImpastoError, match=r"it is a folder\. The painting is in .*out-") as said:
        files.write(changed, out)
    kept = Path(str(said.value).split("The painting is in ")[1].rstrip("."))
    kept = kept if kept.suffix == ".png" else kept.with_suffix(".png")
    assert kept.parent == tmp_path
    np.testing.assert_array_equal(
        np.asarray(Image.open(kept)).reshape(-1), np.frombuffer(changed.pixels.data, np.uint8)
    )


def test_a_failed_folder_leaves_it_in_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    content = files.read(pictures.saved(picture(), tmp_path / "photo.png"))
    with pytest.raises(ImpastoError, match="its folder is gone"):
        files.write(content, tmp_path / "gone" / "out.png")
    (kept,) = (tmp_path / "temporary").iterdir()
    assert Image.open(kept).size == (WIDTH, HEIGHT)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """Links to such a file are found out too."""
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "link.png").symlink_to("pipe.png")
    (tmp_path / "device.png").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.png"))
        for name in ("pipe.png", "link.png", "device.png", "socket.png"):
            told: list[str] = []

            def read(path: Path = tmp_path / name, told: list[str] = told) -> None:
                try:
                    files.read(path)
                except BadInput as error:
                    told.append(str(error))

            thread = threading.Thread(target=read, daemon=True)
            thread.start()
            thread.join(60)
            assert told == [
                f"{tmp_path / name} is a pipe, a socket or a device: name a picture's file."
            ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("content", "is a pipe, a socket or a device: name a picture's file."),
        ("--style", "is a pipe, a socket or a device: name a picture's file."),
        ("--mask", "is a pipe, a socket or a device: name a picture's file."),
        ("--content-labels", "is a pipe, a socket or a device: name a picture's file."),
        ("--background-style", "is a pipe, a socket or a device: name a picture's file."),
        ("--network", "is no network that Impasto can use: it is not a file."),
    ],
)
def test_no_command_waits_for_a_pipe(option: str, said: str, tmp_path: Path) -> None:
    """Decoders print no warnings about other pictures in the terminal either."""
    os.mkfifo(tmp_path / "pipe.safetensors")
    picture().save(tmp_path / "photo.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    pictures.saved(pictures.strokes(), tmp_path / "style.png")
    given = {"content": "photo.jpg", "--style": "style.png", option: "pipe.safetensors"}
    if option == "--background-style":
        given["--mask"] = "photo.jpg"
    content = given.pop("content")
    command = [sys.executable, "-m", "core.cli", "stylize", content, "-o", "out.png"]
    for name, value in given.items():
        command += [name, value]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    ended = subprocess.run(
        [*command, "--steps", "2", "--device", "cpu"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (
        1,
        f"impasto: pipe.safetensors {said}{' ' + _MAKES if option == '--network' else ''}\n",
    )


_MAKES = "'impasto train' makes one."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_library_passes_over_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "device.png").symlink_to("/dev/zero")
    photo = pictures.saved(pictures.photograph(), tmp_path / "photo.png")
    ink = torch.zeros(1, 1, 64, 64)
    ink[..., 20:40, 30] = 1
    assert [found.path for found in Library(tmp_path).rank(ink)] == [photo]


def test_a_picture_beyond_the_memory_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of 180 megapixels, which Pillow alone refuses, is read if there is room."""
    Image.new("L", (14000, 13000)).save(tmp_path / "huge.png", compress_level=1)
    monkeypatch.setattr(memory, "free", lambda: 4 << 30)
    assert files.read(tmp_path / "huge.png").pixels.extent == Extent(14000, 13000)
    monkeypatch.setattr(memory, "free", lambda: 1 << 28)
    with pytest.raises(BadInput, match="has 14000x13000 px and does not fit into the memory: make"):
        files.read(tmp_path / "huge.png")


@pytest.mark.parametrize("name", ["rgb.png", "photo.jpg", "rgba16.png", "grey16.png"])
def test_a_picture_is_read_no_larger_than_needed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reducing, "SHORTEST", 8)
    if name == "photo.jpg":
        picture().resize((512, 384)).save(tmp_path / name)
    else:
        KINDS[name](tmp_path / name)
    full = files.read(tmp_path / name).picture()
    small = files.read(tmp_path / name, enough=full.extent.long_side // 4).picture()
    assert small.extent == Extent(full.extent.width // 4, full.extent.height // 4)
    whole = full.resize(small.extent)
    seen = whole.alpha > 0.2
    assert float((small.color - whole.color).abs()[seen.expand_as(whole.color)].max()) < 0.1


@pytest.mark.parametrize("name", ["frieze.png", "frieze.jpg"])
def test_a_strip_stays_wide_enough_to_paint_from(name: str, tmp_path: Path) -> None:
    picture().resize((2000, 40)).save(tmp_path / name)
    assert files.read(tmp_path / name, enough=256).pixels.extent == Extent(2000, 40)
    picture().resize((4000, 640)).save(tmp_path / name)
    reduced = Extent(400, 64) if name == "frieze.png" else Extent(500, 80)  # JPEG's by powers of 2
    assert files.read(tmp_path / name, enough=256).pixels.extent == reduced


@pytest.mark.parametrize("name", ["odd.tif", "light.tif", "odd.exr"])
def test_what_is_no_number_is_none_in_what_is_painted_either(name: str, tmp_path: Path) -> None:
    """An infinite pixel does not make the picture one of linear light."""
    import OpenEXR

    values = ramp(3, "f4")
    values[3, 3], values[20, 30] = np.nan, np.inf
    values[40, 40] = 8 if name == "light.tif" else 0.5
    if name == "odd.exr":
        header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
        with OpenEXR.File(header, {"RGB": values}) as made:
            made.write(str(tmp_path / name))
    else:
        tiff(tmp_path / name, values, photometric="rgb")
    content = files.read(tmp_path / name)
    assert content.pixels.format.linear == (name != "odd.tif")
    working = np.frombuffer(content.pixels.data, np.float32).reshape(values.shape)
    hidden = ~np.isfinite(values).all(axis=-1)
    assert not np.isfinite(working[hidden]).any()
    np.testing.assert_allclose(working[~hidden], values[~hidden], atol=1e-5)
    shown = painted(content.pixels, Box(0, 0, WIDTH, HEIGHT), 1)
    files.write(content.painted(shown), tmp_path / f"out{name[-4:]}")
    after = files.read(tmp_path / f"out{name[-4:]}").decoded.samples.values
    assert np.isnan(after[3, 3]).all()
    assert np.isposinf(after[20, 30]).all()


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_a_tiff_file_of_64_bits_is_read_with_what_it_notes(byteorder: str, tmp_path: Path) -> None:
    path = tmp_path / "big.tif"
    noted = [(0x0112, "H", 1, 6, True), (0x010F, "s", None, "Maker", True)]
    more = {"photometric": "rgb", "byteorder": byteorder, "extratags": noted}
    tiff(path, ramp(3, "u2"), bigtiff=True, **more)
    found = files.read(path).decoded
    np.testing.assert_array_equal(found.samples.values, np.rot90(ramp(3, "u2"), -1))
    if byteorder == "<":  # of the other one Pillow reads no notes
        exif = Image.Exif()
        exif.load(found.notes.exif)
        assert (exif[0x0112], exif[0x010F]) == (1, "Maker")


@pytest.mark.parametrize("name", ["cut.tif", "cut.heic"])
def test_a_damaged_file_is_said_to_be_damaged(name: str, tmp_path: Path) -> None:
    import pillow_heif

    path = tmp_path / name
    if name == "cut.tif":
        cv2.imwrite(str(path), ramp(3, "u2"))  # which has its directory at the end
        path.write_bytes(path.read_bytes()[:-200])
    else:
        pillow_heif.from_pillow(picture()).save(path)
        path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(BadInput, match=r"can't be read as a picture: it is damaged\.$"):
        files.read(path)


@pytest.mark.parametrize(
    ("name", "start", "said"),
    [
        ("art.kra", b"PK\3\4....mimetypeapplication/x-krita", "document of layers: open it in Kr"),
        ("art.xcf", b"gimp xcf v011", "document of layers"),
        ("art.png", b"gimp xcf v011", "document of layers"),
        ("logo.svg", b"<svg xmlns='x'/>", "drawing in vectors: open it in Krita or GIMP"),
        ("logo.jpg", b"<?xml version='1.0'?><svg/>", "drawing in vectors"),
        ("page.pdf", b"%PDF-1.7", "drawing in vectors"),
        ("photo.CR2", b"II*\0\x10\0\0\0CR", "camera's raw file: develop it"),
        ("photo.dng", b"II*\0\x10\0\0\0", "camera's raw file"),
        ("clip.mp4", b"\0\0\0\x18ftypmp42", "is a film"),
        ("clip.jpg", b"\0\0\0\x18ftypmp42", "is a film"),
        ("new.jxl", b"\xff\x0a", "of a kind Impasto does not read"),
        ("text.png", b"no picture", "is not a picture of a kind Impasto reads"),
        ("empty.png", b"", "is not a picture of a kind Impasto reads"),
    ],
)
def test_files_that_hold_no_pixels_are_named(
    name: str, start: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(start)
    with pytest.raises(BadInput, match=said):
        files.read(tmp_path / name)


@pytest.mark.parametrize("depth", [8, 10])
def test_heic_is_read_upright(depth: int, tmp_path: Path) -> None:
    import pillow_heif

    exif = Image.Exif()
    exif[0x0112] = 6
    if depth == 8:
        heif = pillow_heif.from_pillow(picture())
    else:
        heif = pillow_heif.from_bytes(
            mode="RGB;16", size=(WIDTH, HEIGHT), data=ramp(3, "u2").tobytes()
        )
    heif.save(tmp_path / "phone.heic", quality=95, chroma=444, exif=exif.tobytes())
    content = files.read(tmp_path / "phone.heic")
    assert content.decoded.samples.kind == Kind("rgb", "u1" if depth == 8 else "u2")
    assert content.pixels.extent == Extent(HEIGHT, WIDTH)
    color, _ = color_and_alpha(tmp_path / "phone.heic")
    assert np.abs(color - np.rot90(ramp(3, "f4"), -1)).mean() < 0.01


def test_openexr_is_light(tmp_path: Path) -> None:
    """1 is white paper, and values above it are kept."""
    import OpenEXR

    light = ramp(3, "f4")
    light[:10, :10] = 8
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGB": light}) as made:
        made.write(str(tmp_path / "scene.exr"))
    content = files.read(tmp_path / "scene.exr")
    assert (content.pixels.format.depth, content.pixels.format.linear) == ("f32", True)
    values = np.frombuffer(content.pixels.data, np.float32).reshape(HEIGHT, WIDTH, 3)
    np.testing.assert_allclose(values, light, atol=1e-6)
    files.write(content, tmp_path / "out.exr")
    np.testing.assert_array_equal(files.read(tmp_path / "out.exr").decoded.samples.values, light)


@pytest.mark.parametrize("name", [name for name in KINDS if name.startswith("fire")])
def test_light_without_opacity_stays(name: str, tmp_path: Path) -> None:
    """Premultiplied samples, as the decoders of other programs read them."""

    def seen(path: Path) -> np.ndarray:
        if path.suffix == ".tif":
            with tifffile.TiffFile(path) as opened:
                assert opened.pages.first.extrasamples[0].name == "ASSOCALPHA"
                return opened.asarray()
        import OpenEXR

        with OpenEXR.File(str(path)) as opened:
            return opened.channels()["RGBA"].pixels

    path, out = tmp_path / name, tmp_path / f"out{name[-4:]}"
    KINDS[name](path)
    content, before = files.read(path), seen(path)
    top = 1 if before.dtype.kind == "f" else np.iinfo(before.dtype).max
    assert numbers(content.pixels).all()
    box = Box(16, 8, 32, 32)
    outside = np.ones((HEIGHT, WIDTH), bool)
    outside[8:40, 17:48] = False
    outside |= before[..., 3] < 1e-6 * top
    shown = painted(content.pixels, box, 1)
    files.write(content.painted(shown), out)
    after = seen(out)
    np.testing.assert_array_equal(after[outside], before[outside])
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    opacity = before[30:40, 24:48, 3:] / top
    straight = before[30:40, 24:48, :3] / top / opacity
    wanted = to_picture(shown).color[0, :, 30:40, 24:48].permute(1, 2, 0).numpy()
    if content.pixels.format.linear:
        wanted = np.where(wanted <= 0.04045, wanted / 12.92, ((wanted + 0.055) / 1.055) ** 2.4)
    np.testing.assert_allclose(after[30:40, 24:48, :3] / top, wanted * opacity, atol=0.51 / 255)
    assert np.abs(wanted - straight).mean() > 0.2, "something was painted"


def test_no_decoder_speaks_in_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scene(tmp_path / "scene.exr")
    fax = bytearray(io_of(picture().convert("1"), "TIFF", compression="group4"))
    fax[100:160] = bytes(range(60))
    light = bytearray((tmp_path / "scene.exr").read_bytes())
    light[-200:-100] = bytes(100)
    whole = io.BytesIO()
    picture().save(whole, "TIFF", compression="tiff_lzw")
    cut = whole.getvalue()[: len(whole.getvalue()) * 2 // 3]
    odd = {
        "fax.tif": bytes(fax),
        "light.exr": bytes(light),
        "cut.tif": cut,
        "cut.png": io_of(picture(), "PNG")[:900],
        "profile.png": chunked(io_of(picture(), "PNG"), (b"iCCP", b"x\0\0" + zlib.compress(b"no"))),
        "cut.jpg": io_of(picture(), "JPEG")[:700],
        "exif.jpg": io_of(picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
    }
    scene(tmp_path / "whole.exr")
    exr = (tmp_path / "whole.exr").read_bytes()
    odd["cut.exr"] = exr[: len(exr) * 2 // 3]
    for name, data in odd.items():
        (tmp_path / name).write_bytes(data)
        try:
            files.read(tmp_path / name)
        except BadInput as error:
            assert str(error).count("\n") == 0
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


def io_of(image: Image.Image, format: str, **options: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, format, **options)
    return made.getvalue()


@pytest.mark.parametrize("before", ["", "Image.preinit()"])
def test_all_endings_are_known_to_who_asks_first(before: str) -> None:
    """In a process that has read no file yet, as a worker that looks at a library of pictures."""
    asked = "from core.pixels import files; print(*sorted(files.endings()))"
    code = f"from PIL import Image\n{before}\n{asked}"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {".png", ".jpg", ".webp", ".heic", ".exr"} <= set(told.stdout.split())
