"""The last paintings that came out of a dialog: to be seen again, compared, and applied.

Their pixels are kept in memory while the dialog is open. What outlives it is what a document
remembers of them: settings and a thumbnail, with the layers that were painted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from ..client.job import Job
from ..contract.outcome import Outcome
from ..contract.pixels import Pixels
from ..contract.request import Progress, Request, Result
from ..contract.settings import Settings
from ..i18n.texts import tr
from ..i18n.times import moment
from ..storage.paths import Installation
from .called import called
from .differing import differing
from .painting import Asked, Came
from .remembered import MOST, gathered
from .thumbnail import thumbnail
from .view import View

ROOM = 256 << 20
"""Bytes that are kept of layers, and of what they were painted on: seven of 8 megapixels in 8 bits.
Of the oldest ones that go beyond it, the layer is painted again."""

TITLE = "Last results"
HELP = "Click to have its settings and its picture back; Apply then takes it as it is."
COMPARE = "Compare"
COMPARING = (
    "See the result that was chosen before on the left of the line, and this one on the right. A "
    "click on another one shows that on the right."
)
"""What hosts write on the strip of them."""

_OWN = ("seconds", "device")
"""Of a report, what is said of how long a painting took: once."""


_NAME = 20
"""Letters of a name in a line, at most."""


class Ground(NamedTuple):
    """What is seen of a painting, and on what."""

    view: View
    selected: Pixels | None
    """The selection's mask in the view's frame."""


class Whole(NamedTuple):
    """A painting as the worker gave it, and what it was painted on."""

    content: Pixels
    selection: Pixels | None
    result: Result
    progress: Progress

    @classmethod
    def of(cls, came: Came) -> Whole:
        request = came.asked.request
        return cls(request.content, request.selection, came.result, came.progress)

    def fits(self, request: Request) -> bool:
        """Whether something is asked for on the very same pixels."""
        return (self.content, self.selection) == (request.content, request.selection)

    def sharing(self, others: Iterable[Whole]) -> Whole:
        """The same, with its content in memory once for all that were painted on it."""
        contents = (other.content for other in others if other.content == self.content)
        return self._replace(content=next(contents, self.content))


@dataclass(eq=False)
class Kept:
    """A painting that came out; each is itself alone.

    Attributes:
        told: what a document remembers of it.
        name: what a person reads.
        ground: what was seen of it in this dialog; None of one from before.
        whole: its layer, as long as there is room for that.
    """

    told: Outcome
    name: str
    ground: Ground | None = None
    whole: Whole | None = None

    @property
    def time(self) -> str:
        """When it was done, as short as it can be said."""
        return moment(self.told.at)

    @property
    def label(self) -> str:
        """What tells it from the others, in one line."""
        name = self.name if len(self.name) <= _NAME else f"{self.name[: _NAME - 1]}…"
        return f"{name}, {self.time}"

    @property
    def description(self) -> str:
        """The same with what its settings are, and what a click does, in several lines."""
        return "\n".join([self.label, *differing(self.told.settings), tr(HELP)])


class Outcomes:
    """Belongs to a session."""

    def __init__(self, gallery: Path) -> None:
        """``gallery``: the folder of the styles that come with Impasto."""
        self._gallery = gallery
        self.items: Sequence[Kept] = ()
        """Oldest first; another object where there are others."""
        self.chosen: Kept | None = None
        """The one that the dialog's settings are of."""
        self.picked = False
        """Whether somebody chose it, and it is seen: that very painting is applied."""
        self._seen = False
        """Whether it is seen."""
        self._before: Kept | None = None
        """The one that was seen before it."""
        self._left: Kept | None = None
        """The one that it is compared with."""

    @property
    def told(self) -> tuple[Outcome, ...]:
        """What a document is to remember."""
        return tuple(kept.told for kept in self.items)

    @property
    def compared(self) -> tuple[Kept, Kept] | None:
        """What is left and right, where two are compared."""
        if self._left is None or self.chosen is None:
            return None
        return self._left, self.chosen

    @property
    def comparable(self) -> bool:
        """Whether there is another one of the same, to compare with the one that is seen."""
        return self._other() is not None

    def remember(self, outcomes: Iterable[Outcome]) -> None:
        """There were these before."""
        known = {(kept.told.at, kept.told.name) for kept in self.items}
        before = [told for told in gathered(outcomes) if (told.at, told.name) not in known]
        if before:
            self.items = (*map(self._kept, before), *self.items)[-MOST:]

    def add(self, came: Came, settings: Settings, view: View, selected: Pixels | None) -> Kept:
        """A painting has come out, and is seen.

        Args:
            came: what it has come to.
            settings: how it was painted, as the dialog says it.
            view: what is seen of it.
            selected: the selection's mask in the view's frame.
        """
        whole = Whole.of(came).sharing(kept.whole for kept in self.items if kept.whole)
        kept = self._same(settings, view)
        if kept is None or kept.ground is None:
            told = Outcome(
                settings, came.asked.name, time.time(), thumbnail(view, came.asked.work.box)
            )
            anew = self._kept(told)
            anew.ground, anew.whole = Ground(view, selected), whole
            others = [other for other in self.items if other is not kept]
            self.items = (*others, anew)[-MOST:]
            kept = anew
        else:
            kept.ground, kept.whole = Ground(view, selected), whole
        self._make_room()
        self.see(kept)
        return kept

    def see(self, kept: Kept) -> None:
        """One is seen that nobody chose: it has just come out."""
        if self._seen and kept is not self.chosen:
            self._before = self.chosen
        self.picked = self.picked and kept is self.chosen
        self.chosen, self._seen = kept, True

    def choose(self, kept: Kept, seen: bool, compared: tuple[Kept, Kept] | None = None) -> None:
        """Somebody chose one.

        Args:
            kept: which.
            seen: whether it is seen; otherwise it is to be painted again.
            compared: what was, left and right. The chosen one comes to the right.
        """
        self.leave()
        if kept is self._before:
            self._before = None
        self.chosen, self._seen, self.picked = kept, seen, seen
        if compared is not None:
            left, right = compared
            left = right if left is kept else left
            self._left = left if self._alike(left) else None

    def leave(self) -> None:
        """Something else is wanted."""
        if self._seen:
            self._before = self.chosen
        self.chosen = self._left = None
        self.picked = self._seen = False

    def look(self, painted: View | None) -> None:
        """This painting is seen by now: where it is not the chosen one, that is left."""
        if not self._seen or self.chosen is None or self.chosen.ground is None:
            return
        if painted is None or painted.patches is not self.chosen.ground.view.patches:
            self.leave()

    def compare(self, on: bool) -> None:
        """See another one left of the split, and the chosen one right of it: at first the one that
        was chosen before, else the last one."""
        self._left = self._other() if on else None

    def forget(self) -> None:
        """The dialog is gone, and the pictures with it."""
        self.leave()
        self.items, self._before = (), None

    def take(self, asked: Asked, installation: Installation) -> Job | None:
        """The very painting that somebody chose, as a job that is done; None where none is, or
        something else is to be painted on."""
        whole = self.chosen.whole if self.chosen is not None and self.picked else None
        if whole is None or not whole.fits(asked.request):
            return None
        report = {name: told for name, told in whole.result.report.items() if name not in _OWN}
        result = replace(whole.result, report=report)
        return Job.done(asked.request, installation, result, whole.progress)

    def _kept(self, told: Outcome) -> Kept:
        return Kept(told, called(told.name, told.settings, self._gallery))

    def _other(self) -> Kept | None:
        last = [kept for kept in self.items if kept is self._before]
        return next(filter(self._alike, (*last, *reversed(self.items))), None)

    def _alike(self, other: Kept) -> bool:
        """Whether one can be seen beside the one that is seen."""
        chosen = self.chosen
        if not self._seen or chosen is None or chosen is other:
            return False
        if chosen.ground is None or other.ground is None:
            return False
        one, two = chosen.ground.view, other.ground.view
        return (one.before, one.frame) == (two.before, two.frame)

    def _same(self, settings: Settings, view: View) -> Kept | None:
        """The one that this is once more, or one from before that was painted again."""
        same = [
            kept
            for kept in self.items
            if kept.told.settings.on_machine_of(settings) == settings
            and (kept.ground is None or _looks_like(kept.ground.view, view))
        ]
        return next((kept for kept in same if kept.ground is not None), next(iter(same), None))

    def _make_room(self) -> None:
        room, contents = ROOM, set()
        for kept in reversed(self.items):
            if kept.whole is None:
                continue
            content, layer = kept.whole.content, kept.whole.result.layer
            room -= len(layer.data) + (0 if id(content) in contents else len(content.data))
            contents.add(id(content))
            if room < 0:
                kept.whole = None


def _looks_like(one: View, other: View) -> bool:
    return (one.before, one.frame, one.patches) == (other.before, other.frame, other.patches)
