"""The preview of a dialog without a host: what is asked for, shown, held back and said."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.bridge.client.job import STARTING, Previews
from core.bridge.contract.errors import BadInput, ImpastoError, WorkerLost
from core.bridge.contract.geometry import Box, Extent, Extents, Work
from core.bridge.contract.host import Resolved
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request, Result
from core.bridge.contract.settings import Settings
from core.bridge.session import worth
from core.bridge.session.preview import LivePreview
from core.bridge.session.reading import work_of
from core.bridge.session.run import Glimpse, Run
from core.bridge.session.small import LONG_SIDE, Small
from core.bridge.session.view import opacity
from core.bridge.storage.paths import Installation
from tests import pictures, workers
from tests.documents import RGBA

CANVAS = Extent(800, 600)
WHOLE = Box.of(CANVAS)
SELECTED = Box(300, 200, 200, 100)
STYLED = Settings(style="a.png", method="instant")
RED_AND_BLUE = [["#ff0000", 0.75], ["#0000ff", 0.25]]


def flat(extent: Extent, value: int, format: PixelFormat = RGBA) -> Pixels:
    return Pixels(extent, format, bytes([value]) * extent.area * format.bytes_per_pixel)


class Document:
    """A document with one layer over all of its canvas, in one colour."""

    def __init__(self, selected: Box | None = SELECTED) -> None:
        self.selected = selected
        self.colour = 7
        self.labels: Pixels | None = None
        self.sizes: list[Extent] = []
        """Of what was rendered."""
        self.while_reading: Callable[[], object] = lambda: None

    def extent(self) -> Extents:
        return Extents(CANVAS, WHOLE, self.selected)

    def render(self, box: Box, extent: Extent) -> Pixels:
        self.while_reading()
        self.sizes.append(extent)
        return flat(extent, self.colour)

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        return None if self.selected is None else flat(extent, 200, MASK)

    def resolve(self, settings: Settings) -> Resolved:
        labels = self.labels
        return Resolved(settings, {} if labels is None else {"content_labels": labels}, "")


class Worker(Previews):
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._open = False
        self._answer: Result | ImpastoError | None = None
        self.quiet = self.restarted = self.closed = False

    @property
    def waiting(self) -> bool:
        return self._open

    @property
    def silent(self) -> bool:
        return self._open and self.quiet

    def ask(self, request: Request) -> None:
        self.requests.append(request)
        self._open = True

    def take(self, wait: float = 0.0) -> Result | None:
        answer, self._answer = self._answer, None
        if answer is None:
            return None
        self._open = False
        if isinstance(answer, ImpastoError):
            raise answer
        return answer

    def restart(self) -> None:
        self.restarted = True

    def close(self) -> None:
        self.closed = True

    def answer(self, value: int = 90, **report: object) -> None:
        """The last request is painted in one colour."""
        layer = flat(self.requests[-1].content.extent, value)
        self._answer = Result(layer, {"size": 64, **report})

    def fail(self, error: ImpastoError) -> None:
        self._answer = error

    def give_up(self) -> None:
        """The last request is displaced by another client's."""
        self._open = False


class Desk:
    """A dialog's preview with all that it talks to."""

    def __init__(self, selected: Box | None = SELECTED) -> None:
        self.document, self.worker = Document(selected), Worker()
        self.preview = LivePreview(lambda: self.document, self.worker)

    def want(self, settings: Settings) -> None:
        self.preview.want(settings)
        self.preview.tick()

    def see(self, settings: Settings, **report: Any) -> None:
        """Want it, and have it."""
        self.want(settings)
        self.come(**report)

    def come(self, value: int = 90, **report: object) -> None:
        self.worker.answer(value, **report)
        self.preview.tick()

    @property
    def asked(self) -> list[Settings]:
        return [request.settings for request in self.worker.requests]

    @property
    def frame(self) -> Box:
        assert self.preview.view is not None
        return self.preview.view.frame

    @property
    def painted(self) -> list[tuple[Box, int]]:
        """Where what lies over the original, and its colour."""
        assert self.preview.view is not None
        return [(patch.place, patch.picture.data[0]) for patch in self.preview.view.patches]


