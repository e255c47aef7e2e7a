"""``impasto animate``: paint a clip, frame by frame."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from core.bridge.contract.errors import BadInput, ImpastoError, Paused, Stopped
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.methods import SELECTION
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.commands import key_frames, spread
from core.commands import options as knobs
from core.commands.named import named
from core.commands.series import Series
from core.commands.terminal import Bar, interruptible
from core.system import collector
from core.terminal import streams

if TYPE_CHECKING:
    from core.animation.beside import Beside
    from core.animation.keyed import Keyed
    from core.animation.painting import Animation
    from core.animation.survey import Survey
    from core.clips import Clip
    from core.clips.output import Output
    from core.system.stopping import ShouldStop

_MOVING = ("content_labels", "strength_mask")
"""Knobs that name a picture over the content, which a clip may be."""

_CODECS = ("h264", "hevc", "vp9", "av1", "prores", "ffv1")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "clip",
        type=named,
        metavar="CLIP",
        help="a video, an animated GIF, WebP, APNG or AVIF, a folder of frames, or a pattern of "
        "their names, as 'shot/%%04d.png' or 'shot/*.png'",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=named,
        required=True,
        metavar="OUT",
        help="the clip to write: .mp4, .webm, .mov, .mkv, .avi, .gif, .webp, .apng, .avif, a "
        "folder, or a pattern",
    )
    parser.add_argument(
        "--mask",
        type=named,
        metavar="CLIP",
        help="a picture or a clip whose white takes the style, frame by frame, and whose black "
        "takes the background style or stays as it is",
    )
    parser.add_argument(
        "--from", dest="since", default="0", metavar="TIME", help="begin here: 12.5, 1:02.5 or 48f"
    )
    parser.add_argument("--to", dest="until", default="", metavar="TIME", help="end before this")
    parser.add_argument(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="paint one frame of so many and hold it, as animators who work on twos; default: 1",
    )
    parser.add_argument(
        "--steady",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="let paint move with what it lies on, from frame to frame; without it, each frame is "
        "painted by itself. Default: on",
    )
    key_frames.add_option(parser)
    parser.add_argument(
        "--fps",
        type=float,
        metavar="N",
        help="frames a second of a clip of files, which does not say; default: 24",
    )
    parser.add_argument(
        "--codec", choices=_CODECS, help="of a video; default: what is usual for its ending"
    )
    parser.add_argument(
        "--keep-frames",
        action="store_true",
        help="keep the folder of painted frames, OUT.frames, once the clip is written",
    )
    spread.add_options(parser)
    knobs.add_knobs(parser, STYLIZE, without=("snapshots",))


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint what is not painted yet, and put the clip together.

    Raises:
        BadInput: what is asked for can't be done; what can be known is told before the work.
        ImpastoError: something can't be written.
        Paused: Ctrl-C was pressed; another run goes on from there.
    """
    with collector.resting():
        from core.clips import opened
        from core.cluster import clips
        from core.engine.networks import Networks

    if not 1 <= options.every <= 100:
        raise BadInput("--every is between 1 and 100, not {every}.", every=options.every)
    if options.fps is not None and not 0.01 <= options.fps <= 1000:
        raise BadInput("--fps is between 0.01 and 1000, not {fps}.", fps=options.fps)
    several = spread.asked(options)
    if several and options.keyframes is not None:
        raise BadInput("--keyframes are of one process: leave out --workers and --cluster.")
    settings = spread.settings_of(options, knobs.settings(options, STYLIZE))
    knobs.refuse_unlooked([settings])
    rate = None if options.fps is None else Fraction(str(options.fps))
    clip = opened(options.clip, rate)
    with interruptible() as should_stop:
        animation, keyed = _planned(options, clip, settings, should_stop)
        _tell_lost(animation)
        series = Series(animation.count)
        try:
            if several:
                with spread.pool(options, settings, installation) as pool:
                    painted = clips.paint(animation, pool, series, should_stop)
            else:
                painter = keyed or animation
                painted = painter.paint(Networks.of(installation), series, should_stop)
        except Stopped as error:
            if series.number == 1:
                animation.output.leave()
                raise
            raise Paused(
                "interrupted: {done} of {count} frames are painted, and kept in {folder}. The "
                "same command goes on.",
                done=series.number - 1,
                count=series.count,
                folder=animation.output.folder,
            ) from error
        except ImpastoError:
            series.clear()
            if series.number > 1:
                _tell_kept(animation)
            animation.output.leave()
            raise
        series.clear()
    try:
        animation.output.put_together(animation.drawn)
    except KeyboardInterrupt as error:
        raise Paused(
            "interrupted: all frames are painted, and kept in {folder}. The same command goes on.",
            folder=animation.output.folder,
        ) from error
    except ImpastoError:
        _tell_kept(animation)
        raise
    if not options.keep_frames:
        animation.output.clear()
    there = animation.count - painted
    told = f", {there} were there" if there else ""
    shots = animation.survey.shots
    streams.say(
        f"{options.output}: {len(animation.drawn)} frames in {shots} shot{'s' * (shots > 1)}, "
        f"{painted} painted{told}"
    )


