"""Pictures' files that are painted into other files, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.engine import identity
from core.engine import job as engine
from core.engine.laying import laid_over
from core.engine.networks import Networks
from core.pixels import files
from core.pixels.files import File
from core.system.done import Done
from core.system.stopping import ShouldStop


@dataclass(frozen=True)
class Errand:
    """A picture's file that is to become another file.

    Attributes:
        picture: to paint on.
        output: the file to write, in a folder that exists.
        settings: how to paint.
        mask: white takes the style; None is everywhere.
    """

    picture: Path
    output: Path
    settings: Settings
    mask: Path | None = None


class Looked(NamedTuple):
    """An errand whose files were read.

    Attributes:
        errand: it.
        content: the picture.
        request: to paint it.
        digest: of all that the painting depends on.
    """

    errand: Errand
    content: File
    request: Request
    digest: str

    @property
    def done(self) -> bool:
        """Whether the file is there, and is what would be painted."""
        return Done(self.errand.output.parent).has(self.errand.output.name, self.digest)

    def lost(self) -> list[str]:
        """Sentences on what is not seen of the picture, and what the file can't hold.

        Raises:
            BadInput: it can't be written there.
            NoRoom: the disk is full.
        """
        told = (self.content.unseen, files.check_writable(self.content, self.errand.output))
        return [sentence for sentence in told if sentence]

    def paint(
        self, networks: Networks, follow: engine.OnProgress, should_stop: ShouldStop
    ) -> Mapping[str, object]:
        """Paint it, write it and note that it is done.

        Returns:
            The painting's report.

        Raises:
            As :func:`core.engine.job.paint` and :func:`core.pixels.files.write`.
        """
        output = self.errand.output
        painting = engine.paint(self.request, networks, follow, should_stop)
        with Done(output.parent).writing(output, self.digest):
            files.write(laid_over(self.content, painting, self.errand.settings), output)
        return painting.report


class Reader:
    """Reads what errands name. A picture is read once for several styles that follow each other."""

    def __init__(self) -> None:
        self._read: tuple[Path, Path | None, File, Pixels | None] | None = None

    def look(self, errand: Errand) -> Looked:
        """Read an errand's files. Raises BadInput."""
        named = errand.picture, errand.mask
        if self._read is None or self._read[:2] != named:
            content, mask = files.read(errand.picture), errand.mask
            selection = None if mask is None else files.read_mask(mask, content.pixels.extent)
            self._read = (*named, content, selection)
        content, selection = self._read[2:]
        request = Request(content.pixels, errand.settings, selection)
        return Looked(errand, content, request, identity.of(request))
