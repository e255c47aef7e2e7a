"""Where packages come from: pip's settings, which people and companies have, in uv's words."""

from __future__ import annotations

import ast
import os
import ssl
from collections.abc import Mapping
from pathlib import Path

from core.bridge.storage.platform import here

_WORDS = {
    "index-url": ("UV_DEFAULT_INDEX",),
    "extra-index-url": ("UV_EXTRA_INDEX_URL",),
    "find-links": ("UV_FIND_LINKS",),
    "no-index": ("UV_NO_INDEX",),
    "trusted-host": ("UV_INSECURE_HOST",),
    "cert": ("SSL_CERT_FILE",),
    "client-cert": ("SSL_CLIENT_CERT",),
    "timeout": ("UV_HTTP_TIMEOUT",),
    "default-timeout": ("UV_HTTP_TIMEOUT",),
    "proxy": ("HTTPS_PROXY", "HTTP_PROXY"),
}
"""uv's variables for each setting of pip."""

_BY_COMMAS = ("UV_FIND_LINKS",)
"""Where uv takes several values between commas; pip has them between blanks, as uv elsewhere."""

_LEFT = (
    *("UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
    *("UV_INSECURE_HOST", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_KEYRING_PROVIDER", "UV_OFFLINE"),
    *("UV_HTTP_", "UV_CONCURRENT_", "UV_CACHE_DIR", "UV_LINK_MODE", "UV_REQUEST_TIMEOUT"),
    *("UV_PYTHON_INSTALL_MIRROR", "UV_PYTHON_DOWNLOADS", "UV_PYTHON_CACHE_DIR"),
)
"""Beginnings of uv's variables that say where packages come from and how. Those that say what is
installed, and where to, are ours to set."""


def pips_settings(told: str, variables: Mapping[str, str]) -> dict[str, str]:
    """pip's settings by name: variables before files, the command's own before those of all.

    Args:
        told: what ``pip config list`` prints; empty where there is no pip.
        variables: of the process.
    """
    found: dict[str, tuple[int, str]] = {}

    def take(rank: int, name: str, value: str) -> None:
        if rank >= found.get(name, (0, ""))[0]:
            found[name] = rank, value

    for line in told.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.strip().rpartition(".")
        try:
            text = str(ast.literal_eval(value))
        except (ValueError, SyntaxError):
            continue
        if section in _SECTIONS:
            take(_SECTIONS.index(section) + 1, name, text)
    for variable, value in variables.items():
        if variable.upper().startswith("PIP_"):
            take(len(_SECTIONS) + 1, variable[4:].lower().replace("_", "-"), value)
    return {name: value for name, (_, value) in found.items()}


_SECTIONS = ("global", "download", "install")


_OF_ANOTHER = ("platform", "python-version", "implementation", "abi")
"""pip's settings by which it fetches for another computer, or another Python, than this one."""


def for_this_machine(settings: Mapping[str, str]) -> dict[str, str]:
    """Variables by which pip fetches for this machine, whatever else its files of settings say.

    Nothing where they don't ask for anything else; else the files count no more, and what they say
    of where packages come from is said by variables.

    Args:
        settings: of pip, by name.
    """
    if not any(name in settings for name in _OF_ANOTHER):
        return {}
    kept = {name: value for name, value in settings.items() if name not in _OF_ANOTHER}
    told = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in kept.items()}
    return {**told, "PIP_CONFIG_FILE": os.devnull}


def without_others(environment: Mapping[str, str]) -> dict[str, str]:
    """The same variables, without those that say what :func:`for_this_machine` leaves out."""
    left = {f"PIP_{name.upper().replace('-', '_')}" for name in _OF_ANOTHER}
    return {name: value for name, value in environment.items() if name.upper() not in left}


def variables(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """The variables uv is run with: the user's, and what pip's settings say where those don't.

    Args:
        settings: of pip, by name.
        environment: the user's variables.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith("UV_") or name.upper().startswith(_LEFT)
    }
    # Files of uv's settings may send packages elsewhere. pip, which fetches uv, does without them.
    kept["UV_NO_CONFIG"] = "true"
    if kept.get("UV_LINK_MODE") == "symlink":
        del kept["UV_LINK_MODE"]  # to what is removed once the set-up is whole
    for setting, names in _WORDS.items():
        values = [value for value in settings.get(setting, "").split() if _there(value)]
        for name in names if values else ():
            kept.setdefault(name, ("," if name in _BY_COMMAS else " ").join(values))
    if _system_has_certificates():
        kept.setdefault("UV_SYSTEM_CERTS", "true")
    return kept


def _there(value: str) -> bool:
    """Whether a folder that is named as a source exists; pip passes over one that does not."""
    path = value[7:] if value.startswith("file://") else value
    return not path.startswith("/") or Path(path).exists()


def _system_has_certificates() -> bool:
    """A company's certificate is in the system's store, which pip uses too."""
    if here().windows or here().mac:
        return True
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile and Path(paths.cafile).is_file()) and "SSL_CERT_FILE" not in os.environ