def with_strength(strength: float) -> Settings:
    return replace(STYLED, strength=strength)


# --- which box is read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        STYLED,
        replace(STYLED, size=128),
        replace(STYLED, feather=40),
        replace(STYLED, background_style="b.png"),
        replace(STYLED, content_labels="map.png"),
        replace(STYLED, sketch=True),
    ],
    ids=lambda s: str({k: v for k, v in s.as_mapping().items() if v != getattr(STYLED, k)}),
)
def test_a_preview_lies_where_the_painting_will(settings: Settings) -> None:
    desk = Desk()
    desk.see(settings)
    box = work_of(desk.document.extent(), settings, {}).box
    assert desk.painted == [(box, 90)]
    assert desk.worker.requests[0].preview == box.extent


def test_of_a_sketch_with_a_selection_all_of_the_layer_is_previewed_and_shown() -> None:
    desk = Desk()
    desk.see(replace(STYLED, sketch=True))
    assert desk.painted == [(WHOLE, 90)]
    assert desk.frame == WHOLE


def test_labels_that_are_a_layer_are_those_of_the_whole_layer() -> None:
    desk = Desk()
    desk.document.labels = flat(CANVAS.within(LONG_SIDE), 1)
    desk.see(STYLED)
    assert desk.painted == [(WHOLE, 90)]


def test_what_is_shown_does_not_depend_on_how_fine_it_is_painted() -> None:
    desk = Desk()
    desk.see(STYLED)
    frame, before = desk.frame, desk.painted
    desk.see(replace(STYLED, size=64))
    assert desk.frame == frame == SELECTED.grow(30)
    assert desk.painted != before


def test_everything_is_read_small_and_once() -> None:
    desk = Desk(selected=None)
    for strength in (1.0, 0.5, 0.25):
        desk.see(with_strength(strength))
    assert desk.document.sizes == [Extent(LONG_SIDE, 384)]


# --- what is asked for --------------------------------------------------------------------------


def test_one_is_asked_after_another_and_the_newest_wins() -> None:
    desk = Desk()
    for strength in (0.9, 0.8, 0.7, 0.6):
        desk.want(with_strength(strength))
    assert [s.strength for s in desk.asked] == [0.9]
    desk.come()
    assert desk.painted, "nothing is seen while the slider moves"
    assert desk.preview.waiting
    desk.preview.tick()
    assert [s.strength for s in desk.asked] == [0.9, 0.6]
    desk.come()
    assert not desk.preview.waiting


def test_what_is_shown_is_not_asked_for_again() -> None:
    desk = Desk()
    desk.see(STYLED)
    desk.want(STYLED)
    desk.preview.look_again()
    desk.want(STYLED)
    assert len(desk.asked) == 1
    assert not desk.preview.waiting


def test_a_picture_that_another_program_has_written_is_asked_for_again(tmp_path: Path) -> None:
    desk, style = Desk(), tmp_path / "a.png"
    style.write_bytes(b"picture")
    os.utime(style, (1, 1))
    settings = Settings(style=str(style), method="instant")
    desk.see(settings)
    os.utime(style, (2, 2))
    desk.preview.look_again()
    desk.see(settings)
    assert len(desk.asked) == 2
    desk.want(settings)
    assert len(desk.asked) == 2


def test_a_document_that_changed_is_read_anew() -> None:
    desk = Desk()
    desk.see(STYLED)
    assert desk.preview.view is not None
    canvas = desk.preview.view.canvas
    desk.document.colour = 8
    desk.want(STYLED)
    assert len(desk.asked) == 1, "nobody said that it may have changed"
    desk.preview.look_again()
    desk.want(STYLED)
    assert desk.preview.view.before.data[0] == 8
    assert desk.preview.view.canvas != canvas
    assert desk.painted == [], "what became of another picture lies over this one"
    desk.come()
    assert desk.painted


