"""A later version: this one's bridge with some knobs otherwise, in a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.setup.prefix import CHECKOUT

_QUESTIONS = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.bridge.session.anew import Framed, Sampled
from core.bridge.session.gallery import Gallery
from core.bridge.session.history import History
from core.bridge.session.last_used import LastUsed
from core.bridge.session.presets import Presets
from core.bridge.session.record import read
from core.bridge.storage.paths import Installation

place = Installation(Path(sys.argv[1]))

def said(error):
    return error and str(error)

def preset(name):
    try:
        return [asdict(presets.load(name)), said(presets.lost(name))]
    except BadInput as error:
        return [None, str(error)]

presets = Presets(place)
told = {
    "presets": {name: preset(name) for name in presets.names()},
    "history": [len(runs) for runs in History(place)._kinds().values()],
    "styles": [[s.name, s.favourite, s.used] for s in Gallery(place).styles()],
}
for host in ("krita", "gimp"):
    last = LastUsed(place, host)
    told[host] = [asdict(last.settings(t) or Settings()) for t in ("stylize", "colorize")]
    told[host] += [said(last.lost("stylize")), last.output(), last.tries()]
for host, stood in (("krita", Sampled), ("gimp", Framed)):
    record = read((place.prefix / f"{host}-layer.json").read_bytes(), stood.of)
    told[f"{host}-layer"] = record and [
        asdict(record.settings), said(record.told()), record.source, record.name,
        len(record.outcomes), record.selected is not None, record.stood is not None,
    ]
if len(sys.argv) > 2:
    presets.save("Night at sea", Settings(steps=9))
    LastUsed(place, "krita").remember(Settings(steps=9))
    History(place).record(Settings(method="instant"), [Extent(512, 384)], 2.0)
    gallery = Gallery(place)
    gallery.favour(gallery.styles()[0], False)
print(json.dumps(told))
"""


class Later:
    """Its code, in a folder.

    Attributes:
        folder: what is in it may be changed before it is asked.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(CHECKOUT / "core" / "bridge", folder / "core" / "bridge")
        (folder / "core" / "__init__.py").touch()
        self._settings = folder / "core/bridge/contract/settings.py"

    def change(self, knob: str, change: Callable[[str], str]) -> None:
        """Declare a knob otherwise; what becomes of an empty text is none any more."""
        text = self._settings.read_text("utf-8")
        declared = re.search(rf"^    {knob}: .*?^    \)\n", text, re.MULTILINE | re.DOTALL)
        assert declared is not None, knob
        other = change(declared[0])
        assert other != declared[0], f"{knob} is declared in another way than was thought"
        self._settings.write_text(text.replace(declared[0], other), "utf-8")

    def declare(self, name: str, value: dict[str, Any]) -> None:
        """Say what became of knobs, in RENAMED or in GONE."""
        text = self._settings.read_text("utf-8")
        other = re.sub(rf"^({name}: .*?) = {{}}$", rf"\1 = {value!r}", text, flags=re.MULTILINE)
        assert other != text
        self._settings.write_text(other, "utf-8")

    def reads(self, prefix: Path, *, then_writes: bool = False) -> dict[str, Any]:
        """All that it finds in a person's folder; afterwards it may write there as hosts do."""
        code = f"import sys; sys.path.insert(0, {str(self.folder)!r})\n{_QUESTIONS}"
        command = [sys.executable, "-I", "-c", code, str(prefix)]
        done = subprocess.run(
            [*command, *(["write"] if then_writes else [])],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found
