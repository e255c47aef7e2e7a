"""A file unpacked into GIMP's folder of plug-ins, and from there it is a matter of the mouse.

Also where GIMP lies in a sandbox.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.storage.paths import Installation
from tests.setups import almost, earlier, imported

from .engines import end_worker
from .gimps import HERE, NOWHERE, Gimp, Job, Report, assert_one_layer_more, gimps, of, there
from .roots import Root
from .sandboxes import Sandbox


def _boxed() -> list[Gimp]:
    """The oldest once more, as Flatpak runs it.

    Later ones load their icons by programs that they ask Flatpak itself to start.
    """
    return [
        Gimp(Sandbox(gimp.root, "org.gimp.GIMP"), gimp.version)
        for gimp in gimps()[:1]
        if isinstance(gimp.root, Root)
    ]


class NewJob(Job):
    """A profile with what a person has unpacked; of the engine, what takes long to fetch."""

    def __init__(self, gimp: Gimp, installation: Installation, folder: Path) -> None:
        home = folder / "home"
        if isinstance(gimp.root, Sandbox):
            within = gimp.root.own(home)
            data, profile = within / "data", within / "config/GIMP" / gimp.version
        else:
            data, profile = home / ".local/share", folder / "profile"
        own = almost(installation, Installation(data / "impasto"))
        earlier(home)
        opened = folder / "opened"
        opened.mkdir()
        super().__init__(gimp, own, opened, home=home, profile=profile)
        shutil.rmtree(self.plugin)
        assert imported("gimp", self.plugin.parent) == self.plugin

    def _mounts(self) -> list[Path]:
        python = [Path(sys.prefix), Path(sys.base_prefix)]
        if isinstance(self.gimp.root, Sandbox):
            # Beside the application's own folder: the pictures, and the script that looks on.
            linked = {
                path.resolve() for path in (self.installation.weights, self.installation.gallery)
            }
            return [self.folder, self.pictures, HERE, *sorted(linked), *python]
        return [*super()._mounts(), self.profile, python[0]]


@pytest.fixture(scope="module", params=[*gimps(), *_boxed()] or NOWHERE, ids=str)
def arrived(
    request: pytest.FixtureRequest,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Report]:
    job = NewJob(there(request.param), installation, tmp_path_factory.mktemp("new"))
    yield job.run("gimp_new", windows=True)
    end_worker(job.installation)


def test_the_first_dialog_is_a_page_whose_window_may_be_closed(arrived: Report) -> None:
    said = of(arrived, "window_closed")
    assert said["page"] and not said["dialog"]
    assert said["began"]
    assert said["status"] == "cancel"
    assert said["after"] == said["before"]


def test_it_goes_on_and_then_the_dialog_appears_and_paints(arrived: Report) -> None:
    said = of(arrived, "arrived")
    assert said["whole"] and said["page_gone"] and said["preview"]
    assert_one_layer_more(said)


def test_the_dialog_leads_to_a_page_that_takes_all_of_it_away(arrived: Report) -> None:
    said = of(arrived, "removed")
    assert said["about"] and said["dialog_gone"] and said["gone"]
    assert said["status"] == "cancel"
    assert said["after"] == said["before"]
