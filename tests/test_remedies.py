"""What helps about an error, by its code: the same in every host."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.bridge.client import launcher, wire
from core.bridge.client.errand import lost
from core.bridge.contract import errors
from core.bridge.contract.errors import BadInput, ImpastoError
from core.bridge.i18n.text import Text
from core.bridge.i18n.texts import speak, tr
from core.bridge.session.remedies import Remedy, on_painting, remedies, unanswered
from core.bridge.storage.paths import Installation
from core.system import devices


@pytest.fixture
def installed(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path)
    installation.manifest.write_text("{}")
    return installation


def raised(act: object, *arguments: object) -> ImpastoError:
    assert callable(act)
    with pytest.raises(ImpastoError) as caught:
        act(*arguments)
    return caught.value


def test_the_engine_s_failure_is_tried_again_looked_up_or_reported(installed: Installation) -> None:
    assert remedies(lost(installed), installed) == (Remedy.AGAIN, Remedy.LOG, Remedy.REPORT)


def test_a_device_that_is_not_there_gives_way_to_one_that_is(installed: Installation) -> None:
    error = raised(devices.choose, "mps")
    assert isinstance(error, BadInput)
    assert remedies(error, installed) == (Remedy.DEVICE,)


def test_a_code_is_asked_and_no_word(installed: Installation) -> None:
    told = f"{installed.log} is a pipe, a socket or a device: name a picture's file."
    assert remedies(BadInput(told), installed) == ()
    assert remedies(BadInput("x", code=errors.DEVICE), installed) == (Remedy.DEVICE,)


def test_what_does_not_fit_is_tried_again(installed: Installation) -> None:
    assert remedies(wire.too_large(), installed) == (Remedy.AGAIN,)


def test_a_silent_worker_can_be_restarted(installed: Installation) -> None:
    assert "has not answered for 15 s" in str(unanswered())
    assert remedies(unanswered(), installed) == (Remedy.RESTART, Remedy.REPORT)


def test_a_painting_can_be_edited_instead(installed: Installation) -> None:
    told = on_painting("strokes", "Background")
    assert "strokes" in str(told) and "Background" in str(told)
    assert remedies(told, installed) == (Remedy.EDIT,)


def test_what_a_person_mends_in_the_host_needs_no_button(installed: Installation) -> None:
    assert remedies(BadInput("There is no style yet."), installed) == ()


def test_without_an_engine_nothing_helps_but_the_installer(tmp_path: Path) -> None:
    away = Installation(tmp_path)
    for error in (raised(launcher.start_worker, away), BadInput("x"), unanswered()):
        assert remedies(error, away) == (Remedy.INSTALL, Remedy.REPORT)


def test_an_error_comes_through_the_wire_with_its_code_and_its_fields() -> None:
    sent = BadInput("The style {name} is transparent.", code=errors.DEVICE, name="a.png")
    came = BadInput.of(Text.from_json(sent.text.to_json()), sent.code)
    assert (str(came), came.text, came.code) == (str(sent), sent.text, sent.code)


@pytest.mark.parametrize("remedy", Remedy)
def test_every_button_has_its_words(remedy: Remedy) -> None:
    speak("de")
    assert tr(remedy.label) != str(remedy.label)
