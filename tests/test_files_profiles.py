"""Colour profiles: a picture looks the same in any of them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms
from skimage import color

from core import cli
from core.bridge.contract.pixels import Pixels
from core.pixels import files
from core.pixels.files import colors
from core.pixels.imaging import to_picture
from tests import pictures, profiles
from tests.profiles import opened
from tests.test_files import chunked, io_of

RELATIVE = ImageCms.Intent.RELATIVE_COLORIMETRIC

NAMES = ("srgb", "adobe-rgb", "display-p3", "prophoto", "rec2020", "cmyk")


def profile(name: str) -> bytes:
    return profiles.cmyk() if name == "cmyk" else profiles.rgb(name)


def photograph() -> Image.Image:
    """A picture whose colours lie in the gamut of every profile here."""
    return pictures.photograph()


def style() -> Image.Image:
    return Image.blend(pictures.strokes(), Image.new("RGB", (96, 96), (128, 120, 110)), 0.25)


def inside(picture: Image.Image, name: str, path: Path) -> Path:
    """A file of the picture in a profile, converted by Pillow."""
    suffix = ".tif" if name == "cmyk" else ".png"
    mode = "CMYK" if name == "cmyk" else "RGB"
    made = ImageCms.profileToProfile(
        picture, opened(profile("srgb")), opened(profile(name)), RELATIVE, outputMode=mode
    )
    assert made is not None
    made.save(path.with_suffix(suffix), icc_profile=profile(name))
    return path.with_suffix(suffix)


def seen(path: Path) -> np.ndarray:
    """A file as a viewer shows it, by Pillow's reading of its profile, in Lab."""
    with Image.open(path) as picture:
        kept = picture.info.get("icc_profile")
        shown = picture
        if kept:
            shown = ImageCms.profileToProfile(
                picture, opened(kept), opened(profile("srgb")), RELATIVE, outputMode="RGB"
            )
        return color.rgb2lab(np.asarray(shown.convert("RGB")))


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean ΔE2000."""
    return float(color.deltaE_ciede2000(one, other).mean())


def stylize(content: Path, style: Path, output: Path, *more: str) -> None:
    arguments = ["stylize", str(content), "--style", str(style), "-o", str(output)]
    assert cli.main([*arguments, "--method", "instant", "--device", "cpu", *more]) == 0


@pytest.fixture(scope="module")
def painting(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """The painting of the pictures in sRGB."""
    folder = tmp_path_factory.mktemp("srgb")
    photograph().save(folder / "photo.png")
    style().save(folder / "style.png")
    stylize(folder / "photo.png", folder / "style.png", folder / "out.png")
    return seen(folder / "out.png")


@pytest.mark.parametrize("name", NAMES)
def test_a_style_paints_alike_in_any_profile(
    name: str, painting: np.ndarray, tmp_path: Path
) -> None:
    photograph().save(tmp_path / "photo.png")
    in_profile = inside(style(), name, tmp_path / "style")
    stylize(tmp_path / "photo.png", in_profile, tmp_path / "out.png")
    assert apart(seen(tmp_path / "out.png"), painting) < 1


@pytest.mark.parametrize("name", NAMES)
def test_a_content_is_painted_alike_in_any_profile(
    name: str, painting: np.ndarray, tmp_path: Path
) -> None:
    """The painting is written in the content's profile."""
    style().save(tmp_path / "style.png")
    content = inside(photograph(), name, tmp_path / "photo")
    out = tmp_path / f"out{content.suffix}"
    stylize(content, tmp_path / "style.png", out)
    assert apart(seen(out), painting) < 1
    with Image.open(out) as made:
        assert made.info["icc_profile"] == profile(name)
        assert made.mode == ("CMYK" if name == "cmyk" else "RGB")


def test_grey_profiles_are_used(tmp_path: Path) -> None:
    """A ramp in linear light looks like the same ramp on sRGB's curve."""
    levels = np.tile(np.arange(256, dtype=np.uint8), (32, 1))
    curved = Image.fromarray(levels)
    light = (((levels / 255 + 0.055) / 1.055) ** 2.4).clip(0, 1)
    made = Image.fromarray(np.rint(light * 255).astype(np.uint8))
    made.save(tmp_path / "light.png", icc_profile=profiles.grey(1.0))
    read = files.read(tmp_path / "light.png")
    assert read.pixels.format.channels == "G"
    shown = to_picture(read.pixels).color[0, 0].numpy()
    np.testing.assert_allclose(shown[:, 64:], np.asarray(curved)[:, 64:] / 255, atol=0.01)


