"""Simple shapes on a soft ground, drawn with Pillow: one motif per kind of thing, one palette per item."""

from __future__ import annotations

import hashlib
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from desktop_admin.services.catalog import Picture

SIDE, THUMB, SCALE = 480, 160, 2

# ground from, ground to, main, dark, light
_PALETTES = (
    ("#FBE9DF", "#F4C9AE", "#D9693E", "#A8442A", "#FFF5EC"),
    ("#E3F1EC", "#B4DAC9", "#2F8F74", "#1F6653", "#F3FBF7"),
    ("#E5ECFA", "#B9CBF0", "#3F66C4", "#2B4791", "#F4F7FE"),
    ("#FBF1D3", "#F2D890", "#D49A1C", "#9A6A0E", "#FFFBEC"),
    ("#F7E4EE", "#E9B8D2", "#BF4684", "#8C2C5E", "#FEF5FA"),
    ("#E8E6F8", "#C4BEEC", "#6A58C2", "#48399A", "#F7F6FE"),
    ("#E2F2F7", "#AFDAE8", "#2488A8", "#17627B", "#F2FAFD"),
    ("#EFEDE6", "#D3CDBD", "#7A6E58", "#544B3B", "#FBFAF6"),
)

_FITS = {"plant": 1, "tea": 1, "rice": 1, "beans": 7, "bear": 7, "cookie": 3, "honey": 3, "nuts": 0, "candle": 0}

