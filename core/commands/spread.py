"""Options of commands whose work can be spread over processes and machines."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.bridge.contract.errors import BadInput
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.cluster import addresses
from core.cluster.addresses import Certificates
from core.commands.named import named

if TYPE_CHECKING:
    from core.cluster.pool import Pool

MOST = 256
"""Processes of one machine."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare where the work goes."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="paint in so many processes, each with a GPU of its own where there are several",
    )
    where.add_argument(
        "--cluster",
        metavar="tls://HOST:8786",
        help="paint on the machines of this Dask scheduler, which see the same disk",
    )
    for option, what in (
        ("ca-file", "whose certificates are believed"),
        ("cert", "of this machine"),
        ("key", "of --tls-cert"),
    ):
        parser.add_argument(
            f"--tls-{option}",
            type=named,
            metavar="FILE",
            help=f"for --cluster, {what}; default: as Dask's own configuration says",
        )


def asked(options: argparse.Namespace) -> bool:
    """Whether the work is to be spread.

    Raises:
        BadInput: it can't be.
    """
    if options.workers is None and options.cluster is None:
        return False
    if options.workers is not None and not 1 <= options.workers <= MOST:
        raise BadInput(
            "--workers is between 1 and {most}, not {count}.", most=MOST, count=options.workers
        )
    if options.cluster is not None:
        addresses.check(options.cluster)
    addresses.require_dask()
    return True


def settings_of(options: argparse.Namespace, settings: Settings) -> Settings:
    """The settings of what is spread: processes of one machine share its processors."""
    if options.workers is None or settings.threads:
        return settings
    return replace(settings, threads=max(1, (os.cpu_count() or 1) // options.workers))


@contextmanager
def pool(
    options: argparse.Namespace, settings: Settings, installation: Installation
) -> Iterator[Pool]:
    """The workers that were asked for. Raises as :mod:`core.cluster.pool` does."""
    from core.cluster import pool
    from core.engine.networks import Networks

    if options.cluster is not None:
        files = Certificates(options.tls_ca_file, options.tls_cert, options.tls_key)
        with pool.at(options.cluster, files) as found:
            yield found
        return
    device = Networks.of(installation).device(settings.device).type
    with pool.here(options.workers, device) as found:
        yield found
