"""``--keyframes`` of ``impasto animate``: painted frames, between which the others are filled."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.animation.keyed import Keyed
    from core.animation.painting import Animation
    from core.animation.survey import Survey
    from core.clips import Clip
    from core.clips.output import Output


def add_option(parser: argparse.ArgumentParser) -> None:
    """Declare it."""
    parser.add_argument(
        "--keyframes",
        nargs="*",
        metavar="FRAME=FILE",
        help="fill the frames from the paint of key frames that you painted: 0=first.png "
        "24=second.png, where a time such as 0:01.5 may stand for a number, or a folder of "
        "pictures named after the frames. Without any, Impasto paints the first frame of each "
        "shot, and each that shows too little of the one before",
    )


def files(options: argparse.Namespace, clip: Clip, survey: Survey) -> Mapping[int, Path] | None:
    """The files of key frames, by the numbers of their frames; None where there are to be none.

    Raises:
        BadInput: one of them can't be used.
    """
    from core.animation import given

    if options.keyframes is None:
        return None
    return given.found(options.keyframes, clip, survey, options.every)


def keyed(animation: Animation[Output], files: Mapping[int, Path]) -> Keyed:
    """The clip as it is painted from key frames. Raises BadInput where a shot can't be."""
    from core.animation.keyed import Keyed

    return Keyed.of(animation, files)
