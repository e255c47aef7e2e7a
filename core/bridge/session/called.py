"""What pictures and paintings are called where a person reads it: by the gallery's titles."""

from __future__ import annotations

from pathlib import Path, PurePath

from ..contract.methods import METHODS, REST, SELECTION
from ..contract.pastiches import NAMES
from ..contract.settings import Settings
from ..i18n.texts import tr
from .gallery import PASTICHES
from .painting import layer_name


def called(name: str, settings: Settings, gallery: Path) -> str:
    """The name of a painting's layer with the titles of styles that come with Impasto.

    Args:
        name: of its layer, which has the names of files.
        settings: how it was painted.
        gallery: the folder of those styles. What a person's own picture is called stays.
    """
    if name != layer_name(settings):
        return name  # a picture that only the host can name
    styles = [style for style in map(settings.style_of, (SELECTION, REST)) if style]
    if not METHODS[settings.method].from_pictures:
        return " + ".join(tr(style.capitalize()) if style in NAMES else style for style in styles)
    return " + ".join(file_title(style, gallery) for style in styles) or name


def file_title(path: str, gallery: Path) -> str:
    """What a picture is called: a person's own as its file; for ``gallery``, see above."""
    file = PurePath(path)
    ours = file.parent in (gallery, gallery / PASTICHES)
    return tr(file.stem.capitalize()) if ours else file.stem
