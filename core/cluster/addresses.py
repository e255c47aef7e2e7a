"""Where a cluster is, and by which certificates it is spoken to."""

from __future__ import annotations

import importlib.util
import ipaddress
import re
import ssl
from pathlib import Path
from typing import Any, NamedTuple

from core.bridge.contract.errors import INSTALLATION, BadInput

_ADDRESS = re.compile(r"(?P<way>\w+)://(?P<host>\[[^\]]+\]|[^:/\[\]]+):(?P<port>\d{1,5})/?")


class Certificates(NamedTuple):
    """Files of PEM; None is what Dask's own configuration says (distributed.comm.tls).

    Attributes:
        authority: whose certificates are believed.
        own: the certificate of this machine.
        key: of that.
    """

    authority: Path | None = None
    own: Path | None = None
    key: Path | None = None


def require_dask() -> None:
    """Raise BadInput where the extra is not installed."""
    if importlib.util.find_spec("distributed") is None:
        raise BadInput(
            "--workers and --cluster need Dask, which is not installed: run 'python3 install.py "
            "--cluster'.",
            code=INSTALLATION,
        )


def check(address: str) -> None:
    """Check what a person calls a scheduler.

    Raises:
        BadInput: it is no address, or what is sent there could be read and changed on its way.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or found["way"] not in ("tls", "tcp"):
        raise BadInput(
            "'{address}' is no scheduler's address: write it as tls://HOST:8786.", address=address
        )
    if found["way"] == "tcp" and not _here(found["host"].strip("[]")):
        raise BadInput(
            "{address} is another machine, to which nothing goes without TLS: start its scheduler "
            "with certificates, and write tls://{host}:{port}.",
            address=address,
            host=found["host"],
            port=found["port"],
        )


def security(address: str, given: Certificates) -> Any:
    """Dask's security settings for an address that was checked; None for a plain one.

    Raises:
        BadInput: a certificate is missing, or can't be read.
    """
    if not address.startswith("tls://"):
        return None
    from distributed import Security

    files = {
        "tls_ca_file": given.authority,
        "tls_client_cert": given.own,
        "tls_client_key": given.key,
    }
    named = {name: str(path) for name, path in files.items() if path is not None}
    found = Security(require_encryption=True, **named)
    if not (found.tls_ca_file and found.tls_client_cert):
        raise BadInput(
            "{address} needs certificates: give --tls-ca-file, --tls-cert and --tls-key, or write "
            "them into Dask's configuration (distributed.comm.tls).",
            address=address,
        )
    try:
        found.get_connection_args("client")
    except (OSError, ssl.SSLError, ValueError) as error:
        raise BadInput(
            "The certificates can't be used ({reason}): check --tls-ca-file, --tls-cert and "
            "--tls-key.",
            reason=str(error),
        ) from error
    return found


def _here(host: str) -> bool:
    """Whether a name can only be this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
