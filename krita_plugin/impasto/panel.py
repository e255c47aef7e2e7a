"""All knobs of a task: the few that most people need, and the others behind a fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from krita import Document

from .bridge.contract.errors import BadInput
from .bridge.contract.knobs import COLORIZE, STYLIZE, Group, Knob
from .bridge.contract.settings import DEFAULTS, Settings, knobs
from .bridge.i18n.texts import tr
from .bridge.session.panel import WHERE, drawing, first, grouped, named, others
from .bridge.session.session import Session
from .bridge.session.shelf import EVERYTHING, REFERENCES
from .bridge.session.styles import CROP, PLACES, STYLE, several
from .fold import Fold
from .gallery.box import GalleryBox
from .qt import QtCore, QtWidgets
from .quality import QualityRow
from .slots import Slots
from .widgets import make_widget
from .widgets.buttons import small_button
from .widgets.files import PictureWidget
from .widgets.labels import LABELS, LabelsWidget
from .widgets.layouts import in_column
from .widgets.mix import MixWidget


class KnobPanel(QtWidgets.QWidget):
    """Holds one value for every knob of its task."""

    changed = QtCore.pyqtSignal()
    """Some value is another one now."""
    helped = QtCore.pyqtSignal(str)
    """The sentence on the knob that the pointer or the keyboard is at."""
    failed = QtCore.pyqtSignal(object)
    """Why something can't be chosen, in one sentence."""

    def __init__(self, document: Document, task: str, session: Session[Any]) -> None:
        """``session`` tells the labels' colours, and shows styles on what is selected."""
        super().__init__()
        self._document = document
        self._task, self._legend = task, session.preview.legend
        self._fixed = {"sketch": task == COLORIZE}
        self._widgets: dict[str, Any] = {}
        self._names: dict[str, QtWidgets.QLabel] = {}
        self._resets: dict[str, QtWidgets.QToolButton] = {}
        self._headings: dict[Group, QtWidgets.QLabel] = {}
        self._helps: dict[QtCore.QObject, str] = {}
        self._listed: Sequence[tuple[str, float]] = ()
        """The labels' colours."""
        self._quiet = False
        self.quality = QualityRow()
        self.quality.chosen.connect(self.update_settings)
        self.more = Fold(tr("Another style"), "more-styles")
        self.more.setToolTip(
            tr("Mix a second style into the first, or give the background its own")
        )
        self.regions = Fold(tr("What is painted"), "regions")
        self.fold = Fold(tr("Advanced"), "advanced")
        self.gallery = GalleryBox(lambda: document, EVERYTHING if task == STYLIZE else REFERENCES)
        if task == STYLIZE:
            self.gallery.try_on(session.tries)
        self.gallery.failed.connect(self.failed)
        slots, few = QtWidgets.QGridLayout(), QtWidgets.QGridLayout()
        more = QtWidgets.QGridLayout(self.more.content)
        where = QtWidgets.QGridLayout(self.regions.content)
        rest = QtWidgets.QGridLayout(self.fold.content)
        for grid in (slots, more, few, where, rest):
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setColumnStretch(1, 1)
        more.setVerticalSpacing(0)
        declared = knobs(task)
        seen = [
            named(declared, [STYLE]),
            named(declared, [place for place in PLACES if place != STYLE]),
            first(declared),
            named(declared, WHERE),
        ]
        for part, grid in zip(seen, (slots, more, few, where), strict=True):
            for knob in part:
                self._add_row(grid, knob)
        self._in_place = {knob.name for knob in first(declared)}
        shown = [knob.name for part in seen for knob in part]
        for group, part in grouped(others(declared, shown)):
            self._headings[group] = _heading(tr(group.label), rest)
            for knob in part:
                self._add_row(rest, knob)
        for widget in self._widgets.values():
            if isinstance(widget, (PictureWidget, MixWidget, LabelsWidget)):
                widget.failed.connect(self.failed)
        self.slots = Slots(
            self._widgets, self.gallery, self.settings, self.update_settings, session.glance
        )
        self.more.toggled.connect(self._leave_place)
        row = few.rowCount()
        few.addWidget(QtWidgets.QLabel(tr("Quality:")), row, 0)
        few.addWidget(self.quality, row, 1)
        for fold, grid in ((self.more, more), (self.regions, where)):
            fold.setHidden(grid.count() == 0)
        folds = self.regions, self.regions.content, self.fold, self.fold.content
        styles = slots, self.more, self.more.content, self.gallery
        layout = in_column([*styles, few, *folds], self.gallery, self)
        layout.setContentsMargins(0, 0, 6, 0)

    def settings(self) -> Settings:
        """What is set now. Raises BadInput."""
        values = {name: widget.value() for name, widget in self._widgets.items()}
        return self._legend.fitted(Settings(**{**values, **self._fixed}))

    def show_labels(self) -> None:
        """List the labels' colours, where they are others by now; of a sketch there are none."""
        if LABELS in self._widgets and self._colors() != self._listed:
            self._list_labels()

    def set_settings(self, settings: Settings) -> None:
        self.update_settings(settings.as_mapping())

    def update_settings(self, values: Mapping[str, Any]) -> None:
        """Set some knobs, as one change; those of another task are not here."""
        self._quiet = True
        for name, value in values.items():
            if name in self._widgets:
                self._widgets[name].set_value(value)
        self._quiet = False
        self._tell()

    def widget(self, name: str) -> Any:
        return self._widgets[name]

    def eventFilter(self, watched: Any, event: Any) -> bool:
        types = QtCore.QEvent.Type
        if event.type() in (types.Enter, types.FocusIn) and watched in self._helps:
            self.helped.emit(self._helps[watched])
        return super().eventFilter(watched, event)

    def _add_row(self, grid: QtWidgets.QGridLayout, knob: Knob) -> None:
        widget = self._widgets[knob.name] = make_widget(knob, self._document)
        label = self._names[knob.name] = QtWidgets.QLabel(f"{tr(knob.label)}:")
        tip = _tip(knob)
        label.setToolTip(tip)
        widget.setToolTip(tip)
        label.setBuddy(widget)
        reset = self._resets[knob.name] = _reset_button(knob)
        reset.clicked.connect(lambda: widget.set_value(knob.default))
        widget.changed.connect(self._tell)
        row = grid.rowCount()
        for column, part in enumerate((label, widget, reset)):
            grid.addWidget(part, row, column)
        for part in (label, *_with_children(widget)):
            self._helps[part] = tr(knob.help)
            part.installEventFilter(self)

    def _show_rows(self) -> None:
        """Those that mean something. Of the first ones all keep their places."""
        values = {name: widget.value() for name, widget in self._widgets.items()}
        everything = {**DEFAULTS.as_mapping(), **values}
        used = set()
        for knob in knobs(self._task):
            name, applies = knob.name, knob.applies(everything)
            row = self._names[name], self._widgets[name]
            for part in row:
                part.setEnabled(applies) if name in self._in_place else part.setVisible(applies)
            self._resets[name].setVisible(applies and values[name] != knob.default)
            used |= {knob.group} if applies else set()
        for group, heading in self._headings.items():
            heading.setVisible(group in used)

    def _leave_place(self, unfolded: bool) -> None:
        """What is chosen in the gallery never comes to a place that nobody sees."""
        if not unfolded:
            self.slots.pick(STYLE)

    def _unfold_styles(self) -> None:
        """What is painted with is seen."""
        with suppress(BadInput):
            if self._task == STYLIZE and several(self.settings()):
                self.more.setChecked(True)

    def _colors(self) -> Sequence[tuple[str, float]]:
        return self._legend.rows(self._widgets["content_labels"].value())

    def _list_labels(self) -> None:
        self._listed, listed = self._colors(), self._widgets[LABELS]
        listed.show_colors(self._listed)
        # Where each colour has its place in one style, none has its own.
        listed.setEnabled(not self._widgets["style_labels"].value())
        row = self._names[LABELS], listed, self._resets[LABELS]
        for part, shown in zip(row, (True, True, bool(listed.value())), strict=True):
            part.setVisible(bool(self._listed) and shown)

    def _tell(self) -> None:
        if self._quiet:
            return
        self._show_rows()
        if LABELS in self._widgets:
            self._list_labels()
        if CROP in self._widgets:
            self._widgets[CROP].show_style(self._widgets[STYLE].value())
        self.slots.show()
        self._unfold_styles()
        self.quality.show_settings({name: w.value() for name, w in self._widgets.items()})
        self.changed.emit()


