"""The subject of a picture, against masks drawn by hand and pictures made here."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from skimage import data

from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.points import Point
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.commands import segment as command
from core.engine.networks import Networks
from core.masks import segment
from core.masks.guided import guided
from core.masks.salient import SalientNetwork
from core.pixels import files
from core.pixels.imaging import Picture, array, to_mask, to_picture
from tests import pictures

CAT = [
    (40, 0), (34, 75), (17, 117), (5, 140), (0, 150), (0, 300), (220, 300), (240, 280),
    (297, 267), (330, 225), (347, 180), (363, 142), (366, 117), (355, 83), (376, 50),
    (397, 12), (392, 0),
]  # fmt: skip
CAMERAMAN = [
    (0, 260), (20, 235), (35, 195), (70, 150), (110, 125), (135, 110), (160, 105), (160, 85),
    (180, 68), (210, 65), (240, 75), (268, 105), (265, 135), (290, 138), (325, 140), (325, 180),
    (330, 200), (315, 220), (300, 240), (300, 275), (270, 310), (245, 310), (205, 290),
    (190, 340), (150, 385), (150, 512), (95, 512), (95, 450), (85, 512), (0, 512),
]  # fmt: skip
TRIPOD = [
    (285, 200), (305, 200), (310, 310), (400, 512), (385, 512), (300, 345), (245, 512),
    (230, 512), (285, 320),
]  # fmt: skip
ASTRONAUT = [
    (24, 512), (22, 440), (30, 340), (45, 265), (70, 232), (112, 215), (115, 180), (135, 158),
    (182, 148), (178, 130), (160, 115), (155, 85), (170, 45), (205, 18), (240, 16), (280, 40),
    (300, 75), (295, 105), (280, 130), (270, 140), (256, 172), (290, 190), (303, 220), (302, 240),
    (330, 260), (350, 290), (358, 345), (400, 343), (440, 355), (475, 385), (495, 420), (510, 460),
    (512, 512),
]  # fmt: skip


@pytest.fixture(scope="module")
def trained(installation: Installation) -> SalientNetwork:
    network = Networks.of(installation).salient(torch.device("cpu"))
    assert network is not None, "an installation has its weights"
    return network


@pytest.fixture(params=["by colour", "by network"])
def network(request: pytest.FixtureRequest, trained: SalientNetwork) -> SalientNetwork | None:
    """What holds for both ways to find a subject."""
    return trained if request.param == "by network" else None


def drawn(name: str) -> tuple[Image.Image, NDArray[np.bool_]]:
    """A photograph and its subject, by hand."""
    picture = Image.fromarray(getattr(data, name)()).convert("RGB")
    mask = Image.new("1", picture.size)
    draw = ImageDraw.Draw(mask)
    if name == "chelsea":
        draw.polygon(CAT, fill=1)
    elif name == "astronaut":
        draw.polygon(ASTRONAUT, fill=1)
    elif name == "camera":
        draw.polygon(CAMERAMAN, fill=1)
        draw.polygon(TRIPOD, fill=1)
    elif name == "coffee":
        draw.ellipse((78, 46, 479, 390), fill=1)
        draw.ellipse((173, 17, 406, 210), fill=1)
        draw.polygon([(400, 110), (412, 68), (424, 70), (415, 115)], fill=1)
    elif name == "retina":
        draw.ellipse((15, 10, 1385, 1395), fill=1)
    elif name == "horse":
        return picture, np.asarray(picture)[..., 0] < 128
    return picture, np.asarray(mask)


def pixels(image: Image.Image) -> Pixels:
    channels = {"L": "G", "RGB": "RGB", "RGBA": "RGBA"}[image.mode]
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


def read(image: Image.Image) -> Picture:
    return to_picture(pixels(image))


def plane(mask: torch.Tensor) -> NDArray[np.float32]:
    found: NDArray[np.float32] = mask[0, 0].numpy()
    return found


def overlap(mask: torch.Tensor, wanted: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    found = plane(mask) > 0.5
    return float((found & wanted).sum() / (found | wanted).sum())


def rectangle(box: Box, extent: Extent) -> torch.Tensor:
    hint = torch.zeros(1, 1, extent.height, extent.width)
    hint[..., box.y : box.bottom, box.x : box.right] = 1
    return hint


def around(wanted: NDArray[np.bool_]) -> Box:
    """The subject's box and a margin of 5 %."""
    rows, columns = (wanted.any(axis=axis).nonzero()[0] for axis in (1, 0))
    x, y = int(columns[0]), int(rows[0])
    box = Box(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)
    margin = max(wanted.shape) // 20
    return box.grow(margin).intersect(Box(0, 0, wanted.shape[1], wanted.shape[0]))


