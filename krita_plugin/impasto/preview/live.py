"""Asks the worker what the painting will look like, while somebody still moves a slider."""

from __future__ import annotations

from collections.abc import Callable

from krita import Node

from .. import layers
from ..bridge.client import Previews
from ..bridge.geometry import Box
from ..bridge.painting import read_request
from ..bridge.paths import Installation
from ..bridge.pixels import Pixels
from ..bridge.request import Result
from ..bridge.settings import Settings
from ..bridge.texts import tr
from ..journal import explain
from ..pictures import resolve
from ..qt import QtCore, QtGui
from ..target import Target
from .images import laid_over, to_image, to_pixels
from .small import SmallHost, small

_TICK = 10
"""Milliseconds between two looks at the worker. A dialog's first picture waits for one as well."""


class LivePreview(QtCore.QObject):
    """Nothing here waits: ``want`` may be called as often as something moves."""

    before = QtCore.pyqtSignal(QtGui.QImage)
    """The original, small."""
    after = QtCore.pyqtSignal(QtGui.QImage, QtGui.QImage)
    """The original with the painting over it, and the painting alone."""
    labelled = QtCore.pyqtSignal(str, list)
    """A labels' picture as the settings name it; the colours it has, each with its share."""
    failed = QtCore.pyqtSignal(str)
    """Why there is no preview, in one sentence."""
    waiting = QtCore.pyqtSignal(bool)
    """Whether a newer picture is on its way."""

    def __init__(self, find: Callable[[], Target], parent: QtCore.QObject) -> None:
        """``find`` says what is to be painted now; it may raise BadInput."""
        super().__init__(parent)
        self._find = find
        self._previews = Previews(Installation.here())
        self._host: SmallHost | None = None
        self._settings: Settings | None = None
        self._unasked = self._asking = False
        self._labels: str | None = None
        """The labels' picture that was asked about last; None where it may look otherwise now."""
        self._pictures: dict[tuple[str, str, Box, int], Pixels] = {}
        self._shown: QtGui.QImage | None = None
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
        self._timer.start()

    def forget(self) -> None:
        """The document may look otherwise now: read it anew for the next picture."""
        self._host = self._labels = None
        self._pictures.clear()

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
                self._timer.stop()
            self.waiting.emit(self._unasked)
            self.failed.emit(explain(error))
            return
        if result is not None and self._shown is not None:
            self._show(result, self._shown)
        self.waiting.emit(self.busy)
        if not self.busy:
            self._timer.stop()

    def _ask(self) -> None:
        # Kept at hand: while Krita reads, ``forget`` may forget them.
        settings, host = self._settings, self._host
        assert settings is not None
        self._labels = settings.content_labels
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
            layer = to_image(result.layer)
            self.after.emit(laid_over(original, layer), layer)
        elif not self._unasked:
            told = tr("None of the labels has a style yet: choose a picture for one.")
            self.failed.emit(told)

    def _show_original(self, host: SmallHost, settings: Settings) -> None:
        """Also without a style there is something to show."""
        host.read(host.target.box(settings))
        if host.shown is not None and host.shown != self._shown:
            self._shown = host.shown
            self.before.emit(host.shown)
