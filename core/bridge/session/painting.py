"""One run in a host, from the active layer to the new one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from ..client.job import Job
from ..contract.errors import ImpastoError
from ..contract.geometry import Work, plan
from ..contract.host import Host
from ..contract.pixels import Pixels
from ..contract.request import Progress, Request
from ..contract.settings import Settings
from ..storage.paths import Installation


def read_request(
    host: Host, settings: Settings, pictures: Mapping[str, Pixels], preview: bool = False
) -> tuple[Work, Request]:
    """Read what a job needs, of the part of the canvas it needs.

    Args:
        host: where to paint.
        settings: how to paint.
        pictures: pixels for ``file`` settings whose picture is no file (see Request).
        preview: of the painting, for :class:`core.bridge.client.job.Previews`.

    Raises:
        ImpastoError: there is nothing here to paint on, in words for a person.
    """
    # A label picture is one of the whole layer; of a sketch the rest is painted, too.
    needed = [name for name in ("background_style", "content_labels") if name in pictures]
    whole_layer = bool(
        needed or settings.styled("background_style") or settings.content_labels or settings.sketch
    )
    work = plan(host.extent(), settings.size, whole_layer, settings.reach)
    return work, Request(
        content=host.read(work.box),
        settings=settings,
        selection=host.selection(work.box),
        pictures=pictures,
        preview=work.box.extent if preview else None,
    )


class Painting:
    """Reads the host once, follows the job, and writes one layer at its end.

    Every call returns soon: GIMP calls ``advance`` in a loop, Krita from a timer. Errors reach
    the person through ``host.message``; the host's document is changed by the last step only.
    While ``silent``, the host says that the worker does not answer and offers to ``restart`` it,
    or to wait: it may only have been stopped.
    """

    def __init__(
        self,
        host: Host,
        settings: Settings,
        pictures: Mapping[str, Pixels] | None = None,
        installation: Installation | None = None,
        name: str = "",
    ) -> None:
        """Read the pixels the job needs.

        Args:
            host: where to paint.
            settings: how to paint.
            pictures: pixels for ``file`` settings whose picture is no file (see Request).
            installation: whose worker paints; by default the one the plug-in belongs to.
            name: what the new layer is called; by default after the style's file.

        Raises:
            ImpastoError: there is nothing here to paint on, in words for a person.
        """
        self.report: Mapping[str, object] | None = None
        """What the worker said of the finished job; None before, and after a failure."""
        self.error: ImpastoError | None = None
        """What the run failed with, after the host was told."""
        self._host = host
        self._name = name or layer_name(settings)
        self.work, request = read_request(host, settings, pictures or {})
        self._job = Job(request, installation or Installation.here())

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for about ``wait`` seconds; True when the run is over, well or not."""
        try:
            ended = self._job.advance(wait)
            self._host.progress(self._job.progress.fraction, self._job.progress.describe())
            if not ended or self._job.result is None:
                return False
            target, box = self.work
            pixels = self._job.result.layer.crop(target.inside(box))
            self._host.add_layer(self._name, target, pixels)
            self.report = self._job.result.report
        except ImpastoError as error:
            self.cancel()
            self.error = error
            self._host.message(str(error))
        return True

    @property
    def progress(self) -> Progress:
        """How far the job is."""
        return self._job.progress

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long, as none does that is only busy."""
        return self._job.silent

    def restart(self) -> None:
        """End the silent worker, start another and paint the same; ``advance`` goes on with it.

        Other hosts' jobs end with that worker.
        """
        self._job.restart()

    def keep(self) -> None:
        """Stop here and keep it: what is painted so far becomes the new layer.

        Where nothing was painted yet the run ends without one, and the host is told.
        """
        self._job.keep()

    def cancel(self) -> None:
        """End the run now, leaving the host's document as it was."""
        self._job.close()


def layer_name(settings: Settings) -> str:
    """The name of the new layer: what it is painted like."""
    if settings.method == "pastiche":
        names = [settings.pastiche, settings.background_pastiche]
    else:
        names = [PurePath(path).stem for path in (settings.style, settings.background_style)]
    return " + ".join(filter(None, names)) or "Style transfer"
