"""Why uv or pip failed, in one sentence that says what to do."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from core.bridge.contract.standing import AGAIN
from core.bridge.i18n.text import Text

_THEN = Text("then {again}: it goes on where it stopped.", again=AGAIN)

_LONG = 255
"""Letters from which on a path is too long for Windows, where nobody says so."""


def explain(output: str, prefix: Path, ended: bool = False) -> Text:
    """One sentence on why pip or uv failed.

    Args:
        output: all that they wrote.
        prefix: of the installation.
        ended: they came to no end of their own.
    """
    if (sentence := known(output, prefix)) is not None:
        return sentence
    if ended:
        return Text(
            "What installs the packages was ended from outside, as a system does when memory is "
            "short: end other programs, {then}",
            then=_THEN,
        )
    if found := re.search(_MISSING, output):
        name = next((text for text in found.groups() if text), "PyTorch")
        return _no_wheel(name.partition("==")[0])
    errors = [line for line in output.splitlines() if re.match(r"\s*error", line, re.IGNORECASE)]
    last = (errors or output.strip().splitlines() or ["no reason given"])[-1].strip()
    return Text(
        "Packages can't be installed ({said}): correct that, {then}",
        said=last,
        then=_THEN,
    )


def known(output: str, prefix: Path) -> Text | None:
    """One sentence on a failure that can be told by words of it; None for any other."""
    for pattern, sentence in _SENTENCES:
        if found := re.search(pattern, output, re.IGNORECASE | re.MULTILINE):
            gaps = {name: text or "" for name, text in found.groupdict().items()}
            return sentence({**gaps, "prefix": prefix, "then": _THEN, "python": sys.executable})
    return None


def _no_wheel(package: str) -> Text:
    if package == "uv":  # the first to be asked for, and made for every machine
        return Text(
            "The package index can't be reached, or is empty: check pip's settings, {then}",
            then=_THEN,
        )
    return Text(
        "There is no ready-made {package} for Python {python} on {system}: PyTorch has them for "
        "Python 3.10 to 3.14, 64-bit, on Linux with glibc 2.28 or newer, Windows, and macOS 14 or "
        "newer on Apple silicon. Run install.py with such a Python, or check what pip's index "
        "offers.",
        package=package,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
    )


_MISSING = (
    r"No matching distribution found for (\S+)|no wheels? with a|there is no version of (\S+)"
    r"|Because (\S+) was not found in"
)
"""pip's words and uv's for a package that no index has for this machine."""

_SENTENCES: tuple[tuple[str, Callable[[Mapping[str, object]], Text]], ...] = (
    (
        r"^\s*(?P<which>\S+==\S+|\S+\.whl)\b.*:\n\s+Expected sha256"
        r"|Hash mismatch for `(?P<other>[^`]+)`",
        lambda gaps: Text(
            "A downloaded package ({which}{other}) is not the one Impasto was tested with: its "
            "hash is wrong. Try again on another network, without a proxy or package index of "
            "your own.",
            **gaps,
        ),
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch",
        lambda gaps: Text(
            "A downloaded package is not the one Impasto was tested with: its hash is wrong. Try "
            "again on another network, without a proxy or package index of your own.",
            **gaps,
        ),
    ),
    (
        r"ssl module (in Python )?is not available",
        lambda gaps: Text(
            "This Python ({python}) has no ssl, without which nothing can be downloaded: run "
            "install.py with another, such as the system's own python3.",
            **gaps,
        ),
    ),
    (
        r"WinError 225|contains a virus",
        lambda gaps: Text(
            "The antivirus stopped a package as suspicious: have it leave {prefix} alone, {then}",
            **gaps,
        ),
    ),
    (
        r"WinError 206|filename or extension is too long|Windows Long Path support"
        rf"|\[Errno 2\] No such file or directory: '[A-Z]:[^']{{{_LONG},}}'",
        lambda gaps: Text(
            "A file's path becomes longer than Windows takes: choose a short folder such as "
            "--prefix C:\\Impasto, or have an administrator allow long paths, {then}",
            **gaps,
        ),
    ),
    (
        r"(?:WinError (?:5|32|33)\]|\[Errno 13\]|Permission denied)[^\n]*?'(?P<file>[^'\n]+)'"
        r"|(?P<other>WinError (?:5|32|33)\])",
        lambda gaps: Text(
            "A file can't be written ({file}{other}): end Krita, GIMP and whatever else may use "
            "it, see that {prefix} is yours, have an antivirus leave it alone, {then}",
            **gaps,
        ),
    ),
    (
        r"Errno 30\]|Read-only file system",
        lambda gaps: Text(
            "The disk is read-only: choose a folder on another with --prefix DIR.",
            **gaps,
        ),
    ),
    (
        r"No space left on device|Errno 28|WinError 112|not enough space|Errno 122|quota exceeded",
        lambda gaps: Text(
            "The disk is full: make room in {prefix} (or use --prefix on another), {then}",
            **gaps,
        ),
    ),
    (
        r"\b407 (?:Proxy Auth|Client Error)|Proxy Authentication Required|\(407\b",
        lambda gaps: Text(
            "The proxy wants a name and a password: write both into the variable HTTPS_PROXY, as "
            "http://NAME:PASSWORD@HOST:PORT, {then}",
            **gaps,
        ),
    ),
    (
        r"certificate has expired|certificate is not yet valid",
        lambda gaps: Text(
            "The package index's certificate is said to be out of date: set this machine's "
            "clock, {then}",
            **gaps,
        ),
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|ssl certificate|invalid peer certificate",
        lambda gaps: Text(
            "The package index's certificate was refused: where a company's proxy opens "
            "connections, name its certificate with 'pip config set global.cert FILE', else "
            "check this machine's clock, {then}",
            **gaps,
        ),
    ),
    (
        r"HTTP error (?P<status>40[13])\b|\b(?P<other>40[13]) Client Error|\((?P<third>40[13]) ",
        lambda gaps: Text(
            "The package index, or a firewall before it, refuses (error {status}{other}{third}): "
            "check pip's 'index-url' with its name and password, and what your network allows, "
            "{then}",
            **gaps,
        ),
    ),
    (
        r"HTTP error (?P<status>\d+)|\b(?P<other>40[0-9]|429|50[0-9]) (?:Client|Server) Error"
        r"|server error \((?P<third>\d+)",
        lambda gaps: Text(
            "The package index answered with error {status}{other}{third}: wait a little, {then}",
            **gaps,
        ),
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|getaddrinfo failed"
        r"|nodename nor servname|NewConnectionError|Failed to establish a new connection"
        r"|Connection refused|Network is unreachable|No route to host|ProxyError|ConnectTimeout"
        r"|ReadTimeout|timed out|Max retries exceeded|dns error|error sending request"
        r"|tcp connect error|Failed to fetch|Request failed after|Connection reset"
        r"|IncompleteRead|Connection broken|RemoteDisconnected",
        lambda gaps: Text(
            "The package index can't be reached: check the network or pip's proxy, {then}",
            **gaps,
        ),
    ),
    (
        r"MemoryError|Cannot allocate memory|Errno 12\]",
        lambda gaps: Text(
            "There is not enough memory: end other programs, {then}",
            **gaps,
        ),
    ),
)
"""What tells a failure in pip's words, Python's or a system's, and its sentence; the first that
fits counts, as one failure often brings others with it."""
