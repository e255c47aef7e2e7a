"""A plug-in that does, with the pointer alone, what a person does to import a file.

Tools, Scripts, Import Python Plugin from File, the file, Open, Yes.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from krita import Krita

from .krita_mouse import QtCore, QtWidgets, look, point_to, point_to_action, point_to_item

FOLDER = Path(os.environ["IMPASTO_SESSION"])
PATIENCE = 120.0


def until(holds: Callable[[], Any]) -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            look(FOLDER / "import-waiting.png")
            raise TimeoutError(holds.__code__.co_firstlineno)
        yield


def pause(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    yield from until(lambda: time.monotonic() > end)


def shown(kind: type[QtWidgets.QWidget]) -> Any:
    windows = QtWidgets.QApplication.topLevelWidgets()
    return next((w for w in windows if isinstance(w, kind) and w.isVisible()), None)


def entry(menu: QtWidgets.QWidget, text: str) -> Any:
    return next(a for a in menu.actions() if a.text().replace("&", "").startswith(text))


def names(view: QtWidgets.QAbstractItemView) -> list[str]:
    model, root = view.model(), view.rootIndex()
    return [model.index(row, 0, root).data() for row in range(model.rowCount(root))]


def imported() -> Iterator[None]:
    file = json.loads((FOLDER / "file.json").read_text("utf-8"))["name"]
    yield from until(lambda: Krita.instance().activeWindow())
    window = Krita.instance().activeWindow().qwindow()
    yield from until(window.isVisible)
    yield from pause(2.0)
    bar = window.menuBar()
    tools = entry(bar, "Tools")
    point_to_action(bar, tools)
    yield from until(tools.menu().isVisible)
    scripts = entry(tools.menu(), "Scripts")
    point_to_action(tools.menu(), scripts)
    yield from until(scripts.menu().isVisible)
    yield from pause(0.3)
    look(FOLDER / "import-menu.png")
    point_to_action(scripts.menu(), entry(scripts.menu(), "Import Python Plugin from File"))
    yield from until(lambda: shown(QtWidgets.QFileDialog))
    dialog = shown(QtWidgets.QFileDialog)
    views = dialog.findChildren(QtWidgets.QAbstractItemView)
    files = next(v for v in views if v.isVisible() and v.objectName() in ("listView", "treeView"))
    yield from until(lambda: file in names(files))
    yield from pause(0.5)
    point_to_item(files, file)
    yield from pause(0.5)
    look(FOLDER / "import-file.png")
    buttons = dialog.findChild(QtWidgets.QDialogButtonBox).buttons()
    point_to(next(b for b in buttons if b.text().replace("&", "") == "Open"))
    yield from until(lambda: shown(QtWidgets.QMessageBox))
    question = shown(QtWidgets.QMessageBox)
    yield from pause(0.5)
    look(FOLDER / "import-question.png")
    told["asked"] = question.text()
    point_to(next(b for b in question.buttons() if b.text().replace("&", "") == "Yes"))
    yield from until(lambda: shown(QtWidgets.QMessageBox) is None)
    yield from pause(0.5)


told: dict[str, Any] = {}
_steps = imported()
_timer = QtCore.QTimer()


def go_on() -> None:
    """One step further, also inside the dialogs' own loops."""
    try:
        next(_steps)
        return
    except StopIteration:
        pass
    except Exception:
        told["broke"] = traceback.format_exc()
    _timer.stop()
    (FOLDER / "imported.json").write_text(json.dumps(told))
    leave()


def leave() -> None:
    # Krita forgets it while it still starts.
    QtWidgets.QApplication.quit()
    QtCore.QTimer.singleShot(500, leave)


_timer.timeout.connect(go_on)
_timer.start(20)
