"""Barcodes on paper: bars on whole dots of the printer, with their quiet zones."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from desktop_admin.services.barcodes import QUIET_MODULES, Bars, Matrix
from desktop_admin.views.printing.blocks import Block
from desktop_admin.views.printing.letters import BLACK, Letters, Side, Style
from desktop_admin.views.printing.paper import MM

_QUIET_QR = 4


def _on_dots(painter: QPainter, length: float) -> float:
    """The length rounded down to whole dots of the device, at least one."""
    dots = painter.worldTransform().m11()
    return max(1, int(length * dots + 1e-6)) / dots


def _start(painter: QPainter, x: float) -> float:
    """The next whole dot at or after x."""
    matrix = painter.worldTransform()
    return (round(x * matrix.m11() + matrix.dx()) - matrix.dx()) / matrix.m11()


@dataclass(frozen=True)
class Barcode(Block):
    """A Code 128 with its text below; modules are at most `module` mm and shrink to fit."""

    bars: Bars
    tall: float = 14.0
    module: float = 0.33
    style: Style | None = None
    side: Side = Side.CENTRE

    def _words(self, width: float) -> Letters:
        return Letters(self.bars.text, self.style or Style(9), width, side=self.side, most=2)

    def height(self, width: float) -> float:
        return (self.tall + 0.8) * MM + self._words(width).height

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        whole = self.bars.modules + 2 * QUIET_MODULES
        module = _on_dots(painter, min(self.module * MM, width / whole))
        spare = width - module * whole
        share = {Side.LEFT: 0.0, Side.CENTRE: 0.5, Side.RIGHT: 1.0}[self.side]
        quiet = module * QUIET_MODULES
        outdent = {Side.LEFT: -quiet, Side.CENTRE: 0.0, Side.RIGHT: quiet}[self.side]
        at = _start(painter, x + spare * share + quiet + outdent)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for place, count in enumerate(self.bars.widths):
            if place % 2 == 0:
                bar = QRectF(at, y, module * count, self.tall * MM)
                painter.fillRect(bar, QColor(BLACK))
            at += module * count
        painter.restore()
        self._words(width).paint(painter, x, y + (self.tall + 0.8) * MM)


@dataclass(frozen=True)
class Square(Block):
    """A QR symbol with its quiet zone, at most `mm` wide."""

    matrix: Matrix
    mm: float = 30.0
    side: Side = Side.CENTRE

    def height(self, width: float) -> float:
        return min(self.mm * MM, width)

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        whole = self.matrix.size + 2 * _QUIET_QR
        module = _on_dots(painter, min(self.mm * MM, width) / whole)
        share = {Side.LEFT: 0.0, Side.CENTRE: 0.5, Side.RIGHT: 1.0}[self.side]
        left = _start(painter, x + (width - module * whole) * share + module * _QUIET_QR)
        top = y + module * _QUIET_QR
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for row, bits in enumerate(self.matrix.rows):
            for column, dark in enumerate(bits):
                if dark:
                    at = QRectF(left + column * module, top + row * module, module, module)
                    painter.fillRect(at, QColor(BLACK))
        painter.restore()
