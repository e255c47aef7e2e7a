"""Keeps what Dask says of itself in our log, and off a person's terminal."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_NAMES = ("distributed", "tornado", "bokeh", "dask")


@contextmanager
def quiet() -> Iterator[None]:
    """Inside the block, Dask's loggers have no handlers of their own."""
    import distributed  # noqa: F401 - which gives them some

    own = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)
           if name.split(".")[0] in _NAMES]  # fmt: skip
    before = [(logger, list(logger.handlers), logger.propagate) for logger in own]
    for logger in own:
        logger.handlers[:], logger.propagate = [], True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, handlers, propagate in before:
            logger.handlers[:], logger.propagate = handlers, propagate