def scene(
    discs: list[tuple[int, int, int]],
    size: tuple[int, int] = (320, 240),
    times: int = 1,
    holes: list[tuple[int, int, int]] | None = None,
) -> Image.Image:
    """Orange discs with a grain, on blue with a grain and a slow gradient."""
    width, height = size[0] * times, size[1] * times
    ground = np.full((height, width, 3), [60.0, 90.0, 150.0])
    ground[..., 2] += np.linspace(0, 40, width)
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    for fill, circles in ((255, discs), (0, holes or [])):
        for x, y, radius in circles:
            edges = (x - radius, y - radius, x + radius, y + radius)
            draw.ellipse([edge * times for edge in edges], fill=fill)
    picture = Image.fromarray(ground.astype(np.uint8))
    picture.paste((220, 130, 40), mask=mask)
    grain = np.random.default_rng(3).normal(0, 5, (size[1], size[0], 3))
    small = np.asarray(picture.resize(size, Image.Resampling.BOX)) + grain
    return Image.fromarray(small.clip(0, 255).astype(np.uint8))


def disc(x: int, y: int, radius: int, size: tuple[int, int] = (320, 240)) -> NDArray[np.bool_]:
    rows, columns = np.mgrid[: size[1], : size[0]]
    inside: NDArray[np.bool_] = (rows - y) ** 2 + (columns - x) ** 2 <= radius**2
    return inside


@pytest.mark.parametrize(
    ("name", "least"),
    [("chelsea", 0.8), ("camera", 0.78), ("coffee", 0.85), ("retina", 0.96), ("horse", 0.98)],
)
def test_the_subject_is_found_in_the_whole_picture(name: str, least: float) -> None:
    picture, wanted = drawn(name)
    assert overlap(segment.find_subject(read(picture)), wanted) > least


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("chelsea", 0.93), ("camera", 0.82), ("coffee", 0.95), ("retina", 0.96), ("horse", 0.98),
        ("astronaut", 0.9),
    ],
)  # fmt: skip
def test_the_network_finds_the_subject(name: str, least: float, trained: SalientNetwork) -> None:
    picture, wanted = drawn(name)
    assert overlap(segment.find_subject(read(picture), network=trained), wanted) > least


def test_the_network_is_its_authors(trained: SalientNetwork) -> None:
    """Places of the map that OpenCV 5 makes of the authors' ONNX file, for the same square."""
    color = read(Image.fromarray(data.astronaut()).resize((320, 320), Image.Resampling.BOX)).color
    found = trained.look(color)[0, 0]
    told = {
        (132, 66): 0.6962, (223, 10): 0.1096, (314, 10): 0.6191, (307, 304): 0.8868,
        (76, 178): 0.7486, (300, 20): 0.9997,
    }  # fmt: skip
    assert [float(found[place]) for place in told] == pytest.approx([*told.values()], abs=1e-3)


def test_the_network_stops_when_told(trained: SalientNetwork) -> None:
    asked = iter([False] * 3 + [True] * 100)
    with pytest.raises(Stopped):
        trained.look(read(scene([(160, 120, 60)])).color, lambda: next(asked))


@pytest.mark.parametrize(("spoil", "said"), [(False, "missing"), (True, "can't be read")])
def test_without_its_weights_colours_decide_which_is_told(
    tmp_path: Path, spoil: bool, said: str
) -> None:
    if spoil:
        (tmp_path / "u2netp.safetensors").write_bytes(b"nonsense")
    networks = Networks(tmp_path)
    assert networks.salient(torch.device("cpu")) is None
    why = str(networks.no_subjects(torch.device("cpu")))
    assert said in why and "install.py" in why


@pytest.mark.parametrize(("name", "least"), [("chelsea", 0.9), ("coffee", 0.85), ("camera", 0.78)])
def test_the_subject_is_found_in_a_rectangle(name: str, least: float) -> None:
    picture, wanted = drawn(name)
    hint = rectangle(around(wanted), Extent(*picture.size))
    mask = segment.find_subject(read(picture), hint)
    assert overlap(mask, wanted) > least
    assert float((mask * (1 - hint)).max()) == 0.0


