"""Sooner or better: three buttons, each with the time it will take on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.presets import QUALITIES, quality
from gi.repository import Gtk
from widgets import label, stacked, styled


class QualityRow:
    """The buttons. None is pressed where the settings are none of the three."""

    def __init__(
        self,
        choose: Callable[[Mapping[str, Any]], None],
        times: Callable[[], Mapping[str, str]],
    ) -> None:
        """Make them.

        Args:
            choose: called with the settings a person chose.
            times: tells how long each quality will take now.
        """
        self._choose = choose
        self._tell = times
        self._showing = False
        self._times: dict[str, Gtk.Label] = {}
        self.widget = styled(Gtk.Box(homogeneous=True), "linked")
        # Of a group of radio buttons one is always pressed: this one stands for none of ours.
        self._none = Gtk.RadioButton()
        self._buttons = {name: self._button(name) for name in QUALITIES}

    def show(self, settings: Settings) -> None:
        """Press the button the settings stand for, and tell the times."""
        self._showing = True
        self._buttons.get(quality(settings.as_mapping()) or "", self._none).set_active(True)
        self._showing = False
        self.show_times(self._tell())

    def show_times(self, times: Mapping[str, str]) -> None:
        """Say how long each takes, as far as that is known."""
        for name, time in times.items():
            self._times[name].set_text(time)
            self._times[name].show()

    def _button(self, name: str) -> Gtk.RadioButton:
        button = Gtk.RadioButton(group=self._none, draw_indicator=False)
        title = Gtk.Label(label=tr(QUALITIES[name].label))
        self._times[name] = label("", "dim-label", "impasto-small", xalign=0.5, no_show_all=True)
        button.add(stacked(title, self._times[name], spacing=0, valign=Gtk.Align.CENTER))
        button.set_tooltip_text(tr(QUALITIES[name].help))
        button.connect("toggled", self._toggled, name)
        self.widget.add(button)
        return button

    def _toggled(self, button: Gtk.RadioButton, name: str) -> None:
        if button.get_active() and not self._showing:
            self._choose(QUALITIES[name].settings)
