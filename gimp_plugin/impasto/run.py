"""A run as GIMP shows it, and the run of a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from animation import AnimationHost
from bridge.contract.errors import BadInput
from bridge.contract.settings import Settings
from bridge.session.clip_run import ClipRun
from bridge.session.run import Run
from gi.repository import Gimp
from host import GimpHost

AnyRun: TypeAlias = Run[GimpHost] | ClipRun[AnimationHost]
Made: TypeAlias = Gimp.Layer | Gimp.Image
"""What comes of the two."""

POLL = 0.1
"""Seconds between two looks at the worker, and so between two moves of the progress bar."""


def chosen_layers(image: Gimp.Image, drawables: Sequence[Gimp.Drawable]) -> list[Gimp.Layer]:
    """The layers to paint on. Raises BadInput where there is none, or something else."""
    if image.get_floating_sel() is not None:
        raise floating()
    if not drawables:
        raise BadInput("No layer is selected: choose the one to paint on, then try again.")
    if not all(drawable.is_layer() for drawable in drawables):
        raise BadInput("A mask or channel is active: choose a layer to paint on, then try again.")
    return list(drawables)


def floating() -> BadInput:
    """What to say of a floating selection, which is no layer yet."""
    return BadInput("There is a floating selection: anchor it, then try again.")


class ProgressBar:
    """GIMP's own bar, in its window or in the terminal."""

    def __init__(self) -> None:
        self._shown: tuple[float, str] | None = None

    def show(self, run: AnyRun) -> None:
        """Show how far it is."""
        fraction, text = run.fraction, run.text
        if self._shown is None:
            Gimp.progress_init(text)
        if self._shown != (fraction, text):
            self._shown = (fraction, text)
            Gimp.progress_set_text(text)
            Gimp.progress_update(fraction)


def paint(hosts: Sequence[GimpHost], settings: Settings) -> Run[GimpHost]:
    """Paint without a dialog. Raises ImpastoError; the layers painted before it stay."""
    run = Run(hosts, settings)
    _follow(run)
    if run.error is not None:
        raise run.error
    return run


def paint_clip(host: AnimationHost, settings: Settings) -> ClipRun[AnimationHost]:
    """The same of an animation. Raises ImpastoError where no frame of it could be painted."""
    run = ClipRun(host, settings)
    try:
        _follow(run)
    finally:
        forget(run)
    if run.error is not None and not run.painted:
        raise run.error
    return run


def made_of(run: AnyRun) -> Sequence[Made]:
    """The new layers so far, or the new image once it is there."""
    made = [host.made if isinstance(host, AnimationHost) else host.painted for host in run.painted]
    return [each for each in made if each is not None]


def forget(run: AnyRun) -> None:
    """Let go of what was read for a run that is over."""
    for host in run.hosts:
        if isinstance(host, AnimationHost):
            host.close()


def _follow(run: AnyRun) -> None:
    bar = ProgressBar()
    run.start()
    while not run.advance(POLL):
        bar.show(run)
