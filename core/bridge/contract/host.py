"""The host contract: what an adapter tells and does, and nothing it decides."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import NamedTuple, Protocol

from .geometry import Box, Extents
from .outcome import Outcome
from .pixels import Pixels
from .settings import Settings


class Resolved(NamedTuple):
    """Settings that the worker can read, with the pictures that only the host has.

    Attributes:
        settings: files only the host can open are replaced by renditions, layers by nothing.
        pictures: the pixels of the layers, by the name of the ``file`` setting (see Request).
        name: what the new layer is called: what it is painted like.
    """

    settings: Settings
    pictures: Mapping[str, Pixels]
    name: str


class Content(NamedTuple):
    """What of a layer is painted on, and what is selected of it."""

    pixels: Pixels
    selection: Pixels | None


class Source(Protocol):
    """A layer that can be read, with what is selected of it. Boxes are canvas coordinates."""

    def extent(self) -> Extents:
        """Sizes of the canvas, of the layer and of the selection.

        Raises:
            BadInput: there is no layer, or one that can't be painted from.
        """

    def read(self, box: Box) -> Pixels:
        """Pixels of the layer in ``box``, which lies inside the layer, with alpha."""

    def selection(self, box: Box) -> Pixels | None:
        """The selection's soft mask in ``box`` as one grey channel; None: nothing is selected."""


class Host(Source, Protocol):
    """What Krita, GIMP and the tests' headless host each provide for one layer of a run."""

    @property
    def notes(self) -> list[str]:
        """What is otherwise than the person may expect, each in a sentence of their language."""

    @property
    def in_parts(self) -> bool:
        """Whether to read the layer part by part costs about as much as all at once."""

    @property
    def wanted(self) -> bool:
        """Whether a painting under way is still of use: the person may have closed its picture."""

    @property
    def idle(self) -> bool:
        """Whether a layer can be added now, which ends a stroke under way."""

    def resolve(self, settings: Settings) -> Resolved:
        """Read the pictures that settings name and only the host has.

        Raises:
            BadInput: one of them is gone, or can't be read.
        """

    def add_layer(
        self,
        settings: Settings,
        name: str,
        box: Box,
        pixels: Pixels,
        outcomes: Sequence[Outcome] = (),
    ) -> None:
        """Put one new layer above the one that was read, as a single undo step.

        Args:
            settings: how it was painted, for the layer to remember.
            name: what it is called.
            box: where the pixels were read.
            pixels: what it holds.
            outcomes: the last paintings of its dialog, for the layer to remember as well.

        Raises:
            ImpastoError: it can't be written.
        """


class ClipHost(Protocol):
    """What a host provides for a clip: frames that are read, and painted ones that are laid.

    What takes long in a host is done in parts, by generators: each step of one takes well below a
    second, and the host's window lives between two. One that is closed before its end leaves
    nothing behind.
    """

    @property
    def notes(self) -> list[str]:
        """What is otherwise than the person may expect, each in a sentence of their language."""

    @property
    def numbers(self) -> Sequence[int]:
        """What a person calls each frame that is to be painted, in order.

        Raises:
            BadInput: there is no clip here, or nothing of it is chosen.
        """

    @property
    def steady(self) -> bool:
        """Whether paint is to move with what it lies on, from frame to frame."""

    @property
    def whole_frames(self) -> bool:
        """Whether painted frames are whole pictures, with what was read below the painting, and no
        layers that stand above that."""

    @property
    def wanted(self) -> bool:
        """Whether it is still of use: the person may have closed its picture."""

    @property
    def idle(self) -> bool:
        """Whether a layer can be added now, which ends a stroke under way."""

    def extent(self) -> Extents:
        """Sizes of the canvas, of what is the layer's in all frames, and of all that is selected.

        Raises:
            BadInput: there is no clip here, or nothing of it can be painted.
        """

    def resolve(self, settings: Settings) -> Resolved:
        """As of :class:`Host`."""

    def frames(self, box: Box) -> Generator[Content | None, None, None]:
        """Read the frames in order: their pixels in ``box``, all of one format, and what is
        selected. None only lets the host go on.

        A selection that is the same for all frames is the same object each time. Either all have
        one, or none has.

        Raises:
            ImpastoError: one of them can't be read.
        """

    def lay(
        self, settings: Settings, name: str, box: Box, frames: Sequence[Pixels]
    ) -> Generator[None, None, None]:
        """Put the painted frames into the document; they are there when it ends.

        Args:
            settings: how they were painted.
            name: what they are painted like.
            box: where they were read.
            frames: in order, each of the box's size; fewer than were read where it was stopped
                early. Each is read from a file whenever it is taken.

        Raises:
            ImpastoError: they can't be written.
        """
