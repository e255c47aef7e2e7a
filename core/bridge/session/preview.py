"""The preview of a dialog: what is asked of the worker while knobs move, and what there is to see.

An adapter tells what is wanted and when its document may have changed, calls ``tick`` from a timer
and draws what stands in the attributes then. Nothing here waits for the worker.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from ..client.job import Previews
from ..contract.errors import BadInput, ImpastoError
from ..contract.geometry import Box, Work
from ..contract.methods import METHODS
from ..contract.pixels import Pixels
from ..contract.request import Request, Result
from ..contract.settings import Settings
from . import pointing
from .growth import Growth
from .labels import Legend
from .pointing import Pixel
from .reading import read_request, work_of, written
from .remedies import explained
from .run import H, Run
from .small import Renderer, Small
from .view import Cover, Patch, View, opacity


@dataclass(frozen=True)
class _Asked:
    """A request on its way or answered, with what it does not say itself.

    Attributes:
        request: what was asked.
        written: when the files that it names were written, as other programs may change them.
        place: the box that it reads.
        like: what it is painted like.
    """

    request: Request
    written: Sequence[int]
    place: Box
    like: object


class Stage(IntEnum):
    """How much of a painting is seen in its preview."""

    SKETCH, GROWING, PAINTED = range(3)


class LivePreview:
    """Shows what the painting will be, or while one is under way, what it is by now."""

    def __init__(self, find: Callable[[], Renderer], previews: Previews) -> None:
        """Want nothing yet.

        Args:
            find: tells what is to be painted on now; may raise BadInput. Called anew after each
                :meth:`look_again`.
            previews: asks the worker.
        """
        self.legend = Legend()
        """What is known of the labels."""
        self.error: ImpastoError | None = None
        """Why there is no preview of what is wanted; None once that is over."""
        self._find = find
        self._previews = previews
        self._small: Small | None = None
        """What is read of the document; None where that may look otherwise by now."""
        self._layer: Box | None = None
        """Where it lies on the canvas, as far as that is known."""
        self._settings: Settings | None = None
        self._glanced: Settings | None = None
        """What is previewed instead, as somebody points at it."""
        self._unasked = self._busy = self._closed = False
        self._asked: _Asked | None = None
        self._failed: Request | None = None
        """The request that the error came of, if one was made."""
        self._preview: View | None = None
        self._shows: Small | None = None
        """What the preview was read of."""
        self._shown_like: object = None
        self._growth: Growth | None = None
        """What is painted now."""
        self._ahead: Growth | None = None
        """What is painted before it is asked for."""
        self._place = (0, 0)
        """Which of how many paintings that is."""
        self._painted: View | None = None
        """What was painted last, as long as nothing else is wanted."""

    @property
    def view(self) -> View | None:
        """What there is to see. Another object where that has changed."""
        grown, ahead = (
            None if growth is None else growth.view for growth in (self._growth, self._ahead)
        )
        if self.glancing:
            return grown or self._preview
        return grown or self._painted or ahead or self._preview

    @property
    def glancing(self) -> bool:
        """Whether somebody points at something else than what is wanted."""
        return self._glanced is not None

    @property
    def asked(self) -> object:
        """What was asked for last: another object where that is something else by now, None where
        nothing came of it."""
        return self._asked

    @property
    def stage(self) -> Stage:
        """How much of the painting there is in what is seen, while no run is under way."""
        ahead, settings = self._ahead, self._glanced or self._settings
        if self._painted is not None and not self.glancing:
            return Stage.PAINTED
        if ahead is not None and ahead.view is not None and not self.glancing:
            return Stage.PAINTED if ahead.finished else Stage.GROWING
        other = settings is not None and METHODS[settings.method].cost.in_steps
        return Stage.SKETCH if other else Stage.PAINTED

    @property
    def sketch(self) -> bool:
        """Whether the painting will differ from what is seen, so that a word has to say so."""
        drawn = self.view is not None and bool(self.view.patches)
        return drawn and self._growth is None and self.stage is not Stage.PAINTED

    @property
    def waiting(self) -> bool:
        """Whether the preview of what is wanted is still to come."""
        return self._growth is None and (self._unasked or self._busy or self.owed)

    @property
    def owed(self) -> bool:
        """Whether the worker has been asked and has not answered."""
        return self._previews.waiting

    @property
    def stale(self) -> bool:
        """Whether what is shown is painted like something else than what is chosen."""
        if self._growth is not None or self.view is not self._preview:
            return False
        shown = self._preview is not None and bool(self._preview.patches)
        return shown and self._shown_like != self._like

    @property
    def silent(self) -> bool:
        """Whether the worker owes a preview and has said nothing for long."""
        return self._growth is None and self._previews.silent

    @property
    def markers(self) -> Sequence[Pixel] | None:
        """The pixels of the canvas that say which subject is meant; None while a click on the
        picture says nothing."""
        if self._growth is not None:
            return None
        return pointing.markers(self._settings, self._layer)

    def clicked(self, at: Pixel, reach: float) -> str:
        """The knob ``subject`` after a click on the picture, where there are :attr:`markers`.

        Arguments are those of :func:`pointing.clicked`.
        """
        assert self._settings is not None and self._layer is not None, "there are markers"
        return pointing.clicked(self._settings, self._layer, at, reach)

    @property
    def painted(self) -> View | None:
        """The painting that is seen: the whole of it, done."""
        growth = self._growth or (self._ahead if self._painted is None else None)
        if growth is None:
            return self._painted
        return growth.view if growth.finished else None

    def selected(self) -> Pixels | None:
        """The selection's mask in what is seen; None where nothing is selected, or seen."""
        if self._shows is None or self._preview is None:
            return None
        with self.resting(), contextlib.suppress(ImpastoError):
            return self._shows.selection(self._preview.frame)
        return None

    def show(self, view: View) -> bool:
        """Show a painting until something else is wanted; False where that is not one of what is
        seen."""
        seen = self._preview
        if seen is None or (view.before, view.frame) != (seen.before, seen.frame):
            return False
        self._painted = replace(view, canvas=seen.canvas)
        return True

    @property
    def small(self) -> Small | None:
        """What is shown was read of this; another object where the document may look otherwise."""
        return self._shows

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Read nothing of the document meanwhile, as somebody else does. While nothing waits."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    def want(self, settings: Settings) -> None:
        """Preview these settings, and no earlier ones. May be called as often as a knob moves."""
        if settings != self._settings:
            self._painted = None
        self._settings, self._unasked = settings, True

    def glance(self, settings: Settings | None) -> None:
        """Preview these while somebody points at them; None: what is wanted again."""
        if settings != self._glanced:
            self._glanced = settings
            self._unasked = self._unasked or self._settings is not None

    def refuse(self, error: ImpastoError) -> None:
        """Want nothing, as the dialog's settings are none: this is what is wrong with them."""
        self._unasked = False
        self._painted = self._glanced = None
        self._fail(error, None)

    def look_again(self) -> None:
        """The document may look otherwise now: read it anew for the next preview."""
        self._small = None

    def follow(self, run: Run[H], render: Callable[[H], Renderer]) -> None:
        """Show how a run that has begun goes on; what comes of a preview meanwhile is kept back.

        To be called again and again, until :meth:`end`.

        Args:
            run: what is painted.
            render: makes the renderer of what one of its hosts paints on.
        """
        if run.over and run.result is None:
            return
        if self._growth is None or run.place != self._place:
            self._place = run.place
            self.error = self._failed = None  # what is painted is seen, whatever the preview was
            self._growth = self._taken() or self._grown_of(run, render)
        glimpse = run.result or run.glimpse()
        if glimpse is not None:
            self._growth.lay(*glimpse, run.progress.step)

    def _taken(self) -> Growth | None:
        """What was painted ahead, where a run that has just begun goes on with that."""
        return self._ahead if self._growth is None else None

    def _grown_of(self, run: Run[H], render: Callable[[H], Renderer]) -> Growth:
        small, current = Small(render(run.host)), not (self.stale or self._unasked or self.owed)
        return Growth(small, run.work, run.settings, self._preview, below=current)

    def grow(self, work: Work, settings: Settings) -> Growth:
        """Show over the preview what is painted ahead of the same, as far as that is laid."""
        assert self._shows is not None, "it was read"
        self._ahead = Growth(self._shows, work, settings, self._preview)
        return self._ahead

    def forget_growth(self) -> None:
        """What was painted ahead is not what is wanted: the preview is shown again."""
        self._ahead = None

    def end(self, painted: bool = False) -> None:
        """The run is over. What is ``painted`` is shown until something else is wanted, or
        otherwise the preview again."""
        growth, self._growth = self._growth, None
        self._painted = growth.view if growth is not None and painted else None

    def restart(self) -> None:
        """End the worker, which is silent, start another and ask it the same."""
        self._previews.restart()

    def close(self) -> None:
        """The dialog is gone: want nothing any more."""
        self._closed = True
        self._unasked = False
        self._previews.close()

    def tick(self) -> None:
        """Ask for what is wanted, and take what has come."""
        # Reading a layer, a host may let timers run.
        if self._busy or self._closed:
            return
        self._busy = True
        try:
            self._ask_if_free()
            # What the worker sends is read in any case: it may wait for that.
            if not self._closed:
                self._receive()
        finally:
            self._busy = False

    @property
    def _like(self) -> object:
        settings = self._glanced or self._settings
        return settings and settings.likeness

    def _ask_if_free(self) -> None:
        # One after another: asked more often, each would displace the one before, and nothing
        # would be seen until the slider rests.
        if not self._unasked or self._growth is not None or self.owed:
            return
        self._unasked = False
        try:
            self._ask()
        except Exception as error:
            self._fail(explained(error), None)

    def _ask(self) -> None:
        # Kept at hand, as somebody may want something else while the host reads.
        settings, like = self._glanced or self._settings, self._like
        assert settings is not None
        small = self._small
        if small is None:
            small = self._small = Small(self._find())
        try:
            given, pictures, _ = small.renderer.resolve(settings)
            self.legend.look(settings, pictures)
            given, pictures = self.legend.asked(given, pictures)
            seen = written(given)
            work, request = read_request(small, given, pictures, preview=True)
        except BadInput:
            # Nothing to paint like is no reason to show nothing.
            self._see(small, work_of(small.extent(), settings, {}).target)
            raise
        another = self._see(small, work.target)
        if self._closed:
            return
        if request != self._failed:
            self.error = None  # what was wrong with others need not be wrong with this one
        # What is shown already need not be painted again.
        asked = self._asked
        if another or asked is None or (request, seen) != (asked.request, asked.written):
            self._asked = _Asked(request, seen, work.box, like)
            self._previews.ask(request)
        else:
            self._shown_like = like

    def _see(self, small: Small, target: Box) -> bool:
        """Show the original, which is there at once; True where it is another one.

        What was painted stays where it is as long as only another part of the same is seen.
        """
        frame, self._layer = small.frame(target), small.extent().layer
        before, seen = small.read(frame), self._preview
        same, self._shows = small is self._shows, small
        if seen is not None and (before, frame) == (seen.before, seen.frame):
            return False
        if seen is None:
            self._preview = View(before, frame)
            return True
        self._painted = None
        if same:
            self._preview = replace(seen, before=before, frame=frame)
        else:
            self._preview = View(before, frame, seen.canvas + 1)
        return True

    def _receive(self) -> None:
        try:
            result = self._previews.take()
            if result is not None:
                self._take(result)
        except Exception as error:
            # What is wanted by now may be something else than what failed, or the same.
            if self._unasked:
                self._asked = None
            else:
                self._fail(explained(error), self._asked.request if self._asked else None)

    def _take(self, result: Result) -> None:
        asked, settings = self._asked, self._settings
        if asked is None or settings is None or self._preview is None:
            return
        self.error = self._failed = None
        if self.legend.learn(result.report.get("labels", [])) and settings.label_styles:
            self._unasked = True
        if result.report.get("size") == 0:  # it was asked for the labels alone
            if not self._unasked:
                raise BadInput("None of the labels has a style yet: choose a picture for one.")
            return
        self._shown_like = asked.like
        self._preview = replace(
            self._preview,
            patches=(Patch(result.layer, asked.place),),
            painted=Cover(opacity(result.layer), asked.place),
        )

    def _fail(self, error: ImpastoError, request: Request | None) -> None:
        self._failed, self._asked = request, None
        if self._growth is None:
            self.error = error
        else:
            self._unasked = True  # it is met again when there is somebody to tell
