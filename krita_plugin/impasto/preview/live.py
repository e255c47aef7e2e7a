"""Asks the worker what the painting will look like, while somebody still moves a slider."""

from __future__ import annotations

from collections.abc import Callable

from krita import Node

from .. import layers
from ..bridge.client.job import Previews
from ..bridge.contract.errors import BadInput
from ..bridge.contract.geometry import Box
from ..bridge.contract.pixels import Pixels
from ..bridge.contract.request import Result
from ..bridge.contract.settings import Settings
from ..bridge.session.painting import read_request
from ..bridge.session.remedies import explained
from ..bridge.storage.paths import Installation
from ..pictures import resolve
from ..qt import QtCore, QtGui
from ..target import Target
from .images import laid_over, to_image, to_pixels
from .small import SmallHost, small

_TICK, _IDLE = 10, 500
"""Milliseconds between two looks at the worker, while something is to come and while nothing is:
whatever it sends is read then, too. A dialog's first picture waits for a look as well."""


class LivePreview(QtCore.QObject):
    """Nothing here waits: ``want`` may be called as often as something moves."""

    before = QtCore.pyqtSignal(QtGui.QImage, QtCore.QRectF, bool)
    """The original, small; the part of the canvas it shows; whether it is another one, and not
    the same one in another part."""
    after = QtCore.pyqtSignal(QtGui.QImage, QtGui.QImage)
    """The original with the painting over it, and the painting alone."""
    labelled = QtCore.pyqtSignal(str, list)
    """A labels' picture as the settings name it; the colours it has, each with its share."""
    failed = QtCore.pyqtSignal(object)
    """With the error for which there is no preview."""
    waiting = QtCore.pyqtSignal(bool)
    """Whether a newer picture is on its way."""
    stale = QtCore.pyqtSignal(bool)
    """Whether the last picture is painted like something else than what is chosen."""
    silent = QtCore.pyqtSignal(bool)
    """Whether the worker owes an answer and says nothing any more, or does again."""

    def __init__(self, find: Callable[[], Target], parent: QtCore.QObject) -> None:
        """``find`` says what is to be painted now; it may raise BadInput."""
        super().__init__(parent)
        self._find = find
        self._previews = Previews(Installation.here())
        self._host: SmallHost | None = None
        self._settings: Settings | None = None
        self._unasked = self._asking = self._silent = False
        self._labels: str | None = None
        """The labels' picture that was asked about last; None where it may look otherwise now."""
        self._pictures: dict[tuple[str, str, Box, int], Pixels] = {}
        self._shown: QtGui.QImage | None = None
        self._part = QtCore.QRectF()
        self._shown_host: SmallHost | None = None
        """Whose original is shown."""
        self._asked_like: object = None
        """What the request on its way is painted like."""
        self._shown_like: object = None
        """What the last picture is painted like."""
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)

    @property
    def busy(self) -> bool:
        """Whether the picture of what is wanted is still to come."""
        return self._unasked or self._asking or self._previews.waiting

    def want(self, settings: Settings) -> None:
        """Preview these settings, and no earlier ones."""
        self._settings, self._unasked = settings, True
        self._timer.start(_TICK)
        self._tell()

    def take_as_shown(self) -> None:
        """What is shown comes from elsewhere by now, and is painted like what is chosen."""
        self._shown_like = self._like()
        self._tell()

    def forget(self) -> None:
        """The document may look otherwise now: read it anew for the next picture."""
        self._host = self._labels = None
        self._pictures.clear()

    def restart(self) -> None:
        """End the worker, which is silent, start another and ask it the same."""
        self._previews.restart()
        self._tell()

    def close(self) -> None:
        """Want nothing any more."""
        self._timer.stop()
        self._previews.close()
        self._unasked = False

    def _tick(self) -> None:
        # Reading a layer, Krita waits for its own work, and lets timers run meanwhile.
        if self._asking:
            return
        try:
            # One after another: asked more often, each would displace the one before, and nothing
            # would be seen until the slider rests.
            if self._unasked and not self._previews.waiting:
                self._unasked, self._asking = False, True
                try:
                    self._ask()
                finally:
                    self._asking = False
            result = self._previews.take()
        except Exception as error:
            # What is wanted by now may be something else than what failed.
            if not self._unasked:
                self._timer.setInterval(_IDLE)
                self.failed.emit(explained(error))
            self._tell()
            return
        if result is not None and self._shown is not None:
            self._show(result, self._shown)
        self._tell()
        if not self.busy:
            self._timer.setInterval(_IDLE)

    def _tell(self) -> None:
        self.waiting.emit(self.busy)
        self.stale.emit(self._shown_like != self._like())
        if self._previews.silent != self._silent:
            self._silent = self._previews.silent
            self.silent.emit(self._silent)

    def _like(self) -> object:
        return self._settings and self._settings.likeness

    def _ask(self) -> None:
        # Kept at hand: while Krita reads, ``forget`` may forget them.
        settings, host = self._settings, self._host
        assert settings is not None
        self._labels, self._asked_like = settings.content_labels, self._like()
        if host is None:
            host = self._host = SmallHost(self._find())
        self._show_original(host, settings)

        def picture(name: str, node: Node, box: Box) -> Pixels:
            """A layer that is a style or labels, read once for each size it is looked at."""
            wanted = name, layers.reference(node), box, settings.size
            if wanted not in self._pictures:
                smooth = not name.endswith("labels")
                image = small(host.target.document, node, box, settings.size, smooth)
                self._pictures[wanted] = to_pixels(image)
            return self._pictures[wanted]

        resolved = resolve(host.target, settings, picture)
        _, request = read_request(host, resolved.settings, resolved.pictures, preview=True)
        if self._timer.isActive():  # nobody has closed it meanwhile
            self._previews.ask(request)

    def _show(self, result: Result, original: QtGui.QImage) -> None:
        labels = result.report.get("labels")
        if labels is not None and self._labels is not None:
            # Whoever hears of them may want another picture, with their styles.
            self.labelled.emit(self._labels, labels)
        if result.report.get("size") != 0:
            layer, self._shown_like = to_image(result.layer), self._asked_like
            self.after.emit(laid_over(original, layer), layer)
        elif not self._unasked:
            self.failed.emit(
                BadInput("None of the labels has a style yet: choose a picture for one.")
            )

    def _show_original(self, host: SmallHost, settings: Settings) -> None:
        """Also without a style there is something to show."""
        box = host.target.box(settings)
        host.read(box)
        part = QtCore.QRectF(*box)
        other, self._shown_host = host is not self._shown_host, host
        if host.shown is not None and (host.shown, part) != (self._shown, self._part):
            self._shown, self._part = host.shown, part
            self.before.emit(host.shown, part, other)
