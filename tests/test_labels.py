"""Label maps: their palettes, their masks, and the style of each region."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.methods import REST
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.labels import Label, told_of_label
from core.engine.labels import drawn as drawn_labels
from core.engine.networks import Networks
from core.engine.places import places
from core.masks.flat_colors import NoLabels
from core.masks.label_map import LabelMap, read_labels
from core.pixels.imaging import Picture, array, to_picture
from tests import pictures

RED, BLUE, OLIVE, WHITE = (255, 0, 0), (0, 0, 255), (128, 128, 0), (255, 255, 255)
COLORS = (WHITE, RED, BLUE, OLIVE, (0, 255, 0))


def pixels(image: Image.Image) -> Pixels:
    channels = {"L": "G", "RGB": "RGB", "RGBA": "RGBA"}[image.mode]
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


def drawn(side: int = 240, colors: tuple[tuple[int, int, int], ...] = COLORS) -> Image.Image:
    """Discs and a triangle in all colours, with hard edges."""
    ground, one, two, three, four = colors
    picture = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(picture)
    u = side / 240
    draw.ellipse((20 * u, 20 * u, 130 * u, 130 * u), fill=one)
    draw.polygon([(120 * u, 230 * u), (230 * u, 230 * u), (175 * u, 60 * u)], fill=two)
    draw.rectangle((10 * u, 150 * u, 60 * u, 200 * u), fill=three)
    draw.ellipse((80 * u, 60 * u, 150 * u, 150 * u), fill=four)
    return picture


def saved(picture: Image.Image, quality: int) -> Image.Image:
    """The picture saved as JPEG."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def read(picture: Image.Image) -> LabelMap:
    return read_labels(to_picture(pixels(picture)))


def masks(found: LabelMap) -> torch.Tensor:
    """In the order of COLORS, shape (labels, height, width)."""
    numbers = [found.palette.index(near) for near in _near(found)]
    return torch.cat([found.mask(n, Box.of(found.extent))[0] for n in numbers])


def _near(found: LabelMap) -> list[tuple[int, int, int]]:
    return [
        min(found.palette, key=lambda entry: np.abs(np.subtract(entry, color)).sum())
        for color in COLORS
    ]


def wanted(times: int = 8) -> torch.Tensor:
    """Each colour's share of every pixel, from a drawing ``times`` as large."""
    large = np.asarray(drawn(240 * times))
    shares = [
        (large == color).all(axis=-1).reshape(240, times, 240, times).mean(axis=(1, 3))
        for color in COLORS
    ]
    return torch.from_numpy(np.stack(shares)).float()


def test_a_hard_edged_map_gives_exactly_what_is_drawn() -> None:
    found = masks(read(drawn()))
    for color, mask in zip(COLORS, found, strict=True):
        np.testing.assert_array_equal(mask.numpy(), (np.asarray(drawn()) == color).all(axis=-1))


@pytest.mark.parametrize("quality", [100, 90, 75, 50])
@pytest.mark.parametrize("smooth", [False, True], ids=["hard", "antialiased"])
def test_the_palette_survives_jpeg_and_antialiasing(quality: int, smooth: bool) -> None:
    picture = drawn(1920).resize((240, 240), Image.Resampling.BOX) if smooth else drawn()
    found = read(picture if quality == 100 else saved(picture, quality))
    assert len(found.palette) == len(COLORS)
    assert max(np.abs(np.subtract(*pair)).max() for pair in zip(COLORS, _near(found))) <= 6  # noqa: B905
    masks_found = masks(found)
    torch.testing.assert_close(masks_found.sum(dim=0), torch.ones(240, 240), atol=1e-6, rtol=0)
    off = (masks_found - wanted(8 if smooth else 1)).abs()
    assert float(off.mean()) < 0.006, "of the whole map"
    assert float((off > 0.6).float().mean()) < 2e-4, "no pixel goes astray"


def test_antialiased_edges_stay_as_drawn() -> None:
    """Also between red and green, whose mixture is another label's olive."""
    picture = drawn(1920).resize((240, 240), Image.Resampling.BOX)
    off = (masks(read(picture)) - wanted()).abs()
    assert float(off.max(dim=0).values.flatten().kthvalue(int(240 * 240 * 0.999)).values) < 0.15
    beside = masks(read(picture))[COLORS.index(OLIVE)][:140]
    assert float(beside.sum()) < 1.0, "no olive seam far from the olive square"


