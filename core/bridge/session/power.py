"""Whether the machine runs on its battery, as far as the standard library can tell."""

from __future__ import annotations

from pathlib import Path

from ..storage.platform import here

SUPPLIES = Path("/sys/class/power_supply")
"""Where Linux has a folder for each supply, and so for each battery."""

_PATIENCE = 2.0
"""Seconds for macOS to answer."""


def on_battery() -> bool:
    """Whether it does; False where nobody knows."""
    try:
        platform = here()
        if platform.windows:
            return _windows()
        return _mac() if platform.mac else drained(SUPPLIES)
    except (OSError, ValueError, AttributeError):
        return False


def drained(supplies: Path) -> bool:
    """Whether a battery of the machine itself loses charge, and no line gives it any.

    Args:
        supplies: a folder such as Linux's ``/sys/class/power_supply``. Batteries of mice and pens
            are there as well, in the scope of a device.
    """
    found = [folder for folder in supplies.iterdir() if _said(folder, "scope") != "Device"]
    if any(_said(folder, "online") == "1" for folder in found):
        return False
    return any(_said(folder, "status") == "Discharging" for folder in found)


def _said(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text("utf-8").strip()
    except OSError:
        return ""


def _mac() -> bool:
    import subprocess  # here, as a host that starts imports this file

    command = ["/usr/bin/pmset", "-g", "batt"]
    try:
        told = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.SubprocessError:
        return False
    return "'Battery Power'" in told.stdout


def _windows() -> bool:
    import ctypes

    class Status(ctypes.Structure):
        """SYSTEM_POWER_STATUS of the Windows API."""

        _fields_ = [
            ("line", ctypes.c_ubyte),
            ("battery", ctypes.c_ubyte),
            ("percent", ctypes.c_ubyte),
            ("saving", ctypes.c_ubyte),
            ("left", ctypes.c_uint32),
            ("full", ctypes.c_uint32),
        ]

    status = Status()
    known: int = ctypes.windll.kernel32.GetSystemPowerStatus(ctypes.byref(status))  # type: ignore[attr-defined]
    return bool(known) and status.line == 0