def test_of_the_same_canvas_what_was_painted_stays_where_it_is() -> None:
    desk = Desk()
    desk.see(STYLED)
    before = desk.painted
    desk.want(replace(STYLED, background_style="b.png"))
    assert desk.frame == WHOLE
    assert desk.painted == before
    assert desk.preview.stale
    desk.come(91)
    assert desk.painted == [(WHOLE, 91)]


def test_only_another_style_makes_it_stale() -> None:
    desk = Desk()
    desk.see(STYLED)
    desk.preview.want(with_strength(0.5))
    assert not desk.preview.stale
    desk.preview.want(replace(STYLED, style="b.png"))
    assert desk.preview.stale
    desk.preview.tick()
    desk.come()
    assert not desk.preview.stale


def test_nothing_is_asked_once_it_is_closed() -> None:
    desk = Desk()
    desk.document.while_reading = desk.preview.close
    desk.want(STYLED)
    desk.preview.tick()
    assert desk.worker.closed
    assert desk.asked == []


def test_a_host_may_let_timers_run_while_it_reads() -> None:
    desk = Desk()

    def meanwhile() -> None:
        desk.preview.look_again()
        desk.want(with_strength(0.5))

    desk.document.while_reading = meanwhile
    desk.want(STYLED)
    desk.document.while_reading = lambda: None
    assert [s.strength for s in desk.asked] == [1.0]
    desk.come()
    desk.preview.tick()
    assert [s.strength for s in desk.asked] == [1.0, 0.5]


# --- what is wrong ------------------------------------------------------------------------------


def test_without_a_style_the_original_is_shown_and_said_what_is_missing() -> None:
    desk = Desk()
    desk.want(Settings())
    assert "There is no style yet" in str(desk.preview.error)
    assert desk.frame == SELECTED.grow(30)
    assert not desk.preview.waiting


def test_a_failure_is_forgiven_as_soon_as_something_else_is_asked_for() -> None:
    desk = Desk()
    desk.want(STYLED)
    desk.worker.fail(BadInput("The style is damaged."))
    desk.preview.tick()
    said = desk.preview.error
    assert str(said) == "The style is damaged."
    desk.preview.tick()
    assert desk.preview.error is said, "it is said twice"
    desk.want(STYLED)
    assert desk.preview.error is said, "the same is wrong until it is answered"
    desk.want(replace(STYLED, style="b.png"))
    desk.come()
    desk.preview.tick()
    assert desk.preview.error is None


def test_a_failure_of_what_nobody_wants_any_more_is_not_said() -> None:
    desk = Desk()
    desk.want(STYLED)
    desk.want(with_strength(0.5))
    desk.worker.fail(BadInput("The style is damaged."))
    desk.preview.tick()
    assert desk.preview.error is None
    desk.preview.tick()
    assert [s.strength for s in desk.asked] == [1.0, 0.5]


def test_a_failure_of_what_is_wanted_once_more_is_met_again_and_said() -> None:
    """A dialog that opens wants its first preview twice."""
    desk = Desk()
    desk.want(STYLED)
    desk.want(STYLED)
    desk.worker.fail(BadInput("The style is gone."))
    desk.preview.tick()
    desk.preview.tick()
    assert desk.asked == [STYLED, STYLED]
    desk.worker.fail(BadInput("The style is gone."))
    desk.preview.tick()
    assert str(desk.preview.error) == "The style is gone."


def test_what_failed_is_asked_again_when_it_is_wanted_again() -> None:
    desk = Desk()
    desk.want(STYLED)
    desk.worker.fail(WorkerLost("The worker stopped."))
    desk.preview.tick()
    desk.want(STYLED)
    desk.come()
    assert len(desk.asked) == 2
    assert desk.preview.error is None and desk.painted


