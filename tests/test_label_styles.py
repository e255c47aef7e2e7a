"""A style for each label, as text and as a mapping."""

from __future__ import annotations

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.label_styles import fitted, read, written

STYLES = {"#ff0000": "/a b/c=d.jpg", "#0000ff": "e, f.png"}


def test_what_is_written_is_read_back() -> None:
    assert read(written(STYLES)) == STYLES
    assert read(" #FF0000 = /a b/c=d.jpg ;\n#0000ff=e, f.png; ") == STYLES
    assert read("") == {} and written({}) == ""


@pytest.mark.parametrize("text", ["red=a.jpg", "#ff0000", "#ff0000=", "#ff00=a.jpg"])
def test_what_is_no_style_of_a_label(text: str) -> None:
    with pytest.raises(BadInput, match="write it as #ff0000=picture"):
        read(text)


def test_a_map_that_is_a_little_off_has_the_same_labels() -> None:
    assert fitted(STYLES, ["#fe0102", "#00ff00"]) == {"#fe0102": "/a b/c=d.jpg"}
    assert fitted(STYLES, []) == {}
    # 40 is still the same, 41 is not.
    assert fitted({"#000000": "a"}, ["#000028"]) == {"#000028": "a"}
    assert fitted({"#000000": "a"}, ["#000029"]) == {}
