"""A picture that grows while it is painted: what came of each region so far, over its preview."""

from __future__ import annotations

from dataclasses import replace

from ..contract.errors import ImpastoError
from ..contract.geometry import Box, Work
from ..contract.pixels import Pixels
from ..contract.settings import Settings
from .small import Small
from .view import Cover, Patch, View, opacity, thinned
from .worth import Worth

_INVERTED = bytes(range(255, -1, -1))


class Growth:
    """One painting of a layer under way."""

    def __init__(
        self, small: Small, work: Work, settings: Settings, seen: View | None, below: bool = True
    ) -> None:
        """Watch it.

        Args:
            small: what is painted on.
            work: the boxes that are read and painted of it.
            settings: how.
            seen: what was shown last, which may be a preview of the same.
            below: whether it is, and can be seen below what grows.
        """
        self.view: View | None = None
        """What there is to see; None before something is painted."""
        self.finished = False
        """Whether what is seen is the whole painting, done."""
        self._small, self._work, self._settings = small, work, settings
        self._seen, self._below = seen, below
        self._worth = Worth(settings)
        self._first: Box | None = None
        """The box of the region that came first."""
        self._preview: tuple[Patch, ...] = ()
        self._patches: dict[Box, Patch] = {}

    def lay(self, picture: Pixels, box: Box, step: int) -> None:
        """Show how a region looks now, as soon as it is worth more than its preview.

        A picture with an alpha is the whole painting, done: it tells itself how much of each pixel
        is painted. Where the original went from the host just now, the picture grows unseen.

        Args:
            picture: of the region.
            box: its place in what the run has read.
            step: how many steps were taken, of all regions.
        """
        place = box.move(self._work.box.x, self._work.box.y)
        done = picture.format.has_alpha
        self._first = self._first or box
        try:
            view = self.view or self._begun()
            share = self._worth.share(picture.extent.long_side, box, step)
            if done or not self._preview:
                share = 1.0
            cover = None if done or share == 0 else self._cover(box, view)
        except ImpastoError:
            import logging  # here, as a host that starts imports this file

            logging.getLogger(__name__).info("a painting grows unseen", exc_info=True)
            return
        if share == 0:
            return
        if done:
            self._patches.clear()
            self._preview = ()
            view = replace(view, painted=Cover(opacity(picture), place))
        laid = cover.over(picture, place) if cover else picture
        self._patches[box] = Patch(laid if share == 1 else thinned(laid, share), place)
        self.view = replace(view, patches=(*self._preview, *self._patches.values()))
        self.finished = done

    def _begun(self) -> View:
        frame = self._small.frame(self._work.target)
        view, seen = View(self._small.read(frame), frame), self._seen
        if seen is None:
            return view
        if (seen.before, seen.frame) == (view.before, view.frame):
            self._preview = seen.patches if self._below else ()
            return replace(view, canvas=seen.canvas, painted=seen.painted)
        return replace(view, canvas=seen.canvas + 1)

    def _cover(self, box: Box, view: View) -> Cover | None:
        """What of a region's box is the region; None where that is all of it."""
        selection = self._small.selection(view.frame)
        rest = self._settings.styled("background_style")
        if view.painted is not None and not (rest and selection):
            return view.painted
        if selection is None:
            return None
        # The selection comes first, then the rest.
        if rest and not (box == self._first and self._settings.styled("style")):
            selection = replace(selection, data=selection.data.translate(_INVERTED))
        return Cover(selection, view.frame)
