"""What helps when something is wrong: the buttons beside the sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from krita import Document, Krita

from . import layers, results
from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.session.installing.need import carried, doubt
from .bridge.session.remedies import Remedy, remedies
from .bridge.session.report import install_command, report
from .bridge.storage.paths import Installation
from .installing import with_engine
from .qt import QtCore, QtGui, QtWidgets

Act = Callable[[], object]


def buttons(error: ImpastoError, acts: Mapping[Remedy, Act]) -> list[tuple[str, Act]]:
    """What the buttons say and do, the likeliest first.

    Args:
        error: what is wrong.
        acts: how to do what depends on where it is told; what can't be done there has no button.
    """
    can = {**_EVERYWHERE, **acts}
    return [(tr(remedy.label), can[remedy]) for remedy in remedies(error) if remedy in can]


def edits(
    document: Document, made: Sequence[str], edit: Callable[[str], object]
) -> list[tuple[str, Act]]:
    """The button that edits what was painted last, where that can be edited.

    Args:
        document: where it is.
        made: the references of the new layers.
        edit: opens the dialog of one of them.
    """
    node = layers.find(document, made[-1]) if made else None
    if node is None or results.record_of(document, node) is None:
        return []
    return [(tr(Remedy.EDIT.label), lambda: edit(made[-1]))]


def _quit() -> None:
    """As by its menu: Krita asks for what is not saved."""
    Krita.instance().action("file_quit").trigger()


def _install() -> None:
    """Show the page that sets it up, where the plug-in has one."""
    if carried() is None:
        _copy(install_command(Installation.here()))
        return
    doubt(Installation.here())
    with_engine(Krita.instance().activeWindow().qwindow(), lambda: None)


def _copy_report() -> None:
    _copy(report(Installation.here(), f"Krita {Krita.instance().version()}"))


def _copy(text: str) -> None:
    QtWidgets.QApplication.clipboard().setText(text)


def _open(file: Path) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(file)))


_EVERYWHERE: Mapping[Remedy, Act] = {
    Remedy.QUIT: _quit,
    Remedy.LOG: lambda: _open(Installation.here().log),
    Remedy.REPORT: _copy_report,
    Remedy.INSTALL: _install,
}