@pytest.mark.parametrize("name", ["adobe-rgb", "display-p3", "prophoto", "rec2020"])
@pytest.mark.parametrize("dtype", ["u1", "u2", "f4"])
def test_every_depth_goes_through_the_profile_as_8_bits_do(
    name: str, dtype: str, tmp_path: Path
) -> None:
    """Compared with Pillow's LittleCMS in 8 bits. Converted back, the samples are the same."""
    with Image.open(inside(photograph(), name, tmp_path / "photo")) as picture:
        values = np.asarray(picture)
        shown = ImageCms.profileToProfile(
            picture, opened(profile(name)), opened(profile("srgb")), RELATIVE
        )
    assert shown is not None
    deep = {"u1": values, "u2": values.astype("u2") * 257, "f4": (values / 255).astype("f4")}[dtype]
    tifffile.imwrite(
        tmp_path / "deep.tif", deep, photometric="rgb", iccprofile=profile(name), metadata=None
    )
    content = files.read(tmp_path / "deep.tif")
    found = to_picture(content.pixels).color[0].permute(1, 2, 0).numpy()
    assert np.abs(found * 255 - np.asarray(shown)).max() < 0.75
    samples = content.decoded.samples
    back = colors.from_working(content.pixels, samples.kind, samples.profile, samples.white)
    off = np.abs(back / samples.white - deep / samples.white)
    assert off.max() < 3.1 / 255, "black that is not quite, which sRGB has not"
    assert off.mean() < 1e-4


def test_what_srgb_can_t_hold_stays_outside_of_the_mask(tmp_path: Path) -> None:
    red = Image.new("RGB", (96, 80), (255, 0, 0))
    red.save(tmp_path / "red.png", icc_profile=profile("display-p3"))
    style().save(tmp_path / "style.png")
    pictures.soft_disc().save(tmp_path / "mask.png")
    more = ("--mask", str(tmp_path / "mask.png"))
    stylize(tmp_path / "red.png", tmp_path / "style.png", tmp_path / "out.png", *more)
    after = np.asarray(Image.open(tmp_path / "out.png"))
    outside = np.asarray(Image.open(tmp_path / "mask.png")) == 0
    assert (after[outside] == (255, 0, 0)).all()
    assert (after[~outside] != (255, 0, 0)).any()


def test_a_faint_mask_paints_faintly_on_what_srgb_can_t_hold(tmp_path: Path) -> None:
    """A red that only Display P3 has would otherwise make a step of 50 levels at the edge."""
    red = Image.new("RGB", (96, 80), (255, 0, 0))
    red.save(tmp_path / "red.png", icc_profile=profile("display-p3"))
    style().save(tmp_path / "style.png")
    pictures.soft_disc(feather=8).save(tmp_path / "mask.png")
    more = ("--mask", str(tmp_path / "mask.png"))
    stylize(tmp_path / "red.png", tmp_path / "style.png", tmp_path / "out.png", *more)
    after = np.asarray(Image.open(tmp_path / "out.png")).astype(int)
    mask = np.asarray(Image.open(tmp_path / "mask.png"))
    faint = (mask > 0) & (mask < 6)
    assert faint.sum() > 20
    assert np.abs(after - (255, 0, 0))[faint].max() < 12
    assert np.abs(after - (255, 0, 0))[mask > 200].mean() > 40


def test_inks_meet_in_the_feather(tmp_path: Path) -> None:
    """The content's black ink passes gradually into the painting's three inks."""
    black = Image.new("CMYK", (96, 80), (0, 0, 0, 128))
    black.save(tmp_path / "black.tif")
    style().save(tmp_path / "style.png")
    pictures.soft_disc(feather=8).save(tmp_path / "mask.png")
    more = ("--mask", str(tmp_path / "mask.png"))
    stylize(tmp_path / "black.tif", tmp_path / "style.png", tmp_path / "out.tif", *more)
    after = np.asarray(Image.open(tmp_path / "out.tif")).astype(int)
    mask = np.asarray(Image.open(tmp_path / "mask.png"))
    np.testing.assert_array_equal(
        after[mask == 0], np.broadcast_to((0, 0, 0, 128), after[mask == 0].shape)
    )
    np.testing.assert_allclose(after[mask < 255][:, 3], 128 * (1 - mask[mask < 255] / 255), atol=2)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    return chunked(io_of(photograph(), "PNG"), *chunks)