def test_a_feather_is_as_soft_as_it_was_drawn() -> None:
    ramp = np.clip((np.arange(200) - 90) / 20, 0, 1)
    row = ramp[:, None] * np.array(BLUE) + (1 - ramp[:, None]) * np.array(RED)
    picture = Image.fromarray(np.tile(row.round().astype(np.uint8), (100, 1, 1)))
    found = read(picture)
    assert sorted(found.palette) == [BLUE, RED]
    mask = found.mask(found.palette.index(BLUE), Box(0, 50, 200, 1))
    assert np.abs(mask.numpy().ravel() - ramp).max() < 0.06


def test_transparency_belongs_to_no_label() -> None:
    picture = drawn().convert("RGBA")
    alpha = Image.new("L", picture.size, 255)
    ImageDraw.Draw(alpha).rectangle((0, 0, 119, 239), fill=0)
    picture.putalpha(alpha)
    total = masks_of_all(read(picture)).sum(dim=0)
    np.testing.assert_array_equal(total.numpy(), np.asarray(alpha) / 255)


def masks_of_all(found: LabelMap) -> torch.Tensor:
    whole = Box.of(found.extent)
    return torch.cat([found.mask(number, whole)[0] for number in range(len(found.palette))])


@pytest.mark.parametrize("picture", [pictures.photograph(240, 200), pictures.strokes(side=200)])
def test_a_photograph_is_no_label_picture(picture: Image.Image) -> None:
    with pytest.raises(NoLabels, match="flat colour"):
        read(picture)


