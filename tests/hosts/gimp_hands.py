"""What a person does at GIMP's windows: xdotool for the hands, ``import`` for the eyes."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gi.repository import GdkPixbuf, Gimp
from gimp_job import ORDERS, feathered, photograph

DIALOG = "^Neural Style Transfer$"
WINDOW = "GIMP$"
WIDTH, HEIGHT = 1280, 800
"""The image window fills the screen; without a window manager dialogs open at its top left."""

Color = tuple[int, int, int]


def shell(command: str) -> str:
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout


def windows(title: str) -> list[str]:
    return shell(f"xdotool search --onlyvisible --name '{title}'").split()


def geometry(title: str) -> tuple[int, int, int, int]:
    """Where a window is: its corner and its size, in pixels of the screen."""
    (window, *_) = windows(title)
    told = shell(f"xdotool getwindowgeometry --shell {window}")
    found = dict(line.split("=") for line in told.split())
    x, y, width, height = (int(found[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))
    return x, y, width, height


def look(name: str) -> Path:
    """Photograph the whole screen."""
    path = Path(ORDERS["pictures"]) / f"{name}.png"
    shell(f"import -window root '{path}'")
    return path


class Screen:
    """The screen as it is now."""

    def __init__(self) -> None:
        self._picture = GdkPixbuf.Pixbuf.new_from_file(str(look("now")))
        self._data = self._picture.get_pixels()

    def color(self, x: int, y: int) -> Color:
        start = y * self._picture.get_rowstride() + x * self._picture.get_n_channels()
        red, green, blue = self._data[start : start + 3]
        return red, green, blue

    def split(self) -> int | None:
        """Where the line between before and after stands in the dialog; None: there is none."""
        for x in range(14, 520):
            if all(min(self.color(x, y)) > 215 for y in range(60, 160, 7)):
                return x
        return None


def press(title: str, *keys: str) -> None:
    """Press keys in a window; without a window manager it has to be given the focus first."""
    for window in windows(title):
        shell(f"xdotool windowfocus --sync {window} key --delay 60 {' '.join(keys)}")


def click(x: int, y: int, button: int = 1) -> None:
    shell(f"xdotool mousemove {x} {y} click {button}")


def drag(start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press, move in two steps, and let go."""
    (x, y), (end_x, end_y) = start, end
    half = f"{(x + end_x) // 2} {(y + end_y) // 2}"
    shell(
        f"xdotool mousemove {x} {y} mousedown 1 sleep 0.1 mousemove {half} sleep 0.1 "
        f"mousemove {end_x} {end_y} sleep 0.1 mouseup 1"
    )


def wait_until(condition: Callable[[], object], seconds: float = 300) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def wait_for_preview(seconds: float = 300) -> bool:
    """Until the dialog shows something painted."""
    return wait_until(lambda: windows(DIALOG) and Screen().split() is not None, seconds)


def meanwhile(action: Callable[[], object]) -> threading.Thread:
    """What the person does while the plug-in runs; calls nothing of Gimp, which has one thread."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def shown() -> tuple[Gimp.Image, Gimp.Layer]:
    """The photograph in a window, its selection feathered."""
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    Gimp.Display.new(image)
    Gimp.displays_flush()
    wait_until(lambda: windows(WINDOW))
    for window in windows(WINDOW):
        shell(f"xdotool windowsize --sync {window} {WIDTH} {HEIGHT}")
    time.sleep(1)
    return image, layer
