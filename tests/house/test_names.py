"""Names and files stand where the house expects them."""

from __future__ import annotations

import re

from tests.house import source

VAGUE = re.compile(r"(^|_)(manager|helper|util|utils|helpers|managers|misc|common)(_|$)")
MIRRORED = {"services/rules": "rules", "services": "services", "models": "models", "views": "views"}


def test_no_vague_modules() -> None:
    vague = [name for name in source.python_files()
             if any(VAGUE.search(part) for part in name.removesuffix(".py").split("/"))]
    assert not vague, "\n".join(vague)


def test_a_test_file_mirrors_a_source_file() -> None:
    """tests/services/test_members.py tells of services/members.py (or of a folder of that name)."""
    there = set(source.tracked())
    astray = []
    for place, tests in MIRRORED.items():
        for name in source.python_files(f"tests/{tests}"):
            path = name.removeprefix(f"tests/{tests}/").removesuffix(".py")
            within, _, last = path.rpartition("/")
            if not last.startswith("test_"):
                continue
            words = last.removeprefix("test_").split("_")
            stems = ["_".join(words[:length]) for length in range(len(words), 0, -1)]
            base = "/".join(filter(None, [source.PACKAGE, place, within]))
            # A long subject may be told in several files: test_lots.py, test_lots_grace.py;
            # views/widgets are told beside the views.
            if not any(f"{folder}/{stem}{end}" in there for stem in stems
                       for folder in (base, f"{base}/widgets") for end in (".py", "/__init__.py")):
                astray.append(f"{name}: no {base}/{stems[0]}.py")
    assert not astray, "\n".join(astray)
