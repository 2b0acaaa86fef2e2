"""A picture in a rounded frame, scaled to fit; where there is none, an icon says so."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_admin.views import theme

MOST_PIXELS = 40_000_000


class ImageView(QWidget):
    """Takes bytes of PNG or JPEG; what is no picture, or too large a one, shows none."""

    def __init__(self, parent: QWidget | None = None, *, side: int = 160) -> None:
        super().__init__(parent)
        self._side, self._image = side, QImage()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def set_bytes(self, data: bytes | None) -> bool:
        """Show a picture; says whether it could be read."""
        self._image = read_image(data) if data else QImage()
        self.update()
        return not self._image.isNull()

    def set_image(self, image: QImage) -> None:
        """Show a picture made elsewhere."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        """Answer a square."""
        side = theme.current().px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        path = QPainterPath()
        path.addRoundedRect(frame, 8, 8)
        painter.fillPath(path, QColor(look.colours["sunken"]))
        painter.setClipPath(path)
        if self._image.isNull():
            side = look.px(min(32, self._side // 3))
            picture = theme.pixmap("image", look.colours["faint"], side, 2)
            box = QRectF(0, 0, side, side)
            box.moveCenter(frame.center())
            painter.drawPixmap(box, picture, QRectF(picture.rect()))
        else:
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            box = QRectF(0, 0, size.width(), size.height())
            box.moveCenter(frame.center())
            painter.drawImage(box, self._image)
        painter.end()


def read_image(data: bytes) -> QImage:
    """Read PNG or JPEG bytes; a null image for anything else or beyond 40 million pixels."""
    from PySide6.QtCore import QBuffer  # rarely needed

    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if bytes(reader.format().data()) not in (b"png", b"jpeg", b"jpg", b"webp"):
        return QImage()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    return reader.read()
