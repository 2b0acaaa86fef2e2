"""Pictures of items: judged by their content and measures before anything is decoded, made small.

Pillow is imported on first use. Everything here is pure: do it in a job, then give the answer to
`set_picture`.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE, THUMB = 1600, 160
MOST_STORED = 4 * 1024 * 1024

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# frame headers that name the measures; C4, C8 and CC are tables
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made fit to be kept: at most 1600 pixels a side, and a PNG thumbnail of 160."""

    image: bytes
    thumbnail: bytes
    sha256: str


def read(path: str | Path) -> Picture:
    """Read and prepare a file. Refuses one that is too large without reading it, or no picture."""
    file = Path(path)
    try:
        if not file.is_file():
            raise Refused(N_("There is no file “{name}”."), field="picture", name=file.name)
        if file.stat().st_size > MOST_BYTES:
            raise _too_large(file.stat().st_size)
        data = file.read_bytes()
    except OSError as error:
        raise Refused(
            N_("“{name}” cannot be read."), field="picture", name=file.name
        ) from error
    return prepare(data)


def prepare(data: bytes) -> Picture:
    """Make a picture fit to be kept. Refuses what is no PNG or JPEG, too large, or damaged."""
    if len(data) > MOST_BYTES:
        raise _too_large(len(data))
    measured = measures(data)
    if measured is None:
        raise Refused(N_("This is not a PNG or JPEG picture."), field="picture")
    width, height = measured
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise Refused(
            N_("The picture has {width} × {height} pixels, more than can be used."),
            field="picture", width=width, height=height,
        )  # fmt: skip
    picture = _decoded(data)
    image, thumbnail = _fit(picture, SIDE), _fit(picture, THUMB)
    stored = _encoded(image)
    return Picture(stored, _png(thumbnail), hashlib.sha256(stored).hexdigest())


def check(picture: Picture) -> None:
    """Refuse bytes that `prepare` would not have answered; decodes nothing."""
    image, thumbnail = measures(picture.image), measures(picture.thumbnail)
    if (
        image is None or thumbnail is None or max(image) > SIDE or max(thumbnail) > THUMB
        or not picture.thumbnail.startswith(_PNG)
        or len(picture.image) + len(picture.thumbnail) > MOST_STORED
    ):  # fmt: skip
        raise Refused(N_("This is not a PNG or JPEG picture."), field="picture")


def measures(data: bytes) -> tuple[int, int] | None:
    """Width and height as the header of a PNG or JPEG says; None for anything else."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    return _jpeg_measures(data) if data.startswith(_JPEG) else None


def _jpeg_measures(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + length
    return None


def _too_large(size: int) -> Refused:
    mega = 1024 * 1024
    return Refused(
        N_("The picture is {size} MB; at most {most} MB can be used."),
        field="picture", size=-(-size // mega), most=MOST_BYTES // mega,
    )  # fmt: skip


def _decoded(data: bytes) -> Image:
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.format == "JPEG":  # decode no larger than needed
                picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError):
        raise Refused(N_("The picture is damaged."), field="picture") from None
    transparent = "A" in upright.getbands() or "transparency" in upright.info
    return upright.convert("RGBA" if transparent else "RGB")


def _fit(picture: Image, side: int) -> Image:
    from PIL import Image

    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def _encoded(picture: Image) -> bytes:
    """PNG where something is transparent, else JPEG; nothing of the file but its pixels."""
    if picture.mode == "RGBA":
        whole = _png(picture)
        if len(whole) <= MOST_STORED // 2:
            return whole
        from PIL import Image

        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        picture = white
    out = BytesIO()
    picture.save(out, "JPEG", quality=86, optimize=True)
    return out.getvalue()


def _png(picture: Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
