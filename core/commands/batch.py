"""``impasto batch``: paint many pictures, each in one style or in all of several."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.bridge.contract.errors import BadInput, ImpastoError, Paused, Stopped
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.methods import METHODS, SELECTION
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.bridge.storage.regular import is_folder
from core.commands import options as knobs
from core.commands.apart import refuse_over
from core.commands.pairs import COMBINED, Pair, pairs, pictures_of
from core.commands.series import Series
from core.commands.terminal import interruptible
from core.system import collector
from core.terminal import streams

if TYPE_CHECKING:
    from torch import Tensor

    from core.engine.networks import Networks
    from core.pixels.files import File
    from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)

SHEET = "contact-sheet"
"""The name of what shows all of them, without its ending."""

_ROWS = 24
"""Pictures of one sheet."""

_CELL = 240
"""Long side of a picture on it, in pixels."""

_REPEATED = {known.knobs[SELECTION]: known.label for known in METHODS.values()}
"""Knobs of which a batch takes several values."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "pictures", type=Path, nargs="+", metavar="PICTURE", help="pictures, or folders of them"
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
        "-o", "--output", type=Path, required=True, metavar="FOLDER", help="the folder to write to"
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
        type=Path,
        metavar="FOLDER",
        help="masks, each named as its picture; a picture that has none is painted everywhere",
    )
    parser.add_argument(
        "--sheet",
        action=argparse.BooleanOptionalAction,
        default=True,
        help=f"show all of them on {SHEET}.jpg in the folder; default: on",
    )
    knobs.add_knobs(parser, STYLIZE, without=(*_REPEATED, "snapshots"))


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint what is not painted yet.

    Raises:
        BadInput: what is asked for can't be done, which is known before anything is painted.
        ImpastoError: some of the paintings failed, or the sheet can't be written.
        Paused: Ctrl-C was pressed; another run goes on from there.
    """
    with collector.resting():
        from core.engine.networks import Networks
        from core.pixels import files

    settings = knobs.settings(options, STYLIZE, style="", pastiche="wheat")
    knobs.refuse_unlooked([settings])
    asked = _asked(options, settings, files.endings(), files.writable())
    masks = _masks(options.masks, files.endings(), {pair.picture.stem for pair in asked})
    sheets = _sheets(options.output, len({pair.row for pair in asked})) if options.sheet else []
    _check_apart(asked, settings, masks, sheets)
    _check(asked, settings)
    _prepare(options.output, sheets)
    batch = _Batch(asked, settings, masks, Networks.of(installation))
    unshown: ImpastoError | None = None
    with interruptible() as should_stop:
        found = batch.paint(should_stop)
        if options.sheet:
            try:
                _write_sheets(asked, options, should_stop)
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


class _Counted(NamedTuple):
    """How many were painted, were there already, and failed."""

    painted: int
    there: int
    failed: int


class _Batch:
    """The paintings of a batch, one after another."""

    def __init__(
        self,
        asked: Sequence[Pair],
        settings: Settings,
        masks: dict[str, Path],
        networks: Networks,
    ) -> None:
        from core.system.done import Done

        self._asked, self._settings, self._masks = asked, settings, masks
        self._networks = networks
        self._done = Done(asked[0].output.parent)
        self._series = Series(len(asked))
        self._told: set[str] = set()
        self._read: tuple[Path, File, Pixels | None] | None = None

    def paint(self, should_stop: ShouldStop) -> _Counted:
        """Paint them all. Raises Paused."""
        painted = there = failed = 0
        for pair in self._asked:
            try:
                made = self._paint(pair, should_stop)
            except Stopped as error:
                raise Paused(
                    "interrupted: {done} of {count} are painted. The same command goes on.",
                    done=painted + there,
                    count=len(self._asked),
                ) from error
            except ImpastoError as error:
                failed += 1
                self._failed(pair, str(error))
            except Exception as error:
                _log.exception("%s failed", pair.output)
                failed += 1
                self._failed(pair, f"failed ({type(error).__name__}): the reason is in the log")
            else:
                painted, there = painted + made, there + (not made)
        self._series.clear()
        return _Counted(painted, there, failed)

    def _paint(self, pair: Pair, should_stop: ShouldStop) -> bool:
        """Paint one; False where it was there. Raises as :func:`core.engine.job.paint`."""
        from core.engine import identity
        from core.engine import job as engine
        from core.engine.laying import laid_over
        from core.pixels import files
        from core.system import stopping

        stopping.ask(should_stop)
        content, selection = self._pictures(pair.picture)
        request = Request(content.pixels, _styled(self._settings, pair.style), selection)
        name, digest = pair.output.name, identity.of(request)
        if self._done.has(name, digest):
            self._series.skipped()
            return False
        for sentence in (content.unseen, files.check_writable(content, pair.output)):
            self._tell_once(sentence)
        painting = engine.paint(request, self._networks, self._series.follow, should_stop)
        self._done.forget(name)
        files.write(laid_over(content, painting, request.settings), pair.output)
        self._series.clear()
        try:
            self._done.note(name, digest)
        except OSError as error:
            _log.warning("that %s is done can't be noted: %s", pair.output, error)
        streams.say(f"{pair.output}: {painting.report['seconds']} s")
        for note in painting.report.get("notes", []):  # type: ignore[attr-defined]
            streams.say(f"{pair.output}: {note}")
        self._series.painted()
        return True

    def _pictures(self, path: Path) -> tuple[File, Pixels | None]:
        """A content and its mask, which are read once for all styles."""
        from core.pixels import files

        if self._read is None or self._read[0] != path:
            content, mask = files.read(path), self._masks.get(path.stem)
            selection = None if mask is None else files.read_mask(mask, content.pixels.extent)
            self._read = path, content, selection
        return self._read[1:]

    def _failed(self, pair: Pair, why: str) -> None:
        self._series.clear()
        self._series.painted()
        streams.tell(f"impasto: {pair.output.name}: {why}")

    def _tell_once(self, sentence: str) -> None:
        if sentence and sentence not in self._told:
            self._told.add(sentence)
            self._series.clear()
            streams.tell(f"impasto: {sentence}")


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
    read |= {path for pair in asked for _, path in files_of(_styled(settings, pair.style))}
    refuse_over(sorted(read), [*outputs, *sheets])


def _sheets(folder: Path, rows: int) -> list[Path]:
    """The files of the sheets that show so many rows."""
    if rows <= _ROWS:
        return [folder / f"{SHEET}.jpg"]
    return [folder / f"{SHEET}-{number + 1}.jpg" for number in range(-(-rows // _ROWS))]


def _check(asked: Sequence[Pair], settings: Settings) -> None:
    """Raise BadInput now for what every painting in some style would be refused for."""
    from core.engine import methods
    from core.styles.style_picture import StylePicture

    for style in dict.fromkeys(pair.style for pair in asked):
        styled = _styled(settings, style)
        methods.of(styled).check()
        if METHODS[settings.method].from_pictures:
            StylePicture(style).read()


def _styled(settings: Settings, style: str) -> Settings:
    """The settings with a style for what is selected."""
    knob = METHODS[settings.method].knobs[SELECTION]
    return Settings.from_mapping({**settings.as_mapping(), knob: style})


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


def _write_sheets(
    asked: Sequence[Pair], options: argparse.Namespace, should_stop: ShouldStop
) -> None:
    """Show what there is of all paintings beside their pictures, on one sheet or several."""
    from core.pixels import sheet
    from core.system import stopping

    single = options.combine == "each" or len({pair.column for pair in asked}) == 1
    styles = dict.fromkeys(_label(pair.style) for pair in asked)
    columns = ["", ""] if single else ["", *styles]
    rows: dict[int, list[Tensor | None]] = {}
    names: dict[int, str] = {}
    for pair in asked:
        stopping.ask(should_stop)
        if pair.row not in rows:
            rows[pair.row] = [_seen(pair.picture)]
            names[pair.row] = pair.picture.name
            if single:
                names[pair.row] += f" – {_label(pair.style)}"
        rows[pair.row].append(_seen(pair.output))
    lines = [
        (names[row], line) for row, line in rows.items() if any(one is not None for one in line)
    ]
    sheets = _sheets(options.output, len(rows))
    for path, first in zip(sheets, range(0, len(lines), _ROWS), strict=False):
        sheet.save(path, columns, lines[first : first + _ROWS])
        streams.say(f"{path}: all of them")


def _label(style: str) -> str:
    return Path(style).stem or style


def _seen(path: Path) -> Tensor | None:
    """A picture as it is on a sheet; None where there is none."""
    from core.pixels import files
    from core.pixels.imaging import fit

    try:
        picture = files.read(path, enough=_CELL).picture()
    except BadInput:
        return None
    return picture.resize(fit(picture.extent, _CELL)).over(1)