def test_a_rectangle_says_which_of_two(network: SalientNetwork | None) -> None:
    picture = scene([(80, 120, 40), (240, 120, 40)])
    for x in (80, 240):
        hint = rectangle(Box(x - 55, 60, 110, 120), Extent(320, 240))
        assert (
            overlap(segment.find_subject(read(picture), hint, network=network), disc(x, 120, 40))
            > 0.97
        )


def test_all_of_several_are_found_where_nothing_is_said(network: SalientNetwork | None) -> None:
    mask = segment.find_subject(read(scene([(80, 120, 40), (240, 120, 40)])), network=network)
    assert overlap(mask, disc(80, 120, 40) | disc(240, 120, 40)) > 0.97


def test_a_point_says_which_of_two(network: SalientNetwork | None) -> None:
    picture = read(scene([(80, 120, 40), (240, 120, 40)]))
    for x in (80, 240):
        points = [Point(x / 320, 0.5)]
        mask = segment.find_subject(picture, network=network, points=points)
        assert overlap(mask, disc(x, 120, 40)) > 0.97


def test_several_points_are_several_subjects(network: SalientNetwork | None) -> None:
    picture = read(scene([(60, 120, 30), (160, 120, 30), (260, 120, 30)]))
    points = [Point(60 / 320, 0.5), Point(260 / 320, 0.5), Point(255 / 320, 0.52)]
    mask = segment.find_subject(picture, network=network, points=points)
    assert overlap(mask, disc(60, 120, 30) | disc(260, 120, 30)) > 0.95


def test_what_hides_beside_the_subject_is_found_at_a_point(trained: SalientNetwork) -> None:
    """The model of the shuttle behind the astronaut."""
    picture, woman = drawn("astronaut")
    shuttle, rows, columns = Point(0.78, 0.3), *np.mgrid[:512, :512]
    mask = segment.find_subject(read(picture), network=trained, points=[shuttle])
    found = plane(mask) > 0.5
    box = (columns > 350) & (columns < 475) & (rows < 300)
    assert not (found & ~box).any()
    assert 0.3 < found.sum() / box.sum() < 0.7
    both = segment.find_subject(read(picture), network=trained, points=[shuttle, Point(0.45, 0.3)])
    assert overlap(both, woman | found) > 0.9


def test_a_point_in_nothing_is_told(trained: SalientNetwork) -> None:
    picture = read(scene([(80, 120, 40)]))
    with pytest.raises(BadInput, match="Nothing stands out where you point"):
        segment.find_subject(picture, network=trained, points=[Point(0.9, 0.1)])


def test_points_count_within_the_selection_only(network: SalientNetwork | None) -> None:
    picture = read(scene([(80, 120, 40), (240, 120, 40)]))
    hint = rectangle(Box(0, 0, 160, 240), Extent(320, 240))
    left, right = Point(80 / 320, 0.5), Point(240 / 320, 0.5)
    mask = segment.find_subject(picture, hint, network=network, points=[left, right])
    assert overlap(mask, disc(80, 120, 40)) > 0.97
    with pytest.raises(BadInput, match="None of the points"):
        segment.find_subject(picture, hint, network=network, points=[right])


def test_a_request_says_which_subject_is_meant() -> None:
    picture = pixels(scene([(80, 120, 40), (240, 120, 40)]))
    for text, x in (("0.25,0.5", 80), ("0.75,0.5", 240)):
        asked = request(picture)
        asked = replace(asked, settings=replace(asked.settings, subject=text))
        found = segment.applied(asked).selection
        assert found is not None
        assert overlap(to_mask(found), disc(x, 120, 40)) > 0.97


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_what_is_half_there_is_found_as_well(share: float, network: SalientNetwork | None) -> None:
    """Half transparent, or half selected, which then counts half."""
    picture = scene([(160, 120, 60)])
    hint = torch.full((1, 1, 240, 320), share)
    mask = segment.find_subject(read(picture), hint, network=network)
    assert overlap(mask / share, disc(160, 120, 60)) > 0.97
    assert float(mask.max()) == pytest.approx(share)
    faint = picture.convert("RGBA")
    faint.putalpha(round(255 * share))
    mask = segment.find_subject(read(faint), network=network)
    assert overlap(mask, disc(160, 120, 60)) > 0.97