def _tip(knob: Knob) -> str:
    """Its help, below the drawing that explains it where there is one."""
    help, file = tr(knob.help), drawing(knob)
    return help if file is None else f"<p><img src='{file}'></p><p>{help}</p>"


def _heading(text: str, grid: QtWidgets.QGridLayout) -> QtWidgets.QLabel:
    """Words above the rows that belong together."""
    heading = QtWidgets.QLabel(text)
    font = heading.font()
    font.setBold(True)
    heading.setFont(font)
    heading.setContentsMargins(0, 8, 0, 0)
    grid.addWidget(heading, grid.rowCount(), 0, 1, 3)
    return heading


def _reset_button(knob: Knob) -> QtWidgets.QToolButton:
    """Back to the default; it keeps its place while there is nothing to go back from."""
    button = small_button("edit-undo", f"{tr('Reset to the default')}: {tr(knob.label)}")
    button.setObjectName(f"reset-{knob.name}")
    policy = button.sizePolicy()
    # A row that is not there takes no room.
    policy.setRetainSizeWhenHidden(not (knob.advanced and knob.only))
    button.setSizePolicy(policy)
    button.hide()
    return button


def _with_children(widget: QtWidgets.QWidget) -> Iterator[QtWidgets.QWidget]:
    yield widget
    yield from widget.findChildren(QtWidgets.QWidget)
