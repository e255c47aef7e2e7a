"""Krita's animations: an animated layer is painted into a new one with key frames."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from .kritas import Krita, Report, picture


@pytest.fixture(scope="module")
def of_keys(krita: Krita) -> Report:
    return krita.told("animation_of_key_frames")


def test_it_has_key_frames_at_the_same_times(of_keys: Report) -> None:
    assert of_keys["keys"] == of_keys["source"] == [0, 3, 7]
    assert of_keys["layers"][-2:] == ["Moving", "brush work"], "above what it was painted from"


def test_each_frame_is_painted_and_shown_as_long(of_keys: Report) -> None:
    frames = {int(time): data for time, data in of_keys["frames"].items()}
    before = {int(time): data for time, data in of_keys["before"].items()}
    assert len(set(before.values())) == len(set(frames.values())) == 3
    for time, data in frames.items():
        made, source = picture(data, 4), picture(before[time], 4)
        assert (made[..., 3] == 255).all()
        assert np.abs(made - source)[..., :3].mean() > 10, "it looks otherwise"
        assert data == frames[max(key for key in (0, 3, 7) if key <= time)]


def test_the_source_and_the_persons_time_stay(of_keys: Report) -> None:
    assert of_keys["untouched"] and of_keys["time"]


def test_one_undo_takes_it_back(of_keys: Report) -> None:
    assert of_keys["undone"] == of_keys["layers"][:-1]


def test_the_dialog_says_how_many_frames_there_are(of_keys: Report) -> None:
    assert "3 frames" in of_keys["said"]
    assert any(text.startswith("Painted: the new layer 'brush work'.") for text in of_keys["note"])


def test_16_bits_are_painted_alike_beside_their_source(krita: Krita, of_keys: Report) -> None:
    told = krita.told("animation_of_16_bits")
    assert told["layers"] == ["Moving", "brush work"]
    assert (told["depth"], told["keys"]) == ("U16", [0, 3, 7])
    for time in ("0", "3", "7"):
        fine = np.frombuffer(base64.b64decode(told["frames"][time]), np.uint16) / 257
        coarse = np.frombuffer(base64.b64decode(of_keys["frames"][time]), np.uint8)
        assert np.abs(fine - coarse).mean() < 2


def test_edited_it_is_painted_anew_as_it_was_above_the_others(krita: Krita) -> None:
    told = krita.told("animation_edited")
    assert told["moves"] and told["title"].startswith("Style Transfer Animation")
    assert told["strength"] == 0.5
    assert "brush work is a painting: its original is painted again, Moving." in told["said"]
    names = ["Moving", "brush work", "brush work 2", "brush work 3"]
    assert told["layers"][1:] == [[name, [0, 3, 7]] for name in names]


def test_on_twos_a_range_is_painted_and_what_is_selected_only(krita: Krita) -> None:
    told = krita.told("animation_on_twos")
    assert told["source"] == [0, 3, 7]
    assert told["keys"] == [0, 2, 4, 6, 8], "empty before the range and after it"
    opacity = {
        int(time): np.frombuffer(base64.b64decode(data), np.uint8)[3::4].reshape(100, 120)
        for time, data in told["frames"].items()
    }
    for time, alpha in opacity.items():
        assert (alpha[10:60, 20:80].min() == 255) == (2 <= time <= 7), time
        assert alpha[:10].max() == alpha[:, 80:].max() == 0


def test_kept_early_the_frames_that_are_painted_stay(krita: Krita) -> None:
    told = krita.told("animation_kept_and_cancelled")
    assert told["cancelled"] == 0
    count = len(told["kept"]) - 1
    assert 1 <= count < 41 and told["kept"] == list(range(count + 1))
    assert any(f"{count} of 41 frames were painted." in text for text in told["note"])


def test_a_layer_that_is_not_animated_is_told_so(krita: Krita) -> None:
    told = krita.told("animation_of_what_is_not_animated")
    assert told["dialogs"] == 0
    assert told["text"] == (
        "The layer 'Background' is not animated: give it key frames in Krita's timeline, or paint "
        "it by Style Transfer."
    )