def test_a_rainbow_has_too_many_labels() -> None:
    blocks = np.random.default_rng(0).permutation(np.arange(64))
    values = np.stack([blocks % 4, blocks // 4 % 4, blocks // 16], axis=1).reshape(8, 8, 3) * 85
    with pytest.raises(NoLabels, match="more than 32"):
        read(Image.fromarray(values.astype(np.uint8)).resize((256, 256), Image.Resampling.NEAREST))


# Regions of a request.

CONTENT = pixels(pictures.photograph(160, 160))
STYLE = pixels(pictures.strokes(side=240, hue=20))
MAP = pixels(drawn())
HALVES = Image.new("RGB", (160, 160), RED)
ImageDraw.Draw(HALVES).rectangle((0, 0, 159, 79), fill=BLUE)


def request(content_labels: Pixels, style_labels: Pixels, **changes: object) -> Request:
    given = {"style": STYLE, "content_labels": content_labels, "style_labels": style_labels}
    settings = Settings(method="instant", device="cpu")
    return replace(Request(CONTENT, settings, None, given), **changes)  # type: ignore[arg-type]


def test_each_label_is_a_region_in_its_own_box() -> None:
    found = places(request(pixels(HALVES), MAP))
    assert {str(place.label and place.label.color): place.target for place in found} == {
        "#ff0000": Box(0, 80, 160, 80),
        "#0000ff": Box(0, 0, 160, 80),
    }


def test_labels_meet_the_selection() -> None:
    soft = pixels(pictures.soft_disc(160, 160))
    asked = request(MAP, MAP, selection=soft)
    total = torch.zeros(1, 1, 160, 160)
    for place in places(asked):
        box = place.box
        total[..., box.y : box.bottom, box.x : box.right] += place.mask()
    expected = torch.from_numpy(array(soft)[..., 0].astype(np.float32) / 255)
    torch.testing.assert_close(total[0, 0], expected, atol=1e-6, rtol=0)


def test_a_background_style_paints_around_labels() -> None:
    given = {"style": STYLE, "content_labels": MAP, "style_labels": MAP, "background_style": STYLE}
    soft = pixels(pictures.soft_disc(160, 160))
    *front, back = places(request(MAP, MAP, selection=soft, pictures=given))
    assert all(place.label for place in front)
    assert (back.part, back.label) == (REST, None)


def test_a_smaller_map_of_the_same_proportions_fits() -> None:
    small = pixels(HALVES.resize((80, 80), Image.Resampling.NEAREST))
    found = {str(p.label and p.label.color): p.target for p in places(request(small, MAP))}
    assert found["#0000ff"] == Box(0, 0, 160, 80)


def test_a_label_the_style_lacks_is_named_with_its_place() -> None:
    picture = HALVES.copy()
    ImageDraw.Draw(picture).ellipse((90, 90, 130, 130), fill=(255, 0, 255))
    with pytest.raises(BadInput, match=r"#ff00ff \(around column 1[01]\d, row 1[01]\d\)"):
        places(request(pixels(picture), MAP))
    mask = Image.new("L", (160, 160), 0)
    mask.paste(255, (0, 0, 160, 60))
    assert len(places(request(pixels(picture), MAP, selection=pixels(mask)))) == 1


def test_labels_of_the_style_alone_are_of_no_use() -> None:
    asked = request(MAP, MAP)
    given = {name: value for name, value in asked.pictures.items() if name != "content_labels"}
    with pytest.raises(BadInput, match="give content-labels"):
        places(replace(asked, pictures=given))


def test_each_label_takes_all_of_the_style_where_it_has_no_labels() -> None:
    asked = request(pixels(HALVES), MAP)
    given = {name: value for name, value in asked.pictures.items() if name != "style_labels"}
    upper, lower = places(replace(asked, pictures=given))
    assert upper.label is not None and lower.label is not None
    assert upper.label.color != lower.label.color
    style = to_picture(STYLE)
    assert upper.narrowed(style) is style and lower.narrowed(style) is style


def test_a_map_of_other_proportions_is_refused() -> None:
    with pytest.raises(BadInput, match="content's label picture is 240x120 px"):
        places(request(pixels(drawn().resize((240, 120), Image.Resampling.NEAREST)), MAP))
    (place, *_) = places(request(pixels(HALVES), MAP))
    with pytest.raises(BadInput, match="style's label picture is 240x240 px"):
        place.narrowed(to_picture(pixels(pictures.strokes(side=240).resize((240, 100)))))


def test_a_photograph_as_a_map_is_refused() -> None:
    with pytest.raises(BadInput, match="The given label picture is no label picture"):
        places(request(pixels(pictures.photograph(160, 160)), MAP))


def narrowed(style: Pixels, color: tuple[int, int, int]) -> Picture:
    by_color = {place.label.color: place for place in places(request(MAP, MAP)) if place.label}
    return by_color[color].narrowed(to_picture(style))  # type: ignore[index]


def shouting() -> Pixels:
    """The style with everything but the blue triangle inverted."""
    values = array(STYLE).copy()
    others = (np.asarray(drawn()) != BLUE).any(axis=-1)
    values[others] = 255 - values[others]
    return Pixels(STYLE.extent, STYLE.format, values.tobytes())


def test_a_style_narrowed_to_a_region_holds_nothing_else() -> None:
    one, other = narrowed(STYLE, BLUE), narrowed(shouting(), BLUE)
    torch.testing.assert_close(one.color, other.color, atol=0, rtol=0)
    drawn_blue = (np.asarray(drawn()) == BLUE).all(axis=-1).sum()
    assert float(one.alpha.sum()) == drawn_blue


def test_a_region_follows_its_own_style_region_only(installation: Installation) -> None:
    """Bit for bit: the other labels of the style have no influence."""
    networks = Networks(installation.weights)
    triangle = (np.asarray(drawn(160)) == BLUE).all(axis=-1)
    one, other = (
        array(engine.run(asked, networks, lambda _: None, lambda: False).layer)[..., :3]
        for asked in (
            request(MAP, MAP),
            request(MAP, MAP, pictures={**request(MAP, MAP).pictures, "style": shouting()}),
        )
    )
    triangle &= (np.asarray(drawn().resize((160, 160), Image.Resampling.NEAREST)) == BLUE).all(-1)
    np.testing.assert_array_equal(one[triangle], other[triangle])
    away = np.abs(one.astype(int) - other)[~triangle]
    assert away.mean() > 10, "and the others follow theirs"


@pytest.mark.parametrize("place", [(116, 116), (234, 234), (0, 234)], ids=str)
def test_a_region_of_a_few_pixels_can_be_painted_like(
    installation: Installation, place: tuple[int, int]
) -> None:
    """A dot of 6x6 px is smaller than a position of a deep layer, but its colours come through."""
    style = Image.new("RGB", (240, 240), (20, 20, 120))
    dot = (*place, place[0] + 5, place[1] + 5)
    ImageDraw.Draw(style).rectangle(dot, fill=(240, 180, 40))
    tiny = Image.new("RGB", (240, 240), BLUE)
    ImageDraw.Draw(tiny).rectangle(dot, fill=RED)
    given = {"style": pixels(style), "content_labels": pixels(HALVES), "style_labels": pixels(tiny)}
    painted = engine.run(
        request(MAP, MAP, pictures=given),
        Networks(installation.weights),
        lambda _: None,
        lambda: False,
    ).layer
    colors = array(painted)[..., :3].reshape(2, 80, 160, 3).mean(axis=(1, 2))
    assert colors[1][0] > 1.5 * colors[1][2], "yellow below"
    assert colors[0][2] > 1.3 * colors[0][0], "shades of blue above"


def test_a_label_in_the_style_only_is_not_used() -> None:
    assert len(places(request(pixels(HALVES), MAP))) == 2


def test_pastiche_takes_no_labels() -> None:
    asked = request(MAP, MAP)
    with pytest.raises(BadInput, match="pastiche"):
        places(replace(asked, settings=replace(asked.settings, method="pastiche", pastiche="3")))


def test_a_label_knows_its_style_by_the_nearest_color() -> None:
    off = (250, 20, 10)
    content = read(drawn(colors=(WHITE, off, BLUE, OLIVE, (0, 255, 0))))
    label = Label(content.palette[content.like(off) or 0], content, read(drawn()))  # type: ignore[arg-type]
    label.check()
    assert label.style is not None
    number = label.style.like(label.color)
    assert number is not None and label.style.palette[number] == RED


# A style for each colour.


def with_styles(folder: Path, text: str, **changes: object) -> Request:
    """The halves, after ``a.png`` and ``b.png`` in the folder."""
    for name, hue in (("a", 20), ("b", 150)):
        pictures.strokes(side=240, hue=hue).save(folder / f"{name}.png")
    named = text.replace("=", f"={folder}/")
    settings = Settings(method="instant", device="cpu", size=160, label_styles=named)
    given = {"content_labels": pixels(HALVES)}
    return replace(Request(CONTENT, settings, None, given), **changes)  # type: ignore[arg-type]


def test_each_colour_takes_its_own_style(installation: Installation, tmp_path: Path) -> None:
    networks = Networks(installation.weights)

    def painted(text: str) -> np.ndarray:
        asked = with_styles(tmp_path, text)
        return array(engine.run(asked, networks, lambda _: None, lambda: False).layer).astype(int)

    both = painted("#ff0000=a.png; #0000ff=b.png")
    turned = painted("#ff0000=b.png; #0000ff=b.png")
    upper, lower = slice(0, 70), slice(90, 160)
    assert np.array_equal(both[upper], turned[upper]), "what blue becomes is not red's affair"
    assert np.abs(both - turned)[lower].mean() > 5
    alone = painted("#0000ff=b.png")
    assert np.array_equal(alone[upper], both[upper])
    assert not alone[lower, :, 3].any(), "a colour without a style stays as it is"


def test_other_colours_take_the_style(tmp_path: Path) -> None:
    asked = with_styles(tmp_path, "#0000fe=b.png")
    found = places(replace(asked, pictures={**asked.pictures, "style": STYLE}))
    own = {
        str(place.label and place.label.color): place.label and place.label.own for place in found
    }
    assert own == {"#0000ff": f"{tmp_path}/b.png", "#ff0000": ""}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("red=a.png", "'red=.*a.png' is no label's style"),
        ("#ff0000", "'#ff0000' is no label's style"),
        ("#00ff00=a.png", "label-styles names #00ff00, which no label has: there are"),
    ],
)
def test_styles_that_no_label_can_have(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        places(with_styles(tmp_path, text))


def test_a_label_has_a_style_or_a_place_in_one(tmp_path: Path) -> None:
    asked = with_styles(tmp_path, "#ff0000=a.png")
    with pytest.raises(BadInput, match="give one of the two"):
        places(replace(asked, pictures={**asked.pictures, "style_labels": MAP}))


def test_a_preview_tells_the_labels_before_they_have_styles(installation: Installation) -> None:
    unequal = HALVES.copy()
    ImageDraw.Draw(unequal).rectangle((0, 0, 159, 119), fill=BLUE)
    settings = Settings(method="instant", device="cpu", size=160)
    with pytest.raises(BadInput, match="no style yet"):
        Request(CONTENT, settings, None, {"content_labels": pixels(unequal)})
    asked = Request(
        CONTENT, settings, None, {"content_labels": pixels(unequal)}, preview=CONTENT.extent
    )
    result = engine.run(asked, Networks(installation.weights), lambda _: None, lambda: False)
    assert not array(result.layer)[..., 3].any(), "nothing is painted yet"
    told = dict(result.report["labels"])
    assert list(told) == ["#0000ff", "#ff0000"]
    assert told["#0000ff"] == pytest.approx(0.75, abs=0.01)
    assert told["#ff0000"] == pytest.approx(0.25, abs=0.01)


def test_strokes_too_thin_for_a_label_are_told_and_meet_the_label_next_to_them() -> None:
    drawing = np.zeros((200, 200, 3), np.uint8)
    drawing[:, :100], drawing[:, 100:] = (255, 0, 0), (0, 0, 255)
    drawing[20:180, 40:42] = 0, 255, 0
    alpha = torch.ones(1, 1, 200, 200)
    color = torch.from_numpy(drawing).permute(2, 0, 1)[None].float() / 255
    found = read_labels(Picture(color, alpha))
    assert set(map(str, found.palette)) == {"#ff0000", "#0000ff"}
    ((thin, share),) = found.dropped
    assert str(thin) == "#00ff00"
    assert share == pytest.approx(320 / 40000)
    red = list(map(str, found.palette)).index("#ff0000")
    assert bool((found.mask(red, Box(0, 0, 100, 200)) == 1).all())
    note = str(told_of_label(*found.dropped[0]))
    assert "#00ff00" in note
    assert "0.80%" in note


def test_mixed_colours_between_labels_are_none_that_were_drawn() -> None:
    """Antialiased, feathered, and as JPEG."""
    for blur in (0, 1, 6):
        drawing = Image.new("RGB", (200, 160), (255, 0, 0))
        ImageDraw.Draw(drawing).ellipse((30, 20, 150, 140), fill=(0, 160, 80))
        buffer = io.BytesIO()
        drawing.filter(ImageFilter.GaussianBlur(blur)).save(buffer, "JPEG", quality=75)
        values = np.asarray(Image.open(buffer), np.float32) / 255
        color = torch.from_numpy(values).permute(2, 0, 1)[None]
        assert read_labels(Picture(color, torch.ones(1, 1, 160, 200))).dropped == ()


def test_a_label_style_finds_a_nearly_equal_colour() -> None:
    """The chosen colour and the map's may differ a little, as JPEG changes colours."""
    settings = Settings(label_styles="#fe0003=a.jpg; #0104fb=b.jpg", device="cpu")
    map_of_two = Image.new("RGB", (120, 80), (255, 0, 0))
    map_of_two.paste((0, 0, 255), (60, 0, 120, 80))
    given = {"content_labels": pixels(map_of_two)}
    found = drawn_labels(Request(pixels(map_of_two), settings, None, given))
    assert {str(label.color): label.own for label in found} == {
        "#ff0000": "a.jpg",
        "#0000ff": "b.jpg",
    }
    twice = replace(settings, label_styles="#fe0003=a.jpg; #ff0000=b.jpg")
    with pytest.raises(BadInput, match="one label"):
        drawn_labels(Request(pixels(map_of_two), twice, None, given))
    none = replace(settings, label_styles="#00ff00=a.jpg")
    with pytest.raises(BadInput, match=r"#00ff00, which no label has: there are #"):
        drawn_labels(Request(pixels(map_of_two), none, None, given))
