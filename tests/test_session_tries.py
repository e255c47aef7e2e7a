"""The gallery's styles on what is selected, without a host: when they are asked for, and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.contract.errors import BadInput, WorkerLost
from core.bridge.contract.geometry import Box
from core.bridge.contract.pastiches import NAMES
from core.bridge.session.gallery import BUILT_IN, SHIPPED, Style
from core.bridge.session.last_used import LastUsed
from core.bridge.session.preview import LivePreview
from core.bridge.session.tries import SIDE, Tries
from core.bridge.storage.paths import Installation
from tests.test_session_preview import SELECTED, STYLED, Document, Worker


class Dialog:
    """Tries beside a preview, with all that they talk to."""

    def __init__(self, folder: Path) -> None:
        self.installation = Installation(folder / "impasto")
        self.document, self.main, self.worker = Document(), Worker(), Worker()
        self.preview = LivePreview(lambda: self.document, self.main)
        self.paints = False
        self.tries = Tries(
            self.preview,
            self.worker,
            LastUsed(self.installation, "gallery"),
            idle=lambda: not self.paints,
            device=lambda: "cpu",
        )
        self.styles = [Style(name, folder / f"{name}.png", SHIPPED) for name in ("sea", "hill")]
        self.styles.append(Style(NAMES[3], folder / "carnival.png", BUILT_IN))
        for style in self.styles:
            style.path.write_bytes(style.name.encode())
        self.tries.want(self.styles)

    def settle(self) -> None:
        """The main preview is answered."""
        self.preview.want(STYLED)
        self.preview.tick()
        self.main.answer()
        self.preview.tick()
        assert not self.preview.waiting

    def come(self, value: int = 90) -> bool:
        """What was asked for comes."""
        self.worker.answer(value)
        return self.tries.tick()

    def come_all(self) -> None:
        self.tries.tick()
        while self.worker.waiting:
            self.come()

    @property
    def asked(self) -> list[str]:
        """The styles that were asked for."""
        found = (request.settings for request in self.worker.requests)
        return [
            each.pastiche if each.method == "pastiche" else Path(each.style).stem for each in found
        ]

    @property
    def seen(self) -> list[bool]:
        return [self.tries.view(style) is not None for style in self.styles]


@pytest.fixture
def dialog(tmp_path: Path) -> Dialog:
    return Dialog(tmp_path)


def test_each_style_is_tried_small_on_what_is_selected_one_after_another(dialog: Dialog) -> None:
    dialog.settle()
    assert not dialog.tries.tick() or dialog.seen == [False] * 3
    assert dialog.asked == ["sea"]
    request = dialog.worker.requests[0]
    assert request.spare and request.content.extent.long_side == SIDE
    assert request.selection is not None and request.preview == SELECTED.extent
    dialog.tries.tick()
    assert dialog.asked == ["sea"], "the next waits for the answer"
    assert dialog.come()
    assert dialog.seen == [True, False, False]
    dialog.come_all()
    assert dialog.asked == ["sea", "hill", NAMES[3]] and dialog.seen == [True] * 3
    view = dialog.tries.view(dialog.styles[0])
    assert view is not None and view.frame == SELECTED and view.patches[0].place == SELECTED
    assert view is dialog.tries.view(dialog.styles[0])


def test_they_wait_for_the_main_preview_and_for_a_painting(dialog: Dialog) -> None:
    dialog.tries.tick()
    assert not dialog.asked, "nothing is known of what is selected"
    dialog.preview.want(STYLED)
    dialog.preview.tick()
    dialog.tries.tick()
    assert not dialog.asked
    dialog.main.answer()
    dialog.preview.tick()
    dialog.paints = True
    dialog.tries.tick()
    assert not dialog.asked
    dialog.paints = False
    dialog.tries.tick()
    assert dialog.asked == ["sea"]
    dialog.preview.want(STYLED)
    dialog.come()
    assert dialog.asked == ["sea"] and dialog.seen == [True, False, False]


def test_those_in_sight_come_first(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.tick()
    dialog.tries.want(reversed(dialog.styles))
    dialog.come_all()
    assert dialog.asked == ["sea", NAMES[3], "hill"]


def test_another_selection_is_tried_anew_and_one_from_before_is_known(dialog: Dialog) -> None:
    dialog.settle()
    dialog.come_all()
    first = dialog.tries.view(dialog.styles[0])
    dialog.document.colour = 70
    dialog.preview.look_again()
    dialog.settle()
    assert dialog.tries.tick()
    assert dialog.seen == [False] * 3, "they were of the other selection"
    dialog.come_all()
    assert len(dialog.asked) == 6 and dialog.seen == [True] * 3
    dialog.document.colour = 7
    dialog.preview.look_again()
    dialog.settle()
    assert dialog.tries.tick()
    assert len(dialog.asked) == 6
    assert dialog.tries.view(dialog.styles[0]) is first


def test_the_same_selection_read_again_is_not_tried_anew(dialog: Dialog) -> None:
    dialog.settle()
    dialog.come_all()
    dialog.preview.look_again()
    dialog.settle()
    assert not dialog.tries.tick()
    assert len(dialog.asked) == 3


def test_a_knob_that_moves_makes_none_anew(dialog: Dialog) -> None:
    dialog.settle()
    dialog.come_all()
    dialog.preview.want(replace(STYLED, strength=0.5))
    dialog.preview.tick()
    dialog.main.answer()
    dialog.preview.tick()
    assert not dialog.tries.tick() and len(dialog.asked) == 3


def test_an_answer_that_comes_late_is_of_the_selection_it_was_asked_for(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.tick()
    dialog.document.selected = Box(0, 0, 50, 50)
    dialog.document.colour = 70
    dialog.preview.look_again()
    dialog.settle()
    dialog.come()
    assert dialog.seen == [False] * 3
    assert dialog.asked == ["sea", "sea"]


def test_what_the_worker_gave_up_is_asked_for_again(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.tick()
    dialog.worker.give_up()
    dialog.tries.tick()
    assert dialog.asked == ["sea", "sea"]


def test_a_style_that_fails_keeps_its_own_picture_and_the_others_come(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.tick()
    dialog.worker.fail(BadInput("The style is transparent."))
    dialog.tries.tick()
    dialog.come_all()
    assert dialog.asked == ["sea", "hill", NAMES[3]] and dialog.seen == [False, True, True]
    assert dialog.preview.error is None


def test_without_a_worker_nothing_is_tried_until_there_is_something_else(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.tick()
    dialog.worker.fail(WorkerLost("It is gone."))
    for _ in range(3):
        dialog.tries.tick()
    assert dialog.asked == ["sea"]
    dialog.preview.look_again()
    dialog.settle()
    dialog.come_all()
    assert dialog.seen == [True] * 3


def test_a_style_that_was_changed_is_tried_anew(dialog: Dialog) -> None:
    dialog.settle()
    dialog.come_all()
    changed = Style("sea", dialog.styles[0].path, SHIPPED, used=1.0)
    changed.path.write_bytes(b"another picture")
    assert dialog.tries.view(changed) is None
    dialog.tries.want([changed])
    dialog.come_all()
    assert dialog.asked[3:] == ["sea"] and dialog.tries.view(changed) is not None


def test_where_nothing_can_be_painted_on_there_are_none(dialog: Dialog) -> None:
    dialog.document.selected = Box(5000, 5000, 10, 10)
    dialog.preview.want(STYLED)
    dialog.preview.tick()
    dialog.tries.tick()
    assert not dialog.asked and dialog.seen == [False] * 3


def test_the_switch_is_kept_and_off_nothing_is_asked(dialog: Dialog, tmp_path: Path) -> None:
    assert dialog.tries.on
    dialog.settle()
    dialog.come_all()
    dialog.tries.switch(False)
    assert dialog.seen == [False] * 3
    dialog.document.colour = 70
    dialog.preview.look_again()
    dialog.settle()
    dialog.tries.tick()
    assert len(dialog.asked) == 3
    assert not LastUsed(dialog.installation, "gallery").tries()
    dialog.tries.switch(True)
    dialog.come_all()
    assert dialog.seen == [True] * 3
    assert LastUsed(dialog.installation, "gallery").tries()


def test_a_host_that_lets_timers_run_while_it_reads_is_read_once(dialog: Dialog) -> None:
    dialog.settle()
    before = len(dialog.document.sizes)

    def meanwhile() -> None:
        dialog.preview.look_again()
        dialog.preview.want(STYLED)
        dialog.preview.tick()
        dialog.tries.tick()

    dialog.document.while_reading = meanwhile
    dialog.tries.tick()
    assert len(dialog.document.sizes) == before + 1


def test_closed_it_wants_nothing(dialog: Dialog) -> None:
    dialog.settle()
    dialog.tries.close()
    dialog.tries.tick()
    assert dialog.worker.closed and not dialog.asked
