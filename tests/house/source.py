"""The tracked files of this tree, as the house tests read them."""

from __future__ import annotations

import ast
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "desktop_admin"


@functools.cache
def tracked() -> tuple[str, ...]:
    """Every file git knows or would add, as paths from the root."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):     # an unpacked archive
        listed = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()
                  and not any(part in {".venv", ".git"} for part in path.parts)]
    return tuple(sorted(name for name in listed if name and (ROOT / name).is_file()))


def python_files(*folders: str) -> list[str]:
    """Python files, of these folders or of all."""
    return [name for name in tracked() if name.endswith(".py")
            and (not folders or name.startswith(tuple(f"{folder}/" for folder in folders)))]


@functools.cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@functools.cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), filename=name)


def called(node: ast.Call) -> str:
    """The last part of the name of what is called: `i18n._(...)` is "_"."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def names(name: str) -> list[tuple[str, int]]:
    """Every identifier and attribute of a file, with its line."""
    found = []
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Attribute):
            found.append((node.attr, node.lineno))
        elif isinstance(node, ast.Name):
            found.append((node.id, node.lineno))
        elif isinstance(node, ast.alias):
            found += [(part, node.lineno) for part in node.name.split(".")]
    return found