def test_a_selection_that_is_too_narrow_is_told() -> None:
    black = np.zeros((240, 320), np.uint8)
    black[100:102, 100:102] = 255
    with pytest.raises(BadInput, match=r"The selection is .* px with what is around it"):
        segment.applied(request(pixels(scene([(160, 120, 60)])), pixels(Image.fromarray(black))))


def test_edges_are_as_soft_as_the_pictures(network: SalientNetwork | None) -> None:
    """Compared with the share of each pixel that the disc covers."""
    sharp = disc(160 * 8, 120 * 8, 60 * 8, (320 * 8, 240 * 8))
    covered = sharp.reshape(240, 8, 320, 8).mean(axis=(1, 3))
    mask = plane(segment.find_subject(read(scene([(160, 120, 60)], times=8)), network=network))
    edge = (covered > 0) & (covered < 1)
    assert np.abs(mask - covered)[edge].mean() < 0.2
    away = disc(160, 120, 50) | ~disc(160, 120, 70)
    assert set(np.unique(mask[away])) <= {0.0, 1.0}, "and only the edge is soft"


def test_holes_stay_and_specks_go(network: SalientNetwork | None) -> None:
    holes = [(160, 120, 30), (102, 120, 3)]
    picture = scene([(160, 120, 80), (22, 22, 3)], holes=holes)
    mask = plane(segment.find_subject(read(picture), network=network)) > 0.5
    assert not mask[120, 160]
    assert mask[120, 102]
    assert not mask[22, 22]


def test_what_is_transparent_is_background(network: SalientNetwork | None) -> None:
    picture = scene([(160, 120, 60)]).convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    alpha.paste(0, (160, 0, 320, 240))
    picture.putalpha(alpha)
    mask = segment.find_subject(read(picture), network=network)
    assert float(mask[..., 160:].max()) == 0.0
    half = disc(160, 120, 60)
    half[:, 160:] = False
    assert overlap(mask, half) > 0.95


@pytest.mark.parametrize("noise", [0, 2, 30])
def test_nothing_is_found_in_nothing(noise: float, network: SalientNetwork | None) -> None:
    values = 128 + np.random.default_rng(0).normal(0, noise, (120, 160, 3))
    picture = read(Image.fromarray(values.clip(0, 255).astype(np.uint8)))
    with pytest.raises(BadInput, match="No subject"):
        segment.find_subject(picture, network=network)
    with pytest.raises(BadInput, match="No subject"):
        segment.find_subject(
            picture, rectangle(Box(40, 30, 60, 60), Extent(160, 120)), network=network
        )


def test_a_line_of_pixels_is_refused() -> None:
    with pytest.raises(BadInput, match="400x3 px"):
        segment.find_subject(read(pictures.photograph(400, 3)))


def test_a_picture_has_one_subject(network: SalientNetwork | None) -> None:
    picture = read(pictures.photograph(240, 200))
    first, second = (segment.find_subject(picture, network=network) for _ in range(2))
    torch.testing.assert_close(first, second, atol=0, rtol=0)


def request(content: Pixels, selection: Pixels | None = None) -> Request:
    given = {"style": pixels(pictures.strokes())}
    return Request(content, Settings(segment="auto"), selection, given)


def test_a_request_selects_its_subject() -> None:
    asked = request(pixels(scene([(160, 120, 60)])))
    found = segment.applied(asked)
    assert (found.content, found.settings, found.pictures) == (
        asked.content, asked.settings, asked.pictures,
    )  # fmt: skip
    assert found.selection is not None
    assert found.selection.format == PixelFormat("G", "u16")
    values = torch.from_numpy(array(found.selection)[..., 0] / 65535)[None, None]
    assert overlap(values, disc(160, 120, 60)) > 0.97


def test_a_small_selection_costs_its_surroundings_only() -> None:
    """Farther away NaN does no harm, as it is not looked at."""
    values = np.full((1500, 2000, 3), np.nan, np.float32)
    part = np.asarray(scene([(160, 120, 60)]), np.float32) / 255
    values[600:840, 900:1220] = part
    content = Pixels(Extent(2000, 1500), PixelFormat("RGB", "f32"), values.tobytes())
    mask = np.zeros((1500, 2000), np.uint8)
    mask[650:790, 990:1130] = 255
    selection = Pixels(content.extent, PixelFormat("G", "u8"), mask.tobytes())
    found = segment.applied(request(content, selection)).selection
    assert found is not None
    seen = torch.from_numpy(array(found)[600:840, 900:1220, 0] / 65535)[None, None]
    assert overlap(seen, disc(160, 120, 60)) > 0.95
    assert array(found).astype(bool).sum() == array(found)[600:840, 900:1220].astype(bool).sum()


