"""What was used last: settings, outputs and pictures, whatever another version or a hand wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.bridge.contract import settings as declared
from core.bridge.contract.knobs import COLORIZE, STYLIZE
from core.bridge.contract.settings import Settings
from core.bridge.session.gallery import Gallery
from core.bridge.session.last_used import LastUsed, note_pictures
from core.bridge.session.record import Record
from core.bridge.session.session import Session
from core.bridge.storage.paths import Installation
from tests.documents import Document
from tests.headless import HeadlessDesk

FILE = "user/last used/krita.json"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


@pytest.fixture
def last(installation: Installation) -> LastUsed:
    return LastUsed(installation, "krita")


def test_each_task_comes_back_as_it_was_and_the_last_one_first(last: LastUsed) -> None:
    assert last.settings() is None and last.output() == ""
    painted = Settings(style="layer:{1}", mix="b.jpg=0.5", strength=0.4)
    sketch = Settings(style="c.jpg", sketch=True)
    last.remember(painted)
    last.remember(sketch)
    last.remember_output("masked")
    assert (last.settings(), last.settings(STYLIZE)) == (sketch, painted)
    last.remember(painted)
    assert (last.settings(), last.settings(COLORIZE)) == (painted, sketch)
    assert last.output() == "masked"


def test_each_host_has_its_own(installation: Installation, last: LastUsed) -> None:
    last.remember(Settings(style="layer:{1}"))
    assert LastUsed(installation, "another").settings() is None


@pytest.mark.parametrize(
    "text",
    ["{", "[1]", '{"task": [3], "stylize": {}}', '{"stylize": ["a"]}', '{"stylize": ' + "[" * 9999],
)
def test_what_cannot_be_read_is_forgotten(tmp_path: Path, last: LastUsed, text: str) -> None:
    file = tmp_path / FILE
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert last.settings() is None and last.output() == ""
    last.remember(Settings(steps=7))
    assert last.settings() == Settings(steps=7)


@pytest.mark.parametrize(
    ("kept", "settings"),
    [
        ({"brush": 1, "steps": 7}, Settings(steps=7)),
        ({"pace": 7, "seed": 3}, Settings(steps=7, seed=3)),
        ({"steps": 1e300, "seed": 3}, Settings(seed=3)),
        ({"steps": "many", "method": "oil", "style": "a\0b", "seed": 3}, Settings(seed=3)),
    ],
)
def test_another_versions_knobs_are_dropped_renamed_or_the_default(
    tmp_path: Path,
    last: LastUsed,
    monkeypatch: pytest.MonkeyPatch,
    kept: dict[str, Any],
    settings: Settings,
) -> None:
    monkeypatch.setattr(declared, "RENAMED", {"pace": "steps"})
    file = tmp_path / FILE
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"stylize": kept}))
    assert last.settings() == settings


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path: Path, last: LastUsed) -> None:
    (tmp_path / "user").write_text("no folder")
    last.remember(Settings())
    assert last.settings() is None


def test_every_picture_counts_as_used_those_of_a_mixture_too(installation: Installation) -> None:
    folder = installation.user / "styles"
    folder.mkdir(parents=True)
    for name in ("a", "b", "c", "d", "e"):
        (folder / f"{name}.jpg").write_bytes(b"picture")
    gallery = Gallery(installation)
    settings = Settings(
        style=str(folder / "a.jpg"),
        mix=f"{folder / 'b.jpg'}=0.5",
        background_style=str(folder / "c.jpg"),
        label_styles=f"#ff0000={folder / 'd.jpg'}; #0000ff=layer:{{1}}",
    )
    note_pictures(gallery, settings, lambda path: not path.startswith("layer:"))
    assert {style.name for style in gallery.styles() if style.used} == {"a", "b", "c", "d"}
    assert "layer" not in (installation.user / "gallery.json").read_text("utf-8")


def test_a_painting_is_edited_with_the_threads_of_this_machine(tmp_path: Path) -> None:
    place = Installation(tmp_path)
    last_used = LastUsed(place, "headless")
    last_used.remember(Settings(steps=9, threads=3))
    session = Session(HeadlessDesk(Document.of_photographs()), last_used, place)
    record = Record[Any](Settings(steps=7), "layer", None)
    assert session.first_settings(STYLIZE, record) == Settings(steps=7, threads=3)
    session.close()