# R rounded box x0 y0 x1 y1 r tone · E ellipse x0 y0 x1 y1 tone · O ring x0 y0 x1 y1 width tone ·
# P polygon points tone · L line x0 y0 x1 y1 width tone; all in hundredths of the side
_M: dict[str, tuple[tuple[Any, ...], ...]] = {
    "candle": (("R", 36, 44, 64, 80, 5, 0), ("R", 36, 56, 64, 68, 0, 2), ("L", 50, 44, 50, 36, 1.4, 1),
        ("P", (50, 20, 56, 31, 50, 37, 44, 31), 0), ("P", (50, 26, 53, 32, 50, 36, 47, 32), 2)),
    "cushion": (("P", (24, 30, 50, 34, 76, 30, 72, 54, 76, 78, 50, 74, 24, 78, 28, 54), 0),
        ("O", 40, 44, 60, 64, 2, 2), ("L", 33, 38, 44, 48, 1.4, 2), ("L", 67, 38, 56, 48, 1.4, 2),
        ("L", 33, 70, 44, 60, 1.4, 2), ("L", 67, 70, 56, 60, 1.4, 2)),
    "towel": (("R", 28, 30, 72, 46, 7, 0), ("R", 28, 44, 72, 60, 7, 1), ("R", 28, 58, 72, 74, 7, 0),
        ("L", 34, 38, 66, 38, 1.6, 2), ("L", 34, 66, 66, 66, 1.6, 2)),
    "plant": (("P", (36, 58, 64, 58, 60, 80, 40, 80), 1), ("R", 34, 54, 66, 61, 2, 0),
        ("E", 30, 28, 48, 52, 0), ("E", 52, 24, 72, 52, 0), ("E", 42, 18, 58, 46, 1),
        ("L", 50, 26, 50, 54, 1.2, 2)),
    "clock": (("E", 24, 24, 76, 76, 0), ("E", 30, 30, 70, 70, 2), ("L", 50, 50, 50, 36, 2.2, 1),
        ("L", 50, 50, 60, 55, 2.2, 1), ("E", 48, 48, 52, 52, 1)),
    "kettle": (("O", 56, 34, 82, 62, 4, 1), ("P", (34, 36, 62, 36, 70, 76, 26, 76), 0),
        ("R", 36, 29, 60, 37, 3, 1), ("L", 30, 62, 16, 40, 3.4, 0), ("L", 34, 60, 62, 60, 1.6, 2)),
    "mug": (("O", 56, 40, 80, 66, 5, 0), ("R", 26, 34, 64, 76, 7, 0), ("E", 26, 29, 64, 40, 1),
        ("E", 30, 31, 60, 38, 2), ("L", 34, 50, 34, 66, 2, 2)),
    "bowl": (("P", (22, 46, 78, 46, 70, 66, 60, 74, 40, 74, 30, 66), 0), ("E", 22, 40, 78, 52, 1),
        ("E", 27, 42, 73, 50, 2), ("R", 40, 73, 60, 78, 2, 1), ("L", 58, 44, 76, 20, 1.6, 1),
        ("L", 63, 45, 82, 23, 1.6, 1)),
    "bottle": (("R", 37, 30, 63, 82, 8, 0), ("R", 41, 17, 59, 31, 4, 1), ("R", 37, 52, 63, 58, 0, 2),
        ("L", 43, 38, 43, 48, 2, 2)),
    "pan": (("E", 18, 32, 64, 76, 1), ("E", 24, 37, 58, 70, 0), ("R", 60, 50, 90, 57, 3, 1),
        ("E", 34, 46, 48, 60, 2)),
    "knife": (("P", (20, 30, 55, 30, 55, 46, 32, 46), 1), ("R", 54, 30, 82, 39, 4, 0),
        ("P", (26, 58, 52, 58, 52, 70, 36, 70), 1), ("R", 51, 58, 74, 65, 3, 0)),
    "speaker": (("R", 32, 18, 68, 82, 9, 0), ("E", 39, 44, 61, 66, 2), ("E", 45, 50, 55, 60, 1),
        ("E", 43, 25, 57, 39, 2), ("E", 47, 29, 53, 35, 1)),
    "headphones": (("O", 24, 22, 76, 78, 5, 0), ("P", (20, 60, 80, 60, 80, 82, 20, 82), 9),
        ("R", 21, 48, 35, 74, 6, 1), ("R", 65, 48, 79, 74, 6, 1)),
    "watch": (("R", 42, 14, 58, 86, 4, 1), ("R", 33, 32, 67, 68, 9, 0), ("R", 38, 37, 62, 63, 5, 2),
        ("L", 50, 50, 50, 42, 2, 1), ("L", 50, 50, 57, 50, 2, 1)),
    "lamp": (("P", (40, 22, 60, 22, 72, 44, 28, 44), 0), ("L", 50, 44, 50, 74, 3, 1),
        ("R", 34, 73, 66, 79, 3, 1), ("E", 43, 42, 57, 50, 2)),
    "battery": (("R", 34, 20, 66, 80, 7, 0), ("R", 40, 28, 60, 40, 3, 2),
        ("P", (52, 46, 42, 62, 50, 62, 47, 74, 58, 57, 50, 57), 2)),
    "humidifier": (("P", (50, 34, 70, 62, 62, 80, 38, 80, 30, 62), 0), ("E", 30, 52, 70, 82, 0),
        ("E", 44, 66, 56, 76, 2), ("O", 42, 12, 52, 22, 1.6, 1), ("O", 50, 20, 60, 30, 1.6, 1)),
    "pot": (("R", 26, 30, 74, 78, 14, 0), ("R", 36, 48, 64, 68, 5, 2), ("R", 44, 56, 56, 60, 2, 1),
        ("L", 34, 38, 66, 38, 2, 2)),
    "tea": (("R", 26, 36, 74, 78, 3, 0), ("R", 22, 28, 78, 40, 3, 1), ("E", 40, 48, 60, 68, 2),
        ("P", (50, 51, 56, 58, 50, 65, 44, 58), 0)),
    "nuts": (("P", (32, 26, 68, 26, 72, 80, 28, 80), 0), ("R", 30, 22, 70, 30, 2, 1), ("E", 40, 44, 52, 60, 2),
        ("E", 50, 52, 62, 66, 2), ("E", 42, 60, 52, 70, 2)),
    "beans": (("E", 26, 34, 54, 70, 0), ("L", 40, 38, 40, 66, 2, 2), ("E", 50, 40, 76, 74, 1),
        ("L", 60, 45, 66, 70, 2, 2)),
    "cookie": (("E", 24, 26, 76, 78, 0), ("E", 36, 38, 44, 46, 1), ("E", 54, 34, 61, 41, 1),
        ("E", 58, 54, 66, 62, 1), ("E", 40, 58, 48, 66, 1), ("E", 49, 48, 54, 53, 1)),
    "honey": (("R", 30, 34, 70, 80, 9, 0), ("R", 33, 22, 67, 34, 3, 1), ("R", 36, 46, 64, 68, 3, 2),
        ("P", (50, 50, 57, 54, 57, 61, 50, 65, 43, 61, 43, 54), 0)),
    "rice": (("P", (30, 30, 70, 30, 75, 80, 25, 80), 0), ("R", 34, 20, 66, 32, 3, 1), ("E", 38, 44, 62, 68, 2),
        ("E", 45, 50, 51, 60, 1), ("E", 50, 53, 56, 63, 1)),
    "cream": (("R", 26, 44, 74, 76, 8, 0), ("R", 24, 30, 76, 46, 5, 1), ("L", 34, 60, 66, 60, 2, 2)),
    "tube": (("P", (34, 20, 66, 20, 61, 68, 39, 68), 0), ("R", 40, 68, 60, 82, 3, 1),
        ("L", 42, 32, 58, 32, 2, 2), ("L", 43, 40, 57, 40, 2, 2)),
    "pump": (("R", 34, 38, 66, 82, 8, 0), ("R", 46, 22, 54, 40, 1, 1), ("R", 32, 18, 56, 25, 3, 1),
        ("R", 39, 52, 61, 70, 3, 2)),
    "brush": (("R", 45, 38, 57, 84, 5, 0), ("R", 47, 16, 55, 40, 3, 1), ("R", 38, 17, 48, 32, 2, 2),
        ("E", 48, 50, 54, 56, 2)),
    "blocks": (("R", 24, 52, 48, 76, 3, 0), ("R", 52, 52, 76, 76, 3, 1), ("R", 38, 26, 62, 50, 3, 2),
        ("E", 31, 59, 41, 69, 2), ("P", (64, 57, 71, 70, 57, 70), 2), ("E", 45, 33, 55, 43, 0)),
    "book": (("P", (22, 30, 50, 36, 50, 78, 22, 72), 0), ("P", (78, 30, 50, 36, 50, 78, 78, 72), 1),
        ("L", 29, 42, 43, 45, 1.6, 2), ("L", 29, 51, 43, 54, 1.6, 2), ("L", 57, 45, 71, 42, 1.6, 2),
        ("L", 57, 54, 71, 51, 1.6, 2)),
    "bear": (("E", 24, 22, 42, 40, 1), ("E", 58, 22, 76, 40, 1), ("E", 26, 28, 74, 76, 0),
        ("E", 40, 52, 60, 68, 2), ("E", 38, 42, 44, 48, 1), ("E", 56, 42, 62, 48, 1), ("E", 46, 54, 54, 60, 1)),
    "pen": (("P", (30, 66, 62, 22, 72, 29, 40, 73), 0), ("P", (30, 66, 40, 73, 26, 80), 2),
        ("P", (58, 27, 68, 34, 72, 29, 62, 22), 1), ("P", (28, 74, 31, 76, 26, 80), 1)),
    "notebook": (("R", 30, 20, 72, 80, 4, 0), ("R", 30, 20, 39, 80, 4, 1), ("R", 46, 32, 65, 44, 2, 2),
        ("L", 46, 54, 65, 54, 1.6, 2), ("L", 46, 62, 60, 62, 1.6, 2)),
    "umbrella": (("E", 20, 24, 80, 84, 0), ("P", (18, 54, 82, 54, 82, 88, 18, 88), 9),
        ("E", 39, 24, 61, 84, 1), ("P", (38, 54, 62, 54, 62, 88, 38, 88), 9), ("L", 50, 20, 50, 74, 2, 1),
        ("O", 50, 68, 60, 80, 2, 1)),
    "bag": (("O", 38, 22, 62, 50, 3, 1), ("P", (28, 40, 72, 40, 77, 80, 23, 80), 0), ("R", 42, 54, 58, 66, 2, 2)),
    "chair": (("R", 30, 22, 38, 62, 2, 1), ("R", 30, 54, 72, 62, 3, 0), ("R", 38, 26, 44, 54, 2, 0),
        ("L", 36, 62, 30, 82, 3, 1), ("L", 66, 62, 72, 82, 3, 1), ("L", 36, 80, 68, 62, 2, 2)),
    "suitcase": (("R", 42, 14, 58, 32, 3, 1), ("R", 45, 18, 55, 32, 2, 9), ("R", 30, 28, 70, 78, 6, 0),
        ("L", 40, 34, 40, 72, 2, 2), ("L", 50, 34, 50, 72, 2, 2), ("L", 60, 34, 60, 72, 2, 2),
        ("E", 35, 77, 42, 84, 1), ("E", 58, 77, 65, 84, 1)),
    "voucher": (("R", 18, 34, 82, 68, 5, 0), ("E", 13, 46, 23, 56, 9), ("E", 77, 46, 87, 56, 9),
        ("L", 60, 37, 60, 65, 1.4, 2), ("E", 31, 42, 49, 60, 2),
        ("P", (40, 44, 43, 50, 48, 51, 44, 54, 45, 59, 40, 56, 35, 59, 36, 54, 32, 51, 37, 50), 0)),
    "ticket": (("P", (22, 44, 66, 24, 78, 54, 34, 74), 0), ("L", 34, 50, 44, 70, 1.4, 2),
        ("P", (50, 40, 62, 45, 54, 56), 2)),
    "gift": (("R", 26, 44, 74, 80, 3, 0), ("R", 22, 34, 78, 46, 3, 1), ("R", 46, 34, 54, 80, 0, 2),
        ("O", 32, 20, 50, 36, 3, 1), ("O", 50, 20, 68, 36, 3, 1)),
}  # fmt: skip