def test_a_black_hint_is_refused() -> None:
    black = pixels(Image.new("L", (320, 240)))
    with pytest.raises(BadInput, match="black everywhere"):
        segment.applied(request(pixels(scene([(160, 120, 60)])), black))


def test_the_overlay_shows_subject_and_outline() -> None:
    picture = read(scene([(160, 120, 60)]))
    mask = segment.find_subject(picture)
    shown = segment.overlay(picture, mask)
    torch.testing.assert_close(shown[..., 120, 160], picture.color[..., 120, 160])
    assert float(shown[..., 20, 20].sum()) < 0.7 * float(picture.color[..., 20, 20].sum())
    line = (shown == torch.tensor([1.0, 0.85, 0.1]).view(1, 3, 1, 1)).all(dim=1)
    assert 300 < int(line.sum()) < 1200, "around a circle of 377 px"


def test_the_guided_filter_keeps_what_needs_no_edge() -> None:
    """A mask that is a linear function of the colour comes back, in float64 and at full size."""
    generator = torch.Generator().manual_seed(0)
    guide = torch.rand(1, 3, 40, 50, generator=generator)
    mask = (guide[:, :1] > 0.5).float()
    drawn_again = guided(mask, mask.expand(-1, 3, -1, -1) * 0.6 + 0.2)
    assert float((drawn_again - mask).abs().max()) < 0.01


def run(picture: Path, *options: str) -> None:
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    command.run(parser.parse_args([str(picture), *options]), Installation.here())


def test_the_command_writes_mask_and_overlay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = pictures.saved(scene([(80, 120, 40), (240, 120, 40)]), tmp_path / "in.png")
    mask, shown = tmp_path / "mask.png", tmp_path / "shown.jpg"
    run(picture, "--rectangle", "25,60,110,120", "-o", str(mask), "--overlay", str(shown))
    assert "covers 7%" in capsys.readouterr().out
    with Image.open(mask) as image:
        assert (image.mode, image.size) == ("L", (320, 240))
        found = torch.from_numpy(np.asarray(image) / 255)[None, None]
    assert overlap(found, disc(80, 120, 40)) > 0.97
    assert files.read(shown).pixels.extent == Extent(320, 240)


def test_the_command_takes_points(tmp_path: Path) -> None:
    picture = pictures.saved(scene([(80, 120, 40), (240, 120, 40)]), tmp_path / "in.png")
    mask = tmp_path / "mask.png"
    run(picture, "--at", "0.75, 0.5", "-o", str(mask))
    found = torch.from_numpy(array(files.read(mask).pixels)[..., 0] / 255)[None, None]
    assert overlap(found, disc(240, 120, 40)) > 0.97


def test_mask_and_overlay_are_two_files(tmp_path: Path) -> None:
    picture = pictures.saved(scene([(80, 120, 40)]), tmp_path / "in.png")
    out = str(tmp_path / "out.png")
    with pytest.raises(BadInput, match="is to hold the mask: name another file"):
        run(picture, "-o", out, "--overlay", out)


def test_the_command_takes_a_mask_as_a_hint(tmp_path: Path) -> None:
    picture = pictures.saved(scene([(80, 120, 40), (240, 120, 40)]), tmp_path / "in.png")
    hint = Image.new("L", (320, 240))
    ImageDraw.Draw(hint).ellipse((20, 60, 140, 180), fill=255)
    soft = pictures.saved(hint.filter(ImageFilter.GaussianBlur(3)), tmp_path / "hint.png")
    mask = tmp_path / "mask.png"
    run(picture, "--mask", str(soft), "-o", str(mask))
    found = torch.from_numpy(array(files.read(mask).pixels)[..., 0] / 255)[None, None]
    assert overlap(found, disc(80, 120, 40)) > 0.97


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "400,0,10,10", "10,10,0,5"])
def test_a_rectangle_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="four numbers"):
        command.parse_rectangle(text, Extent(320, 240))
