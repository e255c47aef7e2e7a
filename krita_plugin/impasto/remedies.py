"""What helps when something is wrong: the buttons beside the sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from krita import Krita

from .bridge.client.silence import SILENCE
from .bridge.i18n.text import Text
from .bridge.i18n.texts import tr
from .bridge.session.report import install_command, report
from .bridge.storage.paths import Installation
from .note import Remedy
from .qt import QtCore, QtGui, QtWidgets

_OUTDATED = "is installed: restart it, then"
"""What the bridge says where Krita runs a version that is not installed any more."""

_OTHERS = "restart that program, then", "end the process"
"""What it says where another program is in the way."""


def remedies(
    sentence: str,
    again: Callable[[], object] | None = None,
    automatic: Callable[[], object] | None = None,
) -> tuple[Remedy, ...]:
    """Buttons for a failure, the likeliest first.

    Args:
        sentence: what was said; one that names the log is about the engine and not about what
            the person asked for.
        again: tries the same once more.
        automatic: lets Impasto choose where to compute; given where the person did.
    """
    installation = Installation.here()
    if not installation.manifest.is_file():
        copy = Remedy(
            tr("Copy the installer's command"), lambda: _copy(install_command(installation))
        )
        return copy, _report(installation)
    if automatic is not None and "device" in sentence:
        return (Remedy(tr("Use the device there is"), automatic),)
    if _OUTDATED in sentence:
        return (Remedy(tr(Text("Quit {program}", program="Krita")), _quit),)
    tries = () if again is None else (Remedy(tr("Try again"), again),)
    if any(words in sentence for words in _OTHERS):
        return tries
    if str(installation.log) not in sentence:
        return ()
    look = Remedy(tr("Open the log"), lambda: _open(installation.log))
    return (*tries, look, _report(installation))


def silence() -> str:
    """What to say where the worker says nothing any more."""
    told = tr(
        "Impasto's engine has not answered for {seconds} s. It may go on by itself; restarted, it "
        "begins anew, and so does what other programs paint."
    )
    return told.format(seconds=round(SILENCE))


def restart(act: Callable[[], object]) -> Remedy:
    """The button that helps then."""
    return Remedy(tr("Restart the engine"), act)


def _report(installation: Installation) -> Remedy:
    def copy() -> None:
        _copy(report(installation, f"Krita {Krita.instance().version()}"))

    return Remedy(tr("Copy report"), copy)


def _quit() -> None:
    """As by its menu: Krita asks for what is not saved."""
    Krita.instance().action("file_quit").trigger()


def _copy(text: str) -> None:
    QtWidgets.QApplication.clipboard().setText(text)


def _open(file: Path) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(file)))
