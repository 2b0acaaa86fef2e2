"""Expat with every door shut that XML leaves open: no DTD, no entities, nothing from outside.

The refusals are those of defusedxml, which is a hard dependency: its pure-Python parser is too
slow for the cells of a sheet, so its guards are set here on the C parser that it wraps.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from defusedxml.common import (
    DefusedXmlException,
    DTDForbidden,
    EntitiesForbidden,
    ExternalReferenceForbidden,
)

from desktop_admin.i18n import N_
from desktop_admin.services.errors import Refused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from xml.parsers.expat import XMLParserType

CHUNK = 256 * 1024
DAMAGED = N_("The workbook is damaged and cannot be read.")
_FORBIDDEN = N_("The workbook contains XML that no real workbook has; it was not read.")


def parser() -> XMLParserType:
    """Make a parser that refuses document types, entities and references to other files."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.buffer_size = 64 * 1024
    made.StartDoctypeDeclHandler = _doctype
    made.EntityDeclHandler = _entity
    made.UnparsedEntityDeclHandler = _entity
    made.ExternalEntityRefHandler = _external
    return made


def feed(made: XMLParserType, container: zipfile.ZipFile, name: str) -> Iterator[None]:
    """Give the parser one part of the container, a piece at a time; refuses what is no XML."""
    for _piece in _pieces(made, container, name):
        yield


def grow(container: zipfile.ZipFile, name: str) -> Iterator[Element]:
    """Build the tree of a part and answer, after each piece of the file, what stands of it.

    The answer holds the root of the part as its only child; whoever reads takes finished elements
    out, so that memory stays flat.  Each piece goes through the guarded parser first; only what
    passed reaches the C tree builder, which has no guards of its own but is several times faster
    than handlers written in Python.
    """
    builder = TreeBuilder()
    above = builder.start("", {})
    growing = XMLParser(target=builder)
    for chunk in _pieces(parser(), container, name):
        growing.feed(chunk)
        yield above


def _pieces(made: XMLParserType, container: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    try:
        with container.open(name) as part:
            while chunk := part.read(CHUNK):
                made.Parse(chunk, False)
                yield chunk
        made.Parse(b"", True)
    except DefusedXmlException as error:
        raise Refused(_FORBIDDEN) from error
    except (
        expat.ExpatError,
        ParseError,
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise Refused(DAMAGED) from error


def tree(container: zipfile.ZipFile, name: str) -> Element:
    """Parse a small part whole, by defusedxml."""
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(container.read(name), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused(_FORBIDDEN) from error
    except (ParseError, zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError) as error:
        raise Refused(DAMAGED) from error
    return root


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def _doctype(name: str, system: str | None, public: str | None, has_internal: bool) -> None:
    raise DTDForbidden(name, system, public)


def _entity(name: str, *declared: Any) -> None:
    raise EntitiesForbidden(name, None, None, None, None, None)


def _external(context: str, base: str | None, system: str | None, public: str | None) -> int:
    raise ExternalReferenceForbidden(context, base, system, public)
