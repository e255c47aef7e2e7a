"""One dialog, whatever it is drawn with: what it is set to, what it shows, and what it paints.

An adapter tells when a knob was moved or its document may have changed, calls ``tick`` from a
timer, and draws what stands here then. Nothing here waits for the worker.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

from ..client.job import Job, Previews
from ..contract.errors import BadInput, ImpastoError
from ..contract.geometry import Extents
from ..contract.host import ClipHost, Host
from ..contract.knobs import COLORIZE, STYLIZE
from ..contract.outcome import Outcome
from ..contract.settings import Settings
from ..storage.paths import Installation
from . import styles
from .ahead import Ahead
from .clip_run import ClipRun
from .estimates import quality_times
from .gallery import Style
from .last_used import LastUsed
from .outcomes import Kept, Outcomes
from .painting import Asked, Came
from .preview import LivePreview
from .record import Record
from .run import Run
from .small import Renderer
from .tries import Tries
from .view import View

H = TypeVar("H", bound=Host)
R = TypeVar("R", bound="Run[Any] | ClipRun[Any]")


class Desk(Protocol[H]):
    """What an adapter tells of its document while a dialog is open."""

    def seen(self) -> Renderer:
        """What is previewed: the first layer that would be painted from now. Raises BadInput."""

    def hosts(self) -> Sequence[H]:
        """All the layers that would be painted from, as they are now. Raises BadInput."""

    def ahead(self) -> H | None:
        """The first of them, to be painted ahead; None where reading it would disturb somebody.

        Raises BadInput.
        """

    def render(self, host: H) -> Renderer:
        """What is seen of one of them."""

    def extents(self) -> Sequence[Extents]:
        """Their sizes; none where there is nothing to tell of."""

    def outcomes(self) -> Sequence[Outcome]:
        """What the paintings of the first of them remember; none where there are none."""


class Session(Generic[H]):
    """Belongs to one dialog and is closed with it."""

    def __init__(
        self,
        desk: Desk[H],
        last_used: LastUsed | None = None,
        installation: Installation | None = None,
        patience: float | None = None,
        clip: Callable[[], ClipHost] | None = None,
    ) -> None:
        """Want nothing yet.

        Args:
            desk: the document.
            last_used: what the host's dialogs begin with; None where the host itself keeps that.
            installation: whose worker paints; by default the one the plug-in belongs to.
            patience: as :class:`Ahead` takes it.
            clip: gives the frames that are painted, where those of a clip are and not the desk's
                layers; raises BadInput.
        """
        self._desk, self._last_used, self._clip = desk, last_used, clip
        self._installation = installation or Installation.here()
        self.settings: Settings | None = None
        """What the dialog says; None while that is nothing to paint with."""
        self._refused: ImpastoError | None = None
        self._extents: Sequence[Extents] = ()
        self.preview = LivePreview(desk.seen, Previews(self._installation))
        self.ahead = Ahead(
            desk.ahead, self.preview, self._installation, self._keep, patience=patience
        )
        """What is painted while the dialog rests."""
        self.run: Run[H] | ClipRun[Any] | None = None
        """What is painted now."""
        self.outcomes = Outcomes(self._installation.gallery)
        """The last paintings that came out."""
        self._reminded = False
        """Whether the document has told of those before."""
        self._came: Kept | None = None
        """What the run has come to."""
        self.tries = Tries(
            self.preview,
            Previews(self._installation),
            LastUsed(self._installation, "gallery"),
            idle=lambda: self.run is None,
            device=lambda: (self.settings or Settings()).device,
        )
        """The gallery's styles on what is selected."""

    def first_settings(
        self, task: str, record: Record[Any] | None = None, wraps: bool | None = None
    ) -> Settings:
        """What a dialog comes up with: what a painting was painted with, or what was used last.

        Args:
            task: the dialog's.
            record: of the painting that is to be painted anew.
            wraps: whether the host shows the picture next to itself, as one that is to repeat;
                None where it has no such view.
        """
        last = None if self._last_used is None else self._last_used.settings(task)
        last = last or Settings(sketch=task == COLORIZE)
        if record is not None:
            return record.settings.on_machine_of(last)
        return last if wraps is None else replace(last, tile=wraps and task == STYLIZE)

    def lost(self, task: str, record: Record[Any] | None = None) -> BadInput | None:
        """What to say of :meth:`first_settings`, which another version may have kept: what of them
        could not be taken over; None where all could."""
        if record is not None:
            return record.told()
        return None if self._last_used is None else self._last_used.lost(task)

    def change(self, settings: Settings) -> None:
        """The dialog says this by now. May be called as often as a knob moves."""
        if settings != self.settings:
            self.ahead.wait()
            self.outcomes.leave()
        self.settings = settings
        self.preview.want(settings)

    def refuse(self, error: ImpastoError) -> None:
        """What the dialog says is nothing to paint with."""
        self.ahead.wait()
        self.outcomes.leave()
        self.settings, self._refused = None, error
        self.preview.refuse(error)

    def glance(self, style: Style | None, place: str = styles.STYLE) -> None:
        """Somebody points at a style of the gallery, which would come to a place: it is previewed
        there until they point at another one, or at none."""
        settings = self.settings
        if settings is None or style is None or settings.sketch or self.run is not None:
            self.preview.glance(None)
            return
        with contextlib.suppress(BadInput):  # it can't come there
            changes = styles.chosen(place, style, settings)
            self.preview.glance(replace(settings, **changes))

    def choose(self, kept: Kept, say: Callable[[Settings], object]) -> None:
        """Somebody wants a painting that came out before: it is seen, and :meth:`paint` takes it
        as it is.

        Where its picture is not kept, or what is painted on looks otherwise by now, it is painted
        again as any other.

        Args:
            kept: which.
            say: lets the dialog say settings, which it tells by :meth:`change`.
        """
        if self.run is not None:
            return
        compared, settings = self.outcomes.compared, kept.told.settings
        say(settings if self.settings is None else settings.on_machine_of(self.settings))
        ground = kept.ground
        same = ground is not None and ground.selected == self.preview.selected()
        able = same and self.settings is not None
        seen = ground is not None and able and self.preview.show(ground.view)
        if seen:
            self.ahead.wait()
        self.outcomes.choose(kept, seen, compared)

    @property
    def moves(self) -> bool:
        """Whether a clip is painted: nothing is painted ahead of it, and no result is kept."""
        return self._clip is not None

    @property
    def beside(self) -> tuple[Kept, Kept] | None:
        """The two paintings that are compared, left and right; None where it is the original with
        what becomes of it."""
        if self.run is not None or self.preview.glancing:
            return None
        return self.outcomes.compared

    def look_again(self) -> None:
        """The document may look otherwise by now."""
        self.preview.look_again()
        if self.settings is not None:
            self.preview.want(self.settings)

    def times(self) -> Mapping[str, str]:
        """How long each quality will take, by its name; nothing where there is no layer to tell of.

        Where the dialog says nothing to paint with, it is what the default settings would take.
        """
        self._extents = self._desk.extents()
        return self.times_left()

    def times_left(self) -> Mapping[str, str]:
        """The same of what was there to paint at the last :meth:`times`, less what was painted
        ahead since: to be told again where ``ahead.done`` is another."""
        settings = self.settings or Settings()
        return quality_times(settings, self._extents, self._installation, self.ahead.done)

    def begin(self) -> Run[H] | ClipRun[Any]:
        """Begin to paint what the dialog says, a clip where it is of one. Raises as ``paint``."""
        return self.paint_clip() if self.moves else self.paint()

    def paint(self) -> Run[H]:
        """Begin to paint what the dialog says; nothing where a run is under way.

        Raises:
            ImpastoError: there is nothing to paint on, or with, in words for a person.
        """
        if isinstance(self.run, Run):
            return self.run
        return self._begun(
            lambda settings: Run(
                self._desk.hosts(),
                settings,
                watched=True,
                installation=self._installation,
                take=self._take,
                told=self._tell,
            )
        )

    def paint_clip(self) -> ClipRun[Any]:
        """As :meth:`paint`, in a dialog of a clip."""
        if isinstance(self.run, ClipRun):
            return self.run
        assert self._clip is not None, "it is a clip's"
        clip = self._clip
        return self._begun(lambda settings: ClipRun(clip(), settings, self._installation))

    def tick(self) -> None:
        """Let the preview and the run go on; ``run`` is over once ``run.over``."""
        if self.run is not None:
            self.run.advance()
            self.follow()
        self.watch()

    def watch(self) -> None:
        """Let the preview go on, and what is painted ahead; for an adapter that moves the run on by
        itself."""
        if self.run is None:
            self._remind()
        self.preview.tick()
        if self.run is None:
            if not self.preview.glancing:
                self.outcomes.look(self.preview.painted)
            rests = self.preview.glancing or self.outcomes.picked or self.moves
            wanted = None if rests else self.settings
            self.ahead.tick(wanted and self.preview.legend.fitted(wanted))

    def follow(self) -> None:
        """Show how far the run is, for an adapter that moves it on by itself."""
        if isinstance(self.run, Run):
            self.preview.follow(self.run, self._desk.render)

    def end(self) -> None:
        """The adapter has told what came of the run.

        What was painted is seen until a knob is moved; of a run that came to nothing, the preview.
        """
        run, painted = self.run, False
        if run is not None:
            painted = isinstance(run, Run) and run.over and run.result is not None
            self.follow()
            run.cancel()
        came = self._came if painted else None
        self.run = self._came = None
        self.preview.end(painted)
        if came is not None and came.ground is not None and self.preview.show(came.ground.view):
            self.outcomes.see(came)
        self.ahead.end()
        self.look_again()

    def restart(self) -> None:
        """End the worker, which is silent, and ask another one the same."""
        (self.run or self.preview).restart()

    def close(self) -> None:
        """The dialog is gone. A painting under way is given up, but for one that is done."""
        if self.run is not None:
            self.run.cancel()
        self.ahead.close()
        self.preview.close()
        self.tries.close()
        self.outcomes.forget()

    def _remind(self) -> None:
        """Show what the document remembers, once the dialog's first picture is drawn: reading it, a
        host may let timers run."""
        if self._reminded or self.moves or self.settings is None or self.preview.waiting:
            return
        self._reminded, sketch = True, self.settings.sketch
        told = self._desk.outcomes()
        self.outcomes.remember(each for each in told if each.settings.sketch == sketch)

    def _begun(self, make: Callable[[Settings], R]) -> R:
        """A run with the dialog's settings, which has begun. Raises ImpastoError."""
        if self.settings is None:
            assert self._refused is not None, "it was told what the dialog says"
            raise self._refused
        settings = self.preview.legend.fitted(self.settings)
        run = make(settings)
        if self._last_used is not None:
            self._last_used.remember(settings)
        # A host that reads may let timers run, and one of them ask again.
        self.run = run
        try:
            run.start()
        except Exception:
            self.run = None
            raise
        return run

    def _take(self, asked: Asked) -> Job | None:
        """What was painted before, where that is chosen, or what is painted ahead."""
        return self.outcomes.take(asked, self._installation) or self.ahead.take(asked)

    def _tell(self, came: Came) -> Sequence[Outcome]:
        """A painting of the run is done: what its layer is to remember. Of several layers it is
        the first one that is seen while a dialog is open."""
        run, self._came = self.run, None
        if not isinstance(run, Run) or run.place[0] > 1:
            return ()
        self.follow()
        if self.preview.painted is not None:
            kept = self._keep(came, run.settings, self.preview.painted)
            self._came = kept if len(run.hosts) == 1 else None
        return self.outcomes.told

    def _keep(self, came: Came, settings: Settings, view: View) -> Kept:
        return self.outcomes.add(came, settings, view, self.preview.selected())
