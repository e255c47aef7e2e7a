"""The host contract: the six things an adapter does, and little else."""

from __future__ import annotations

from typing import Protocol

from ..i18n.text import Text
from .geometry import Box, Extents
from .pixels import Pixels


class Host(Protocol):
    """What Krita, GIMP and the tests' fake host each provide. Boxes are canvas coordinates."""

    def extent(self) -> Extents:
        """Sizes of the canvas, of the active layer and of the selection.

        Raises:
            BadInput: there is no active layer, or one that can't be painted from.
        """

    def read(self, box: Box) -> Pixels:
        """Pixels of the active layer in ``box``, which lies inside the layer, with alpha."""

    def selection(self, box: Box) -> Pixels | None:
        """The selection's soft mask in ``box`` as one grey channel; None: nothing is selected."""

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        """Put one new layer above the one that was read, as a single undo step.

        Raises:
            ImpastoError: the layer or its image is gone.
        """

    def progress(self, fraction: float, text: Text) -> None:
        """Show how far the job is; cancelling is the host's own affair."""

    def message(self, text: str) -> None:
        """Show an error a person can act on."""
