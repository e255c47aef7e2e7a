"""One widget for each kind of knob, all with ``value``, ``set_value`` and ``changed``."""

from __future__ import annotations

from typing import Any, Protocol

from krita import Document

from ..bridge.contract.knobs import Knob
from ..bridge.i18n.texts import tr
from .choices import ChoiceWidget, FlagWidget, TextWidget
from .crop import CropWidget
from .files import FolderWidget, PictureWidget
from .labels import LabelsWidget
from .mix import MixWidget
from .numbers import FactorWidget, FloatWidget, IntWidget, PixelsWidget, WideFloatWidget


class KnobWidget(Protocol):
    """What a panel needs to know of a widget."""

    changed: Any
    """A signal: the value is another one now."""

    def value(self) -> Any: ...
    def set_value(self, value: Any) -> None: ...


def make_widget(knob: Knob, document: Document) -> Any:
    """The widget of a knob, with its default and its help; see ``KnobWidget``."""
    widget = _make(knob, document)
    widget.setObjectName(knob.name)
    widget.setToolTip(tr(knob.help))
    widget.setAccessibleName(tr(knob.label))
    widget.setAccessibleDescription(tr(knob.help))
    widget.set_value(knob.default)
    return widget


def _make(knob: Knob, document: Document) -> Any:
    if knob.kind == "file":
        return PictureWidget(tr(knob.label), tr(knob.help), document)
    if knob.name == "style_crop":
        return CropWidget(knob, document)
    if knob.name == "mix":
        return MixWidget(knob, document)
    if knob.name == "label_styles":
        return LabelsWidget(document)
    if knob.kind == "int":
        return PixelsWidget(knob) if knob.low > 1 else IntWidget(knob)
    if knob.kind == "float":
        if knob.high <= 1:
            return FloatWidget(knob)
        return FactorWidget(knob) if knob.low > 0 else WideFloatWidget(knob)
    kinds: dict[str, Any] = {
        "choice": ChoiceWidget,
        "flag": FlagWidget,
        "folder": FolderWidget,
        "text": TextWidget,
    }
    return kinds[knob.kind](knob)
