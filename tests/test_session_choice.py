"""The styles of one dialog: what there is for each place, and what comes there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.bridge.contract.pastiches import NAMES
from core.bridge.contract.settings import Settings
from core.bridge.session.choice import Choice
from core.bridge.session.gallery import BUILT_IN, PASTICHES, Gallery
from core.bridge.session.renditions import Renditions
from core.bridge.session.shelf import Shelf
from core.bridge.session.styles import BACKGROUND, MIX, STYLE
from core.bridge.storage.paths import Installation

RED, BLUE = "#ff0000", "#0000ff"


class Dialog:
    """Settings that a choice changes, and the errors it tells."""

    def __init__(self, folder: Path) -> None:
        installation = Installation(folder)
        inside = installation.gallery / PASTICHES
        inside.mkdir(parents=True)
        for path in (inside.parent / "mosaic.jpg", inside / f"{NAMES[3]}.jpg"):
            path.write_bytes(b"picture")
        self.settings = Settings()
        self.errors: list[str] = []
        shelf = Shelf(
            Gallery(installation),
            Renditions(installation, "Host", lambda *_: True),
            lambda error: self.errors.append(str(error)),
        )
        self.choice = Choice(shelf, lambda: self.settings, self._change)
        self.mosaic, self.carnival = shelf.offered()

    def shown(self, place: str) -> Path | None:
        return self.choice.shown(place, self.settings)

    def _change(self, values: Mapping[str, Any]) -> None:
        self.settings = replace(self.settings, **values)


@pytest.fixture
def dialog(tmp_path: Path) -> Dialog:
    return Dialog(tmp_path)


def test_beside_a_style_there_are_those_of_its_method(dialog: Dialog) -> None:
    choice = dialog.choice
    assert [style.name for style in choice.offered(STYLE)] == ["mosaic", NAMES[3]]
    assert choice.offered(MIX) == choice.offered(RED) == [dialog.mosaic]
    choice.choose(STYLE, dialog.carnival)
    assert dialog.settings.method == "pastiche"
    assert [style.source for style in choice.offered(BACKGROUND)] == [BUILT_IN]
    assert choice.offered(RED) == [dialog.mosaic]


def test_what_is_chosen_is_shown_and_its_share_moved(dialog: Dialog) -> None:
    dialog.choice.choose(STYLE, dialog.mosaic)
    dialog.choice.choose(MIX, dialog.mosaic)
    dialog.choice.share(0.25)
    assert dialog.shown(STYLE) == dialog.shown(MIX) == dialog.mosaic.path
    assert dialog.choice.shown_share(dialog.settings) == pytest.approx(0.25, abs=1e-3)
    dialog.choice.choose(MIX, None)
    assert dialog.shown(MIX) is dialog.shown(BACKGROUND) is None


def test_a_label_takes_a_picture_and_no_built_in_style(dialog: Dialog) -> None:
    dialog.choice.colors = [RED, BLUE]
    assert dialog.choice.choose(RED, dialog.mosaic)
    assert dialog.shown(RED) == dialog.mosaic.path
    assert dialog.shown(BLUE) is None
    before = dialog.settings
    assert not dialog.choice.choose(BLUE, dialog.carnival)
    assert dialog.settings == before
    assert "for a single colour" in dialog.errors[0]
