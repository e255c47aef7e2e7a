"""Switch a Krita plug-in on and off in kritarc, leaving every other byte as it was.

kritarc is KDE's own kind of ini file (keys before the first group, keys with brackets, the case of
letters matters), which configparser would rewrite.
"""

from __future__ import annotations

import os
from pathlib import Path

from core.bridge.storage.whole import write_whole

_GROUP = "[python]"


def is_enabled(file: Path, plugin: str) -> bool:
    lines = _read(file).splitlines()
    found = _find(lines, plugin)
    return found is not None and lines[found].partition("=")[2].strip().lower() == "true"


def enable(file: Path, plugin: str) -> None:
    """Set ``enable_PLUGIN=true`` in the group ``[python]``; the file is made where missing."""
    text = _read(file)
    ending = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += ending
    line = f"{_key(plugin)}=true{ending}"
    if (found := _find(lines, plugin)) is not None:
        lines[found] = line
    elif (group := _group(lines)) is not None:
        lines.insert(group + 1, line)
    else:
        lines += ([ending] if lines else []) + [_GROUP + ending, line]
    _write(file, text, "".join(lines))


def disable(file: Path, plugin: str) -> None:
    """Take the key out, and the group with it where nothing else is in it."""
    text = _read(file)
    lines = text.splitlines(keepends=True)
    if (found := _find(lines, plugin)) is None:
        return
    del lines[found]
    group = _group(lines)
    assert group is not None
    rest = next((line for line in lines[group + 1 :] if line.strip()), "[")
    if rest.startswith("["):
        # The empty line before a group is ours as well.
        start = group - 1 if group and not lines[group - 1].strip() else group
        del lines[start : group + 1]
    if lines:
        _write(file, text, "".join(lines))
    else:
        file.unlink()


def _key(plugin: str) -> str:
    return f"enable_{plugin}"


def _group(lines: list[str]) -> int | None:
    return next((i for i, line in enumerate(lines) if line.strip() == _GROUP), None)


def _find(lines: list[str], plugin: str) -> int | None:
    group = _group(lines)
    if group is None:
        return None
    for i in range(group + 1, len(lines)):
        if lines[i].startswith("["):
            return None
        if lines[i].partition("=")[0].strip() == _key(plugin):
            return i
    return None


def _read(file: Path) -> str:
    try:
        return os.fsdecode(file.read_bytes())
    except FileNotFoundError:
        return ""


def _write(file: Path, before: str, after: str) -> None:
    if before == after:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, os.fsencode(after))