def test_settings_that_are_none_are_not_asked_for() -> None:
    desk = Desk()
    desk.see(STYLED)
    desk.preview.want(with_strength(0.5))
    desk.preview.refuse(BadInput("It is not on this computer."))
    desk.preview.tick()
    assert len(desk.asked) == 1
    assert str(desk.preview.error) == "It is not on this computer."


def test_silence_is_told_and_ends_with_a_restart() -> None:
    desk = Desk()
    desk.want(STYLED)
    desk.worker.quiet = True
    assert desk.preview.silent
    desk.preview.restart()
    assert desk.worker.restarted


LARGE = LONG_SIDE
"""Pixels along a picture's side: it is seen alone."""


def seen_through(desk: Desk) -> int:
    """The alpha of what is seen last."""
    assert desk.preview.view is not None
    (alpha,) = set(opacity(desk.preview.view.patches[-1].picture).data)
    return alpha


# --- while a painting is under way --------------------------------------------------------------


class Painting(Run[Any]):
    """A run whose pictures a test makes."""

    def __init__(self, desk: Desk, settings: Settings, document: Document | None = None) -> None:
        super().__init__([document or desk.document], settings)
        self._desk, self._pictures = desk, list[Glimpse]()
        self._work = work_of(self.host.extent(), settings, {})
        self._taken = 0
        desk.preview.follow(self, lambda host: host)

    @property
    def work(self) -> Work:
        return self._work

    @property
    def progress(self) -> Progress:
        return replace(STARTING, step=self._taken)

    def glimpse(self) -> Glimpse | None:
        return self._pictures.pop() if self._pictures else None

    def grow(self, value: int, box: Box | None = None, side: int = 9, steps: int = 0) -> None:
        """So many steps on, a part of what is read is of one colour, by default all of it."""
        self._taken += steps
        picture = flat(Extent(side, side), value, PixelFormat("RGB"))
        self._pictures.append(Glimpse(picture, box or Box.of(self.work.box.extent)))
        self._desk.preview.follow(self, lambda host: host)

    def finish(self, value: int) -> None:
        """All is painted, in one colour, and the adapter has told so."""
        picture = flat(Extent(9, 9), value)
        self.over, self.result = True, Glimpse(picture, Box.of(self.work.box.extent))
        self._desk.preview.follow(self, lambda host: host)
        self._desk.preview.end(painted=True)


def test_what_comes_while_it_is_painted_is_held_back_and_nothing_is_asked() -> None:
    desk = Desk()
    desk.want(STYLED)
    painting = Painting(desk, STYLED)
    work = painting.work
    painting.grow(55, Box(0, 0, 20, 20))
    desk.want(with_strength(0.5))
    desk.come(90)
    place = Box(work.box.x, work.box.y, 20, 20)
    assert desk.painted == [(place, 55)]
    assert not desk.preview.waiting and not desk.preview.silent and not desk.preview.stale
    assert len(desk.asked) == 1
    desk.preview.end()
    assert desk.painted == [(work.box, 90)]
    desk.preview.tick()
    assert len(desk.asked) == 2


def test_a_failure_while_it_is_painted_is_met_again_afterwards() -> None:
    desk = Desk()
    desk.want(STYLED)
    Painting(desk, STYLED)
    desk.worker.fail(BadInput("The style is damaged."))
    desk.preview.tick()
    assert desk.preview.error is None
    desk.preview.end()
    desk.preview.tick()
    assert len(desk.asked) == 2


def test_what_was_wrong_with_the_preview_does_not_hide_the_painting() -> None:
    desk = Desk()
    desk.want(STYLED)
    desk.worker.fail(WorkerLost("The worker stopped."))
    desk.preview.tick()
    painting = Painting(desk, STYLED)
    painting.grow(55)
    assert desk.preview.error is None
    assert desk.painted == [(painting.work.box, 55)]


