"""Runs in the environment: tell, as one line of JSON, whether the engine works there.

``python -I -m core.engine.probe PREFIX``
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.bridge.storage.paths import Installation

_MODULES = (
    *("numpy", "PIL", "imagecodecs", "OpenEXR", "pillow_heif", "tifffile", "safetensors", "cv2"),
    *("torch", "torchvision", "core.service.worker", "core.cli"),
)


def probe(installation: Installation) -> dict[str, Any]:
    """What of the engine can be loaded, which devices there are, how it makes convolutions, and
    which weights are damaged."""
    found: dict[str, Any] = {
        "python": platform.python_version(),
        "version": importlib.metadata.version("impasto"),
        "broken": {},
    }
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:
            found["broken"][name] = str(error)
    if "torch" in found["broken"]:
        return found
    import torch

    from core.system import devices, priority

    priority.spare_processor()  # as the worker, whose threads and convolutions these are to be
    found["torch"] = torch.__version__
    about: dict[str, Callable[[], str]] = {
        "cpu": lambda: f"{torch.get_num_threads()} threads",
        "cuda": torch.cuda.get_device_name,
        "xpu": torch.xpu.get_device_name,
        "mps": lambda: "Apple GPU",
    }
    found["devices"] = {name: about[name]() for name in reversed(devices.present())}
    found["convolutions"] = _convolutions(installation)
    found["weights"] = _weights(installation.weights)
    found["licences"] = _licences()
    return found


def _convolutions(installation: Installation) -> str:
    """How they are made on the device that this installation paints on, in words."""
    from core.bridge.contract.errors import ImpastoError
    from core.features.convolutions import choice
    from core.system import devices

    try:
        return choice.told(installation.convolutions, devices.choose(installation.device()))
    except ImpastoError as error:
        return str(error)


def _weights(folder: Path) -> dict[str, str]:
    """Each network's weights: empty when its check holds, else what is wrong."""
    from core.bridge.contract.errors import ImpastoError
    from core.features.weights.store import SHIPPED, load

    found = {}
    for weights in SHIPPED:
        try:
            load(weights, folder)
        except ImpastoError as error:
            found[weights.name] = str(error)
        else:
            found[weights.name] = ""
    return found


def _licences() -> dict[str, str]:
    """The licence of each network's weights."""
    from core.features.weights.store import SHIPPED

    return {weights.name: weights.source.licence for weights in SHIPPED}


if __name__ == "__main__":
    print(json.dumps(probe(Installation(Path(sys.argv[1])))))