def _planned(
    options: argparse.Namespace, clip: Clip, settings: Settings, should_stop: ShouldStop
) -> tuple[Animation[Output], Keyed | None]:
    """What is to be painted, looked through and checked; and how, if from key frames.

    Raises:
        BadInput: it can't be done.
        Stopped: ``should_stop`` said so.
    """
    from core.animation import survey
    from core.animation.beside import Beside
    from core.animation.painting import Animation
    from core.animation.times import moment
    from core.clips.output import Output
    from core.engine import methods

    start = moment(options.since)
    end = moment(options.until) if options.until else None
    mask = None if options.mask is None else Beside(options.mask, clip.rate)
    beside, still = _moving(settings, clip.rate)
    if not options.keyframes or still.styled(SELECTION):
        methods.of(still).check()
    output = Output.of(options.output, clip, codec_name=options.codec or "")
    bar = Bar()
    found = survey.of(
        clip,
        start,
        end,
        should_stop,
        lambda number: bar.show(
            Progress(0.0, Text("Looking through the clip: frame {number}", number=number))
        ),
    )
    bar.clear()
    if found.transparent:
        output = output.see_through()
    painted = key_frames.files(options, clip, found)
    _check_apart(options, settings, output, found, (painted or {}).values())
    for each in filter(None, (mask, *beside.values())):
        each.at(found.frames[-1].number)  # a clip beside may be shorter than what is painted
    animation = Animation(clip, found, output, still, options.steady, options.every, mask, beside)
    keyed = None if painted is None else key_frames.keyed(animation, painted)
    if keyed is None or keyed.own:
        animation.check()
    return (animation if keyed is None else keyed.animation), keyed


def _moving(settings: Settings, rate: Fraction) -> tuple[Mapping[str, Beside], Settings]:
    """The clips that knobs name, and the settings without them. Raises BadInput."""
    from core.animation.beside import Beside

    found = {}
    for name in _MOVING:
        if path := getattr(settings, name):
            each = Beside(Path(path), rate)
            if each.moves:
                found[name] = each
    return found, Settings.from_mapping({**settings.as_mapping(), **dict.fromkeys(found, "")})


def _check_apart(
    options: argparse.Namespace,
    settings: Settings,
    output: Output,
    survey: Survey,
    painted: Iterable[Path],
) -> None:
    """Raise BadInput where what is read would be written over."""
    from core.clips import Kind
    from core.clips.frames import is_pattern
    from core.commands.apart import refuse_over
    from core.engine.identity import files_of

    named = [options.clip, *painted, *(path for _, path in files_of(settings))]
    if options.mask is not None:
        named.append(options.mask)
    read = [path.parent if is_pattern(path) and not path.exists() else path for path in named]
    if output.kind is Kind.FRAMES:
        frames = (output.folder / output.name(seen.number) for seen in survey.frames)
        refuse_over(read, [output.folder, *frames])
    else:
        refuse_over(read, [output.path], output.folder)


def _tell_kept(animation: Animation[Output]) -> None:
    streams.tell(f"impasto: what is painted is kept in {animation.output.folder}.")


def _tell_lost(animation: Animation[Output]) -> None:
    """Say before the work what is not kept. Raises BadInput where a frame can't be written."""
    from core.pixels import files

    output, survey = animation.output, animation.survey
    output.prepare()
    path = output.folder / output.name(survey.frames[0].number)
    for sentence in (*output.lost(survey.extent), files.check_writable(survey.first, path)):
        if sentence:
            streams.tell(f"impasto: {sentence}")