def test_it_is_painted_as_far_as_the_preview_was() -> None:
    desk = Desk()
    desk.see(STYLED)
    painting = Painting(desk, STYLED)
    painting.grow(55)
    painting.grow(56, side=LARGE)
    assert desk.preview.view is not None
    picture = desk.preview.view.patches[-1].picture
    assert set(opacity(picture).data) == {90}, "the alpha of the preview"


def test_it_grows_out_of_the_preview() -> None:
    desk = Desk()
    desk.see(STYLED)
    painting = Painting(desk, STYLED)
    place, preview = painting.work.box, desk.painted
    painting.grow(55, steps=worth.WARM - 1)
    assert desk.painted == preview, "it is hardly more than the original"
    painting.grow(56, steps=1)
    assert desk.painted == [*preview, (place, 56)]
    coarse = seen_through(desk)
    assert 90 * worth.COARSE <= coarse < 90 * 0.5, "the preview is seen below it"
    painting.grow(57, side=LARGE // 4)
    assert coarse < seen_through(desk) < 90, "it is too soft to be seen alone"
    painting.grow(58, side=LARGE)
    assert desk.painted == [*preview, (place, 58)] and seen_through(desk) == 90
    painting.finish(59)
    assert desk.painted == [(place, 59)]


def test_it_grows_out_of_no_other_preview() -> None:
    desk = Desk()
    desk.see(STYLED)
    desk.want(with_strength(0.5))
    painting = Painting(desk, with_strength(0.5))
    painting.grow(55)
    assert desk.painted == [(painting.work.box, 55)], "the preview was of other settings"


def test_selection_and_rest_grow_side_by_side() -> None:
    desk = Desk()
    both = replace(STYLED, background_style="b.png")
    desk.see(both)
    painting = Painting(desk, both)
    inside = SELECTED
    preview = desk.painted
    for box, value, side in ((inside, 55, 9), (inside, 56, LARGE), (WHOLE, 57, 9)):
        painting.grow(value, box, side)
    assert desk.painted == [*preview, (inside, 56)], "the rest has only begun"
    painting.grow(58, WHOLE, LARGE)
    assert desk.painted == [*preview, (inside, 56), (WHOLE, 58)]
    assert desk.preview.view is not None
    masks = [opacity(patch.picture).data for patch in desk.preview.view.patches[1:]]
    assert [mask[len(mask) // 2] for mask in masks] == [200, 55]


def test_what_is_painted_is_shown_until_something_else_is_wanted() -> None:
    desk = Desk()
    desk.see(STYLED)
    painting = Painting(desk, STYLED)
    painting.grow(55, Box(0, 0, 20, 20))
    painting.finish(56)
    desk.preview.look_again()
    desk.want(STYLED)
    assert desk.painted == [(painting.work.box, 56)] and not desk.preview.stale
    assert desk.preview.view is not None and desk.preview.view.painted is not None
    assert set(desk.preview.view.painted.mask.data) == {56}, "it tells itself how far"
    assert len(desk.asked) == 1, "a preview of the same would not be seen"
    desk.want(with_strength(0.5))
    assert desk.painted == [(painting.work.box, 90)]


def test_what_is_painted_gives_way_to_another_document() -> None:
    desk = Desk()
    desk.see(STYLED)
    Painting(desk, STYLED).finish(56)
    desk.document.colour = 8
    desk.preview.look_again()
    desk.want(STYLED)
    assert desk.painted == [] and desk.preview.view is not None
    assert desk.preview.view.before.data[0] == 8


def test_the_second_of_several_layers_is_shown_as_it_is() -> None:
    desk = Desk()
    desk.see(STYLED)
    other = Document(selected=None)
    other.colour = 30
    painting = Painting(desk, STYLED, other)
    assert desk.painted == [(work_of(desk.document.extent(), STYLED, {}).box, 90)]
    painting.grow(55)
    assert desk.preview.view is not None
    assert (desk.preview.view.before.data[0], desk.frame) == (30, WHOLE)
    assert desk.preview.view.patches[0].picture == flat(Extent(9, 9), 55, PixelFormat("RGB"))


def test_where_the_original_is_gone_it_grows_unseen() -> None:
    desk = Desk()
    desk.see(STYLED)
    painting = Painting(desk, STYLED)

    def gone() -> None:
        raise BadInput("The layer is gone.")

    desk.document.while_reading = gone
    before = desk.painted
    painting.grow(55)
    assert desk.painted == before
    assert desk.preview.error is None


# --- labels -------------------------------------------------------------------------------------


def labelled(styles: str = "#fe0101=a.png; #00ff00=b.png") -> Settings:
    return Settings(method="instant", content_labels="map.png", label_styles=styles)


def test_colours_are_asked_for_before_their_styles() -> None:
    desk = Desk()
    desk.want(labelled())
    assert desk.asked[0].label_styles == "", "a colour there is not would be refused"
    desk.come(size=0, labels=RED_AND_BLUE)
    assert desk.preview.error is None
    assert desk.preview.waiting
    desk.preview.tick()
    assert desk.asked[1].label_styles == "#ff0000=a.png"
    desk.come(labels=RED_AND_BLUE)
    assert desk.painted == [(WHOLE, 90)] and not desk.preview.waiting


def test_labels_without_any_style_are_said_to_have_none() -> None:
    desk = Desk()
    desk.see(labelled(""), size=0, labels=RED_AND_BLUE)
    assert str(desk.preview.error).startswith("None of the labels has a style yet")
    rows = desk.preview.legend.rows("map.png")
    assert [color for color, _ in rows] == ["#ff0000", "#0000ff"]


# --- with a real worker -------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")
def test_a_whole_look_with_a_real_worker(installation: Installation, tmp_path: Path) -> None:
    style = pictures.saved(pictures.strokes(), tmp_path / "style.png")
    document = Document()
    with workers.private(installation, tmp_path) as own:
        preview = LivePreview(lambda: document, Previews(own))

        def come() -> bool:
            preview.tick()
            return not preview.waiting

        preview.want(Settings())
        workers.until(come)
        assert "There is no style yet" in str(preview.error)
        preview.want(Settings(style=str(style), method="instant", device="cpu"))
        workers.until(come)
        preview.close()
    assert preview.error is None
    assert preview.view is not None and preview.view.painted is not None
    assert set(preview.view.painted.mask.data) == {round(7 * 200 / 255)}
    assert Small(document).frame(SELECTED) == preview.view.frame


def test_what_is_pointed_at_is_previewed_as_long_as_it_is() -> None:
    desk, other = Desk(), replace(STYLED, style="b.png")
    desk.see(STYLED)
    desk.preview.glance(other)
    assert desk.preview.stale, "the old one is not what is pointed at"
    desk.preview.tick()
    desk.come(20)
    assert desk.asked == [STYLED, other] and not desk.preview.stale
    desk.preview.glance(other)
    desk.preview.want(STYLED)
    desk.preview.tick()
    assert desk.asked == [STYLED, other], "a document that was looked at again changes nothing"
    desk.preview.glance(None)
    desk.preview.tick()
    desk.come()
    assert desk.asked == [STYLED, other, STYLED]
    assert not desk.preview.waiting and not desk.preview.stale


def test_what_is_pointed_at_and_chosen_is_not_asked_for_again() -> None:
    desk, other = Desk(), replace(STYLED, style="b.png")
    desk.see(STYLED)
    desk.preview.glance(other)
    desk.preview.tick()
    desk.come(20)
    desk.preview.want(other)
    desk.preview.glance(None)
    desk.preview.tick()
    assert desk.asked == [STYLED, other] and not desk.preview.stale


def test_where_nothing_is_wanted_pointing_shows_nothing() -> None:
    desk = Desk()
    desk.preview.glance(STYLED)
    desk.preview.tick()
    desk.preview.glance(None)
    desk.preview.tick()
    assert desk.asked == []
