"""A run as GIMP shows it, and the run of a script."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.contract.errors import BadInput
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.run import Run
from gi.repository import Gimp
from host import GimpHost

POLL = 0.1
"""Seconds between two looks at the worker, and so between two moves of the progress bar."""


def chosen_layers(image: Gimp.Image, drawables: Sequence[Gimp.Drawable]) -> list[Gimp.Layer]:
    """The layers to paint on. Raises BadInput where there is none, or something else."""
    if image.get_floating_sel() is not None:
        raise BadInput("There is a floating selection: anchor it, then try again.")
    if not drawables:
        raise BadInput("No layer is selected: choose the one to paint on, then try again.")
    if not all(drawable.is_layer() for drawable in drawables):
        raise BadInput("A mask or channel is active: choose a layer to paint on, then try again.")
    return list(drawables)


class ProgressBar:
    """GIMP's own bar, in its window or in the terminal."""

    def __init__(self) -> None:
        self._shown: tuple[float, str] | None = None

    def show(self, run: Run[GimpHost]) -> None:
        """Show how far the painting under way is."""
        fraction, text = run.progress.fraction, tr(run.progress.describe())
        if self._shown is None:
            Gimp.progress_init(text)
        if self._shown != (fraction, text):
            self._shown = (fraction, text)
            Gimp.progress_set_text(text)
            Gimp.progress_update(fraction)


def paint(hosts: Sequence[GimpHost], settings: Settings) -> Run[GimpHost]:
    """Paint without a dialog. Raises ImpastoError; the layers painted before it stay."""
    run, bar = Run(hosts, settings), ProgressBar()
    run.start()
    while not run.advance(POLL):
        bar.show(run)
    if run.error is not None:
        raise run.error
    return run


def layers_of(run: Run[GimpHost]) -> list[Gimp.Layer]:
    """The new layers so far."""
    return [host.painted for host in run.painted if host.painted is not None]
