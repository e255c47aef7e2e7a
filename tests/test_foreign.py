"""Files that only a host reads: what is not what its ending says is never given to one."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.session.foreign import genuine
from core.bridge.session.gallery import ENDINGS, HOST_ENDINGS
from core.bridge.session.renditions import Renditions
from core.bridge.storage.paths import Installation

_SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect width="6"/></svg>'
_KRA = b"<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'krita.dtd'><DOC><IMAGE/></DOC>"


def _zip(main: str, text: bytes, packing: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr(main, text)
        archive.writestr("layers/layer2", b"pixels" * 50)
    return file.getvalue()


def _photoshop(version: int) -> bytes:
    head = struct.pack(">4sH6xHIIHH", b"8BPS", version, 3, 2, 2, 8, 3)
    layers = struct.pack(">IIQ" if version == 2 else ">III", 0, 4, 6)
    return head + layers[:8] + b"1234" + layers[8:] + b"layers" + bytes(14)


WHOLE = {
    "kra": _zip("maindoc.xml", _KRA),
    "krz": _zip("maindoc.xml", _KRA, zipfile.ZIP_DEFLATED),
    "ora": _zip("stack.xml", b"<image><stack/></image>"),
    "svg": _SVG,
    "svgz": gzip.compress(_SVG),
    "psd": _photoshop(1),
    "pdf": b"%PDF-1.7\n" + bytes(3000) + b"startxref\n9\n%%EOF\n",
    "xcf": b"gimp xcf v011\0" + bytes(50),
    "jxl": b"\xff\x0a" + bytes(50),
    "dng": b"II*\0\x08\0\0\0" + bytes(50),
    "cr3": b"\0\0\0\x18ftypcrx " + bytes(50),
    "raf": b"FUJIFILMCCD-RAW 0201" + bytes(50),
    "raw": b"anything",
}
MARKED = set(WHOLE) - {"raw"}
"""The kinds that can be told from nonsense."""
KEPT = {"xcf": 8, "jxl": 1, "dng": 3, "cr3": 9, "raf": 5}
"""How many bytes are left of a file that shows in no other place whether it is whole."""


@pytest.fixture
def looked_at(tmp_path: Path) -> Callable[[str, bytes], bool]:
    """Whether these bytes, under a name with that ending, are what it says."""

    def look(ending: str, data: bytes) -> bool:
        file = tmp_path / f"my work.{ending}"
        file.write_bytes(data)
        return genuine(file)

    return look


Look = Callable[[str, bytes], bool]


@pytest.mark.parametrize("ending", WHOLE)
def test_a_whole_file_is_genuine(looked_at: Look, ending: str) -> None:
    assert looked_at(ending, WHOLE[ending])
    assert looked_at(ending.upper(), WHOLE[ending])


@pytest.mark.parametrize("ending", sorted(MARKED))
def test_a_truncated_file_is_not(looked_at: Look, ending: str) -> None:
    data = WHOLE[ending]
    assert not looked_at(ending, data[: KEPT.get(ending, len(data) - 15)])
    assert not looked_at(ending, b"")


@pytest.mark.parametrize("ending", sorted({e[1:] for e in HOST_ENDINGS - ENDINGS} - {"raw"}))
def test_nonsense_is_not(looked_at: Look, ending: str) -> None:
    assert not looked_at(ending, b"nonsense" * 100)


@pytest.mark.parametrize("ending", ["kra", "ora", "svg", "svgz", "psd", "pdf"])
def test_another_kind_is_not(looked_at: Look, ending: str) -> None:
    for other in MARKED - {ending, "krz" if ending == "kra" else ""}:
        assert not looked_at(ending, WHOLE[other])


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_with_a_wrong_byte_is_not(looked_at: Look, packing: int) -> None:
    data = bytearray(_zip("maindoc.xml", _KRA, packing))
    at = data.index(b"layers/layer2") + len("layers/layer2") + 3
    data[at] ^= 0xFF
    assert not looked_at("kra", bytes(data))


def test_an_archive_without_its_document_is_not(looked_at: Look) -> None:
    assert not looked_at("kra", _zip("readme.xml", _KRA))
    assert not looked_at("kra", _zip("maindoc.xml", _KRA[:-6]))
    assert not looked_at("ora", WHOLE["kra"])


def test_a_drawing_has_the_root_of_one(looked_at: Look) -> None:
    assert looked_at("svg", b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>')
    assert looked_at("svg", _SVG.decode().encode("utf-16"))
    assert not looked_at("svg", b"<html><svg/></html>")


def test_a_drawing_may_name_its_namespaces_but_not_swell(looked_at: Look) -> None:
    declared = '<!DOCTYPE svg [<!ENTITY a "{}">{}]><svg xmlns="{}">&a;</svg>'
    namespace = "http://www.w3.org/2000/svg"
    assert looked_at("svg", declared.format(namespace, "", "&a;").encode())
    bomb = '<!ENTITY b "&a;&a;&a;">'
    assert not looked_at("svg", declared.format("ha", bomb, namespace).encode())
    assert not looked_at("svg", declared.format("ha" * 1000, "", namespace).encode())
    outside = '<!ENTITY b SYSTEM "file:///etc/passwd">'
    assert not looked_at("svg", declared.format("ha", outside, namespace).encode())


def test_a_large_document_of_photoshop_is_genuine(looked_at: Look) -> None:
    assert looked_at("psd", _photoshop(2))
    assert not looked_at("psd", _photoshop(2)[:-15])
    assert not looked_at("psd", _photoshop(3))


def test_a_host_is_asked_for_genuine_files_only_and_refuses_once(tmp_path: Path) -> None:
    asked = []

    def render(file: Path, place: Path) -> bool:
        asked.append(file.name)
        place.write_bytes(b"shown")
        return file.name != "strange.svg"

    renditions = Renditions(Installation(tmp_path / "prefix"), "Host", render)
    for name in ("good.svg", "strange.svg", "bad.svg"):
        (tmp_path / name).write_bytes(b"nonsense" if name == "bad.svg" else _SVG)
    assert Path(renditions.readable(str(tmp_path / "good.svg"))).read_bytes() == b"shown"
    for _ in range(2):
        for name in ("strange.svg", "bad.svg"):
            with pytest.raises(BadInput) as caught:
                renditions.readable(str(tmp_path / name))
            assert str(caught.value) == (
                f"Host can't read {tmp_path / name}: save it as a PNG, then choose that."
            )
    assert asked == ["good.svg", "strange.svg"]
