"""``impasto batch``: paint many pictures, each in one style or in all of several."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from core.bridge.contract.errors import BadInput, ImpastoError, Paused, Stopped
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.methods import METHODS, SELECTION
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.bridge.storage.regular import is_folder
from core.commands import batch_spread, contact_sheet, spread
from core.commands import options as knobs
from core.commands.apart import refuse_over
from core.commands.batch_paintings import Tally, errands, paint, styled
from core.commands.named import named
from core.commands.pairs import COMBINED, Pair, pairs, pictures_of
from core.commands.terminal import interruptible
from core.system import collector
from core.terminal import streams

_REPEATED = {known.knobs[SELECTION]: known.label for known in METHODS.values()}
"""Knobs of which a batch takes several values."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "pictures", type=named, nargs="+", metavar="PICTURE", help="pictures, or folders of them"
    )
    parser.add_argument(
        "--style",
        action="append",
        default=[],
        metavar="FILE",
        help="a picture to paint like, or a folder of them; give it several times for several",
    )
    parser.add_argument(
        "--pastiche",
        action="append",
        default=[],
        metavar="TEXT",
        help="for --method pastiche: one of its styles; give it several times for several",
    )
    parser.add_argument(
        "-o", "--output", type=named, required=True, metavar="FOLDER", help="the folder to write to"
    )
    parser.add_argument(
        "--combine",
        choices=COMBINED,
        default="all",
        help="; ".join(f"{name}: {what}" for name, what in COMBINED.items()) + "; default: all",
    )
    parser.add_argument(
        "--name",
        default="{picture}-{style}",
        metavar="PATTERN",
        help="how the files are named, of {picture}, {style} and {number}; default: %(default)s",
    )
    parser.add_argument(
        "--ending",
        default="",
        metavar=".png",
        help="the format of the files; default: each picture's own",
    )
    parser.add_argument(
        "--masks",
        type=named,
        metavar="FOLDER",
        help="masks, each named as its picture; a picture that has none is painted everywhere",
    )
    parser.add_argument(
        "--sheet",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=f"show all of them on {contact_sheet.NAME}.jpg in the folder; default: on",
    )
    spread.add_options(parser)
    knobs.add_knobs(parser, STYLIZE, without=(*_REPEATED, "snapshots"))


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint what is not painted yet.

    Raises:
        BadInput: what is asked for can't be done, which is known before anything is painted.
        ImpastoError: some of the paintings failed, or the sheet can't be written.
        NoRoom: the disk is full; another run goes on from there.
        Paused: Ctrl-C was pressed; so it does then.
    """
    with collector.resting():
        from core.engine.networks import Networks
        from core.pixels import files

    several = spread.asked(options)
    settings = knobs.settings(options, STYLIZE, style="", pastiche="wheat")
    knobs.refuse_unlooked([settings])
    asked = _asked(options, settings, files.endings(), files.writable())
    masks = _masks(options.masks, files.endings(), {pair.picture.stem for pair in asked})
    sheets = contact_sheet.paths(options.output, asked) if options.sheet else []
    _check_apart(asked, settings, masks, sheets)
    _check(asked, settings)
    _prepare(options.output, sheets)
    told = Tally(len(asked))
    unshown: ImpastoError | None = None
    with interruptible() as should_stop:
        if several:
            own = spread.settings_of(options, settings)
            with spread.pool(options, settings, installation) as pool:
                batch_spread.paint(errands(asked, own, masks), pool, told, should_stop)
        else:
            paint(errands(asked, settings, masks), Networks.of(installation), told, should_stop)
        found = told.counted
        if options.sheet:
            try:
                contact_sheet.write(asked, sheets, should_stop, each=options.combine == "each")
            except Stopped as error:
                raise Paused(
                    "interrupted: {done} of {count} are painted, and not yet shown on a sheet. The "
                    "same command goes on.",
                    done=found.painted + found.there,
                    count=len(asked),
                ) from error
            except ImpastoError as error:
                unshown = error
    there = f", {found.there} were there" if found.there else ""
    streams.say(f"{options.output}: {found.painted} painted{there}")
    if unshown is not None and found.failed:
        streams.tell(f"impasto: {unshown}")
    if found.failed:
        raise ImpastoError(
            "{failed} of {count} paintings failed, as is said above.",
            failed=found.failed,
            count=len(asked),
        )
    if unshown is not None:
        raise unshown


def _asked(
    options: argparse.Namespace,
    settings: Settings,
    endings: frozenset[str],
    writable: frozenset[str],
) -> list[Pair]:
    """Every painting that is asked for. Raises BadInput."""
    knob = METHODS[settings.method].knobs[SELECTION]
    named: list[str] = getattr(options, knob)
    if not named:
        raise BadInput("There is no style yet: give --{knob}, once or several times.", knob=knob)
    if "" in named:
        raise BadInput("--{knob} is empty: name one, or leave it out.", knob=knob)
    styles = named
    if METHODS[settings.method].from_pictures:
        styles = [str(path) for path in pictures_of([Path(name) for name in named], endings)]
    ending = options.ending.lower()
    if ending and not ending.startswith("."):
        ending = f".{ending}"
    if ending and ending not in writable:
        raise BadInput(
            "--ending {ending} is not a format Impasto writes; take .png.", ending=ending
        )
    if options.output.resolve() in {path.resolve() for path in options.pictures}:
        raise BadInput(
            "{folder} is to be painted and painted into: choose another folder for -o, as the "
            "next run would take the paintings for pictures.",
            folder=options.output,
        )
    pictures = pictures_of(options.pictures, endings)
    return pairs(pictures, styles, options.combine, options.output, options.name, ending, writable)


def _prepare(folder: Path, sheets: Sequence[Path]) -> None:
    """Have a folder to write to, paintings and sheets. Raises BadInput."""
    from core.pixels import sheet

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(
            "The folder {folder} can't be made: {reason}.", folder=folder, reason=error.strerror
        ) from error
    for path in sheets:
        sheet.check_writable(path)


def _check_apart(
    asked: Sequence[Pair], settings: Settings, masks: Mapping[str, Path], sheets: Sequence[Path]
) -> None:
    """Raise BadInput where one file would take the place of another one that is needed."""
    from core.engine.identity import files_of

    outputs = [pair.output for pair in asked]
    for path in sheets:
        if path in outputs:
            raise BadInput(
                "{name} would be a painting and the sheet that shows all of them: take another "
                "--name, or --no-sheet.",
                name=path.name,
            )
    read = {pair.picture for pair in asked} | {*masks.values()}
    read |= {path for pair in asked for _, path in files_of(styled(settings, pair.style))}
    refuse_over(sorted(read), [*outputs, *sheets])


def _check(asked: Sequence[Pair], settings: Settings) -> None:
    """Raise BadInput now for what every painting in some style would be refused for."""
    from core.engine import methods
    from core.styles.style_picture import StylePicture

    for style in dict.fromkeys(pair.style for pair in asked):
        methods.of(styled(settings, style)).check()
        if METHODS[settings.method].from_pictures:
            StylePicture(style).read()


def _masks(
    folder: Path | None, endings: frozenset[str], pictures: Collection[str]
) -> dict[str, Path]:
    """The masks by the names of their pictures. Raises BadInput."""
    if folder is None:
        return {}
    if not is_folder(folder):
        raise BadInput("There is no folder {folder} of masks: check its name.", folder=folder)
    found = {path.stem: path for path in pictures_of([folder], endings)}
    if found.keys().isdisjoint(pictures):
        raise BadInput(
            "No mask in {folder} is named as a picture: name that of 'a.jpg' 'a.png'.",
            folder=folder,
        )
    return found
