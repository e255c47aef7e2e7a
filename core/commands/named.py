"""Files and folders that a person names on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path


def named(text: str) -> Path:
    """A path as an option's type. An empty one would be the folder that the person is in, and is
    what a shell makes of a variable that is not set.
    """
    if not text:
        raise argparse.ArgumentTypeError("it is empty: name a file or a folder")
    return Path(text)