def gama(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100000))


def chrm(name: str) -> tuple[bytes, bytes]:
    corners, white, _ = profiles.PRIMARIES[name]
    return b"cHRM", struct.pack(">8I", *(round(one * 100000) for one in (*white, *corners)))


SRGB = b"sRGB", b"\0"
ICC = b"iCCP", b"x\0\0" + zlib.compress(profiles.rgb("prophoto"))


@pytest.mark.parametrize(
    ("chunks", "space"),
    [
        ((), "srgb"),
        ((gama(0.45455), chrm("srgb")), "srgb"),
        ((gama(0.45455),), "srgb"),
        ((gama(256 / 563), chrm("adobe-rgb")), "adobe-rgb"),
        ((gama(1 / 1.8), chrm("prophoto")), "prophoto"),
        ((SRGB, gama(256 / 563), chrm("adobe-rgb")), "srgb"),
        ((ICC, gama(0.45455), chrm("srgb")), "prophoto"),
    ],
)
def test_png_says_its_colors_in_several_ways(
    chunks: tuple[tuple[bytes, bytes], ...], space: str, tmp_path: Path
) -> None:
    """An embedded profile precedes the sRGB chunk, which precedes gamma and primaries."""
    (tmp_path / "photo.png").write_bytes(png(*chunks))
    shown = photograph()
    if space != "srgb":
        made = ImageCms.profileToProfile(
            shown, opened(profile(space)), opened(profile("srgb")), RELATIVE
        )
        assert made is not None
        shown = made
    found = files.read(tmp_path / "photo.png").picture().color[0].permute(1, 2, 0).numpy()
    assert np.abs(found * 255 - np.asarray(shown)).max() < 1.6
    exact = files.read(tmp_path / "photo.png").pixels.format.depth == "u8"
    assert exact == (space == "srgb"), "nothing is converted where nothing is to be"


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tif", "avif", "heic", "bmp", "gif"])
def test_the_painting_looks_alike_in_every_format(ending: str, tmp_path: Path) -> None:
    """Formats without a profile get sRGB, and say so."""
    path = inside(photograph(), "prophoto", tmp_path / "photo")
    content = files.read(path)
    out = tmp_path / f"out.{ending}"
    told = files.check_writable(content, out)
    assert ("in sRGB" in told) == (ending in ("bmp", "gif"))
    negative = bytes(~np.frombuffer(content.pixels.data, np.uint8))
    changed = content.painted(Pixels(content.pixels.extent, content.pixels.format, negative))
    files.write(changed, out)
    files.write(files.File.fresh(changed.pixels), tmp_path / "right.png")
    wanted = seen(tmp_path / "right.png")
    tolerance = {"gif": 4.0, "jpg": 2.5, "avif": 2.5, "heic": 2.5}.get(ending, 1.0)
    assert apart(seen(out), wanted) < tolerance


def test_a_damaged_profile_is_as_none(tmp_path: Path) -> None:
    photograph().save(tmp_path / "photo.png", icc_profile=b"no profile at all")
    found = files.read(tmp_path / "photo.png")
    assert found.pixels.data == photograph().tobytes()


def test_labels_keep_the_colors_that_a_person_names(tmp_path: Path) -> None:
    """A colour that an editor shows as #00ff00 in a map in Adobe RGB is #00ff00."""
    flat = Image.new("RGB", (40, 40), (0, 255, 0))
    flat.paste((255, 0, 0), (0, 0, 20, 40))
    flat.save(tmp_path / "map.png", icc_profile=profile("adobe-rgb"))
    found = files.read_flat(tmp_path / "map.png").color[0, :, 20, [5, 35]].T
    assert found.tolist() == [[1, 0, 0], [0, 1, 0]]
