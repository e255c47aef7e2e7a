"""Install packages into the environment: what the locks say, PyTorch's other builds, the engine."""

from __future__ import annotations

from pathlib import Path

from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.bridge.storage.whole import write_whole
from core.setup import lock, pythons
from core.setup.record import fingerprint
from core.setup.uv import NOTHING, Uv

_OF_ITS_OWN = Text(
    "PyTorch for this machine comes from an index of its own ('python3 install.py --no-cpu' takes "
    "the one from the usual index). "
)

_READY = ("--require-hashes", "--only-binary", ":all:")
"""Only what was built and hashed before: nothing of a package runs while it is installed."""

# A pin with its hash is the same file wherever it comes from, so the first index does not count
# more than others.
_ANY_INDEX = ("--index-strategy", "unsafe-best-match")


class Packages:
    """The packages of one environment."""

    def __init__(self, installation: Installation, uv: Uv) -> None:
        self._installation = installation
        self._uv = uv
        self._into = ("--python", str(installation.python))

    def install_lock(self, requirements: Path) -> None:
        """Install exactly what a lock says: wheels only, each with its hash.

        Raises:
            ImpastoError: it failed; the text says why and what to do.
        """
        # The lock is whole: nothing is left to resolve. Bytecode is left to the first import, by uv
        # as it is: the engine imports 1100 of 6500 modules, and to compile all of them takes longer
        # than to unpack them.
        self._install("--no-deps", *_READY, *_ANY_INDEX, "-r", str(requirements))

    def pin_torch(
        self,
        pins: list[lock.Pin],
        kept: Path,
        source: tuple[str, ...],
        python: str | None = None,
    ) -> Path:
        """Ask PyTorch's own index for a build of the locked version, and for its hashes.

        That index alone knows their hashes, so no lock of ours can hold them: what it says the
        first time is kept, and from then on another file of the same version is refused.

        Args:
            pins: all of the lock.
            kept: the file of their hashes.
            source: uv's options that say which build.
            python: the program that it is for; by default the environment's.

        Returns:
            A lock of PyTorch and of all that this build needs beside what ours has.

        Raises:
            ImpastoError: as :meth:`install_lock`.
        """
        scratch = self._installation.prefix / "tmp"
        torch = [pin for pin in pins if pin.torch]
        wanted = lock.write(torch, scratch / "torch.txt", lambda pin: pin.requirement)
        beside = [pin for pin in pins if not pin.gpu_only]
        usual = lock.write(beside, scratch / "usual.txt", lambda pin: pin.requirement)
        program = python or str(self._installation.python)
        facts = pythons.ask(program)
        of = f"# {fingerprint(wanted, *source, facts and facts.version)}\n"
        if not kept.is_file() or not kept.read_text("utf-8").startswith(of):
            found = scratch / "torch-found.txt"
            found.unlink(missing_ok=True)  # uv would prefer what it says
            plain = ("--no-header", "--no-annotate", "-o", str(found))
            self._uv.run(
                *("pip", "compile", *source, "--python", program, "--only-binary", ":all:"),
                *("--generate-hashes", *plain, "-c", str(usual), str(wanted)),
                introduction=_OF_ITS_OWN,
            )
            names = {pin.name for pin in beside}
            theirs = [pin for pin in lock.read(found) if pin.name not in names]
            lock.write(theirs, found)
            write_whole(kept, of.encode() + found.read_bytes())
        return kept

    def install_torch(self, kept: Path, source: tuple[str, ...]) -> None:
        """Install what :meth:`pin_torch` has found.

        Raises:
            ImpastoError: as :meth:`install_lock`.
        """
        self._install("--no-deps", *_READY, *source, "-r", str(kept), introduction=_OF_ITS_OWN)

    def install_engine(self, checkout: Path) -> None:
        """Build and install a checkout, with what is in the environment already.

        Raises:
            ImpastoError: as :meth:`install_lock`.
        """
        alone = ("--no-deps", "--offline", "--no-build-isolation", "--reinstall")
        # By its name in full, uv would read some folders' as requirements or addresses.
        self._uv.run("pip", "install", *self._into, *alone, ".", folder=checkout)

    def drop(self, names: list[str]) -> None:
        """Have these packages fetched anew: files in the cache may be the very ones that broke."""
        if names and self._uv.cache.is_dir():
            self._uv.run("cache", "clean", *names)

    def _install(self, *arguments: str, introduction: Text = NOTHING) -> None:
        offline = ("--no-index",) if self._uv.no_index else ()
        self._uv.run("pip", "install", *self._into, *offline, *arguments, introduction=introduction)
