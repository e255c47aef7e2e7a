"""A file unpacked into GIMP's folder of plug-ins, and from there it is a matter of the mouse."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.storage.paths import Installation
from tests.setups import almost, imported

from .engines import end_worker
from .gimps import Gimp, Job, Report, assert_one_layer_more, of


class NewJob(Job):
    """A profile with what a person has unpacked; of the engine, what takes long to fetch."""

    def __init__(self, gimp: Gimp, installation: Installation, folder: Path) -> None:
        own = Installation(folder / "home" / ".local/share/impasto")
        super().__init__(gimp, almost(installation, own), folder)
        shutil.rmtree(self.plugin)
        assert imported("gimp", self.plugin.parent) == self.plugin

    def _mounts(self) -> list[Path]:
        return [*super()._mounts(), Path(sys.prefix)]


@pytest.fixture(scope="module")
def arrived(
    gimp: Gimp, installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Report]:
    job = NewJob(gimp, installation, tmp_path_factory.mktemp("new"))
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