def picture(motif: str, n: int) -> Picture:
    """Draw a motif in the palette that fits it, else in the n-th."""
    palette = _PALETTES[_FITS.get(motif, n % len(_PALETTES))]
    large = Image.new("RGBA", (SIDE * SCALE, SIDE * SCALE), (0, 0, 0, 0))
    pen = ImageDraw.Draw(large)
    for part in _M.get(motif, _M["gift"]):
        _put(pen, part, palette, SIDE * SCALE / 100)
    shape = large.reduce(SCALE)
    small = shape.getchannel("A").reduce(4).point(lambda alpha: alpha * 60 // 255)
    shadow = small.filter(ImageFilter.GaussianBlur(3)).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    whole = _ground(palette).copy()
    whole.paste((40, 30, 30), (0, SIDE // 60), shadow)
    whole.paste(shape, (0, 0), shape)
    image, thumbnail = BytesIO(), BytesIO()
    whole.save(image, "JPEG", quality=86)
    whole.reduce(SIDE // THUMB).save(thumbnail, "PNG")
    return Picture(image.getvalue(), thumbnail.getvalue(), hashlib.sha256(image.getvalue()).hexdigest())


@cache
def _ground(palette: tuple[str, ...]) -> Image.Image:
    """A ground that darkens towards the lower right, with a lighter disc behind the shape."""
    mask = Image.linear_gradient("L").rotate(35, resample=Image.Resampling.BILINEAR, expand=True)
    side = min(mask.size) // 2
    middle = (mask.size[0] - side) // 2
    whole = (SIDE, SIDE)
    mask = mask.crop((middle, middle, middle + side, middle + side)).resize(whole, Image.Resampling.BILINEAR)
    ground = Image.composite(Image.new("RGB", whole, palette[1]), Image.new("RGB", whole, palette[0]), mask)
    disc = Image.new("L", (SIDE * SCALE, SIDE * SCALE), 0)
    ImageDraw.Draw(disc).ellipse([SIDE * SCALE * 0.13] * 2 + [SIDE * SCALE * 0.87] * 2, fill=90)
    ground.paste(Image.new("RGB", whole, palette[4]), (0, 0), disc.reduce(SCALE))
    return ground


def _put(pen: ImageDraw.ImageDraw, part: tuple[Any, ...], palette: tuple[str, ...], unit: float) -> None:
    kind, *rest, tone = part
    fill: Any = (0, 0, 0, 0) if tone == 9 else palette[2 + tone]
    if kind == "R":
        x0, y0, x1, y1, radius = rest
        pen.rounded_rectangle([x0 * unit, y0 * unit, x1 * unit, y1 * unit], radius * unit, fill=fill)
    elif kind == "E":
        pen.ellipse([value * unit for value in rest], fill=fill)
    elif kind == "O":
        *box, width = rest
        pen.ellipse([value * unit for value in box], outline=fill, width=int(width * unit))
    elif kind == "P":
        pen.polygon([value * unit for value in rest[0]], fill=fill)
    else:
        *ends, width = rest
        pen.line([value * unit for value in ends], fill=fill, width=int(width * unit))
