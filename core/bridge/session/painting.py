"""One run in a host, from the active layer to the new one."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import NamedTuple

from ..client.job import Job
from ..contract.errors import ImpastoError
from ..contract.geometry import Work
from ..contract.host import Content, Host, Resolved
from ..contract.methods import METHODS, REST, SELECTION
from ..contract.outcome import Outcome
from ..contract.request import Progress, Request, Result
from ..contract.settings import Settings
from ..storage.paths import Installation
from .reading import in_parts, read_request, work_of, written
from .small import frame
from .workload import region_extents

GLIMPSES = 40
"""How many pictures of a growing painting are asked for, where the person did not say."""

_OFTEN = 25
"""Steps after which there is one in any case: a long painting shows that it grows, too."""


@dataclass(frozen=True)
class Asked:
    """What a painting asks of the worker; two are equal where the same would be painted.

    Attributes:
        request: with the pixels.
        written: when the files that it names were written, as other programs may change them.
        work: what is read, and what is painted.
        name: of the new layer.
        layers: the pictures it is painted like that are layers, as the settings name them.
    """

    request: Request
    written: Sequence[int]
    work: Work = field(compare=False)
    name: str = field(compare=False)
    layers: frozenset[str] = field(compare=False)

    @classmethod
    def of(cls, host: Host, settings: Settings, glimpses: int = 0) -> Asked:
        """Read the pixels the job needs; arguments are those of :class:`Painting`.

        Raises:
            ImpastoError: there is nothing here to paint on, in words for a person.
        """
        return cls._of(host, settings, host.resolve(settings), glimpses)

    @classmethod
    def in_parts(
        cls, host: Host, settings: Settings, glimpses: int = 0
    ) -> Generator[None, None, Asked]:
        """As :meth:`of`, little by little, see :func:`reading.in_parts`."""
        resolved = host.resolve(settings)
        box = work_of(host.extent(), *resolved[:2]).box
        content = yield from in_parts(host, box)
        return cls._of(host, settings, resolved, glimpses, content)

    @classmethod
    def _of(
        cls,
        host: Host,
        settings: Settings,
        resolved: Resolved,
        glimpses: int,
        content: Content | None = None,
    ) -> Asked:
        asked, pictures, name = resolved
        layers = frozenset(getattr(settings, name) for name in pictures)
        if glimpses and not asked.snapshots:
            asked = replace(asked, snapshots=min(_OFTEN, max(1, round(asked.steps / glimpses))))
        work, request = read_request(host, asked, pictures, content=content)
        if glimpses:
            request = replace(request, seen=frame(work.target, host.extent()).inside(work.box))
        return cls(request, written(asked), work, name, layers)


Take = Callable[[Asked], "Job | None"]
"""Gives the job that paints what is asked for already; None where none does."""


class Came(NamedTuple):
    """What a painting has come to."""

    asked: Asked
    result: Result
    progress: Progress
    """The last one, with the picture of the whole."""


Told = Callable[[Came], Sequence[Outcome]]
"""Is told what a painting has come to before its layer is there; gives what that remembers."""


class Painting:
    """Reads one layer, follows its job, and lets the host write one layer at the end.

    Every call returns soon: a host calls ``advance`` in a loop or from a timer. The document is
    changed by the last step only. While ``silent``, the host says that the worker does not answer
    and offers to ``restart`` it, or to wait: it may only have been stopped.
    """

    def __init__(
        self,
        host: Host,
        settings: Settings,
        glimpses: int = 0,
        installation: Installation | None = None,
        take: Take | None = None,
        told: Told | None = None,
    ) -> None:
        """Read the pixels the job needs.

        Args:
            host: where to paint.
            settings: how to paint.
            glimpses: how many pictures of it are wanted as it grows, where the settings don't say.
            installation: whose worker paints; by default the one the plug-in belongs to.
            take: gives what was painted ahead.
            told: is told what it has come to.

        Raises:
            ImpastoError: there is nothing here to paint on, in words for a person.
        """
        self.regions = region_extents(host.extent(), settings)
        """The size of each region's box, which says what the painting costs."""
        self._host, self._settings, self._delivered = host, settings, False
        asked = self._asked = Asked.of(host, settings, glimpses)
        self.work, self.layers, self._told = asked.work, asked.layers, told
        begun = None if take is None else take(asked)
        self._job = begun or Job(asked.request, installation or Installation.here())

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for about ``wait`` seconds; True when the new layer is there.

        Raises:
            ImpastoError: it could not be painted, in words for a person; the run is over.
        """
        try:
            if not self.painted:
                if not self._host.wanted:
                    raise ImpastoError("The picture was closed before the painting was done.")
                self._job.advance(wait)
            # What is painted is not lost with its picture.
            if not self.painted or (self._host.wanted and not self._host.idle):
                return False
            self.deliver()
        except ImpastoError:
            self.cancel()
            raise
        return True

    @property
    def painted(self) -> bool:
        """Whether all is painted, and only waits for the host to take it."""
        return self._job.result is not None

    @property
    def report(self) -> Mapping[str, object]:
        """What the worker said of the job; nothing before it is painted."""
        return {} if self._job.result is None else self._job.result.report

    @property
    def progress(self) -> Progress:
        """How far the job is."""
        return self._job.progress

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long, as none does that is only busy."""
        return self._job.silent

    def deliver(self) -> None:
        """Let the host write what is painted, once. Raises ImpastoError where it can't."""
        if self._delivered:
            return
        result, asked = self._job.result, self._asked
        assert result is not None
        self._delivered = True
        came = Came(asked, result, self.progress)
        outcomes = () if self._told is None else self._told(came)
        target, box = self.work
        pixels = result.layer.crop(target.inside(box))
        self._host.add_layer(self._settings, asked.name, target, pixels, outcomes)

    def restart(self) -> None:
        """End the silent worker, start another and paint the same; ``advance`` goes on with it.

        Other hosts' jobs end with that worker.
        """
        self._job.restart()

    def keep(self) -> None:
        """Stop here and keep it: what is painted so far becomes the new layer.

        Where nothing was painted yet, ``advance`` raises NothingPainted.
        """
        self._job.keep()

    def cancel(self) -> None:
        """End the job now, leaving the host's document as it was."""
        self._job.close()


def _stem(path: str) -> str:
    return PurePath(path).stem


def layer_name(settings: Settings, called: Callable[[str], str] = _stem) -> str:
    """The name of the new layer: what it is painted like.

    Args:
        settings: how it is painted.
        called: tells what a picture is called; by default as its file.
    """
    names = [settings.style_of(part) for part in (SELECTION, REST)]
    if METHODS[settings.method].from_pictures:
        names = [called(name) for name in names if name]
    return " + ".join(filter(None, names)) or "Style transfer"
