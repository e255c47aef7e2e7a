"""A whole session of a host without a toolkit, with the real worker: open, look, paint, edit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.gallery import OWN, Style
from core.bridge.session.last_used import LastUsed
from core.bridge.session.presets import QUALITIES
from core.bridge.session.session import Session
from core.bridge.session.view import View
from core.bridge.storage.paths import Installation
from tests import headless, pictures
from tests.documents import Document, Layer
from tests.headless import HeadlessDesk, HeadlessHost
from tests.workers import private, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")

SELECTED = Box(20, 10, 50, 40)
ADAPTER = 150
"""Lines that an adapter may take at most that draws nothing: what is more is a decision."""


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("session")) as own:
        yield own


def opened(
    document: Document, place: Installation, edited: Layer | None = None
) -> Session[HeadlessHost]:
    session = Session(HeadlessDesk(document, edited), LastUsed(place, "headless"), place)
    record = None if edited is None else edited.record
    session.change(session.first_settings(STYLIZE, record))
    return session


def go_on(session: Session[HeadlessHost], condition: Callable[[], object]) -> None:
    """As the timer of a dialog does, until something holds."""

    def tick() -> object:
        session.tick()
        return condition()

    until(tick)


def look(session: Session[HeadlessHost]) -> View:
    """Wait for the preview of what is set now."""
    go_on(session, lambda: not session.preview.waiting)
    assert session.preview.view is not None
    return session.preview.view


def follow(session: Session[HeadlessHost]) -> list[str]:
    """Let a run go on to its end; what it has to say then."""
    run = session.run
    assert run is not None
    go_on(session, lambda: run.over)
    assert run.error is None
    session.end()
    return [run.took, *run.reports, *run.notes]


def settings_of(session: Session[HeadlessHost], **values: object) -> Settings:
    assert session.settings is not None
    return Settings.from_mapping({**session.settings.as_mapping(), **values})


def test_a_whole_session(place: Installation, tmp_path: Path) -> None:
    style = str(pictures.saved(pictures.strokes(), tmp_path / "strokes.png"))
    document = Document.of_photographs()
    document.selection = SELECTED
    original = document.layers[0]

    # It is opened for the first time: there is a picture, and no style yet.
    session = opened(document, place)
    assert look(session).patches == ()
    assert "no style yet" in str(session.preview.error)
    with pytest.raises(BadInput, match="no style yet"):
        session.paint()

    # A style is chosen, then a knob is moved.
    instant = settings_of(session, style=style, method="instant", size=64, device="cpu")
    session.change(instant)
    first = look(session)
    assert session.preview.error is None and len(first.patches) == 1
    session.change(settings_of(session, strength=0.3))
    second = look(session)
    assert second.patches[0].picture != first.patches[0].picture
    assert (second.before, second.frame) == (first.before, first.frame), "one looks at the same"
    assert set(session.times()) == set(QUALITIES) and all(session.times().values())

    # It is painted.
    session.paint()
    told = follow(session)
    painting = document.layers[-1]
    assert document.layers == [original, painting]
    assert painting.name == "strokes" and painting.box == SELECTED
    assert told[0].startswith("It took ") and told[1:] == []
    assert LastUsed(place, "headless").settings(STYLIZE) == session.settings
    session.close()

    # The painting is opened again, whatever is selected by now, and painted with more patience.
    document.selection = None
    session = opened(document, place, edited=painting)
    assert session.settings == settings_of(session, style=style, strength=0.3)
    look(session)
    patient = {"method": "painterly", "steps": 10000, "strength": 1.0}
    session.change(settings_of(session, **patient))
    run = session.paint()
    go_on(session, lambda: run.begun)
    shown = session.preview.view
    go_on(session, lambda: session.preview.view is not shown)  # it grows
    run.keep()
    follow(session)
    assert len(document.layers) == 2
    kept = document.layers[-1]
    assert kept is not painting and kept.name == "strokes" and kept.box == SELECTED
    assert kept.record is not None and kept.record.settings.method == "painterly"
    assert kept.pixels != painting.pixels

    # It is seen until a knob is moved.
    seen = look(session)
    (patch,) = seen.patches
    assert patch.picture.crop(SELECTED.inside(patch.place)) == kept.pixels
    session.look_again()
    assert look(session) is seen
    session.change(settings_of(session, strength=0.4))
    assert look(session) is not seen
    session.close()


def test_a_run_is_cancelled_and_the_dialog_stays(place: Installation, tmp_path: Path) -> None:
    style = str(pictures.saved(pictures.strokes(), tmp_path / "strokes.png"))
    document = Document.of_photographs()
    session = opened(document, place)
    session.change(Settings(style=style, method="painterly", steps=10000, size=64, device="cpu"))
    run = session.paint()
    assert session.paint() is run, "one at a time"
    go_on(session, lambda: run.begun)
    session.end()
    assert len(document.layers) == 1
    session.change(settings_of(session, method="instant"))
    assert look(session).patches
    session.close()


def test_what_is_nothing_to_paint_with_is_said(place: Installation) -> None:
    session = opened(Document.of_photographs(), place)
    session.refuse(BadInput("size is between 64 and 8192, not 3."))
    with pytest.raises(BadInput, match="not 3"):
        session.paint()
    session.close()


def test_a_host_that_breaks_leaves_a_session_to_go_on_with(
    place: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(Document.of_photographs(), place)
    style = str(pictures.saved(pictures.strokes(), tmp_path / "strokes.png"))
    session.change(Settings(style=style, method="instant", size=64, device="cpu"))

    def broken(*_: object) -> Pixels:
        raise RuntimeError("a mistake made by the test")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(HeadlessHost, "read", broken)
        session.paint()
    assert session.run is None
    assert session.paint() is session.run
    follow(session)
    session.close()


def test_another_host_is_little_work() -> None:
    lines = Path(headless.__file__).read_text("utf-8").splitlines()
    assert len(lines) < ADAPTER


def test_styles_are_tried_on_the_selection_and_glanced_at(
    place: Installation, tmp_path: Path
) -> None:
    paths = [
        pictures.saved(picture, tmp_path / f"{name}.png")
        for name, picture in (("strokes", pictures.strokes()), ("photo", pictures.photograph()))
    ]
    one, other = (Style(path.stem, path, OWN) for path in paths)
    document = Document.of_photographs()
    document.selection = SELECTED
    session = opened(document, place)
    chosen = settings_of(session, style=str(one.path), method="instant", size=64, device="cpu")
    session.change(chosen)
    first = look(session)

    session.tries.want([one, other])
    go_on(session, lambda: session.tries.tick() and session.tries.view(other) is not None)
    tried, also = session.tries.view(one), session.tries.view(other)
    assert tried is not None and also is not None
    assert tried.frame == also.frame == SELECTED
    assert tried.patches[0].picture != also.patches[0].picture
    assert look(session) is first, "the preview has nothing to do with it"

    session.glance(other)
    assert session.preview.stale
    glanced = look(session)
    assert glanced.patches != first.patches and session.settings == chosen
    session.glance(None)
    assert look(session).patches == first.patches
    session.close()
