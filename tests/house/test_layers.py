"""Who may import whom."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import grimp
import pytest

from tests.house import source

# What the floor of the database may know of the services above it.
BELOW_DATABASE = ("database", "rules", "topics", "errors", "permissions", "codec")

LINT = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(source.PACKAGE, include_external_packages=True, cache_dir=None)


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=source.ROOT, capture_output=True, check=False,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(source.ROOT), "PYTHONIOENCODING": "utf-8"})
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_rules_import_the_standard_library_only(graph: grimp.ImportGraph) -> None:
    rules = f"{source.PACKAGE}.services.rules"
    allowed = sys.stdlib_module_names
    strangers = [
        f"{module} imports {imported}"
        for module in sorted({rules} | graph.find_descendants(rules))
        for imported in graph.find_modules_directly_imported_by(module)
        if not imported.startswith(rules) and imported.split(".")[0] not in allowed
    ]
    assert not strangers, "\n".join(strangers)


def test_the_database_knows_no_service(graph: grimp.ImportGraph) -> None:
    services = f"{source.PACKAGE}.services"
    floor = f"{services}.database"
    allowed = tuple(f"{services}.{name}" for name in BELOW_DATABASE)
    strangers = [
        f"{module} imports {imported}"
        for module in sorted({floor} | graph.find_descendants(floor))
        for imported in graph.find_modules_directly_imported_by(module)
        if imported.startswith(f"{services}.") and not imported.startswith(allowed)
    ]
    assert not strangers, "\n".join(strangers)


def test_only_the_database_says_which_engine() -> None:
    said = []
    for name in source.python_files(source.PACKAGE):
        if name.startswith(f"{source.PACKAGE}/services/database/"):
            continue
        # Comparing with an engine's name is a branch; Sql(..., postgresql=...) is not.
        for node in ast.walk(source.tree(name)):
            if isinstance(node, ast.Compare):
                said += [f"{name}:{node.lineno}" for part in [node.left, *node.comparators]
                         if isinstance(part, ast.Constant)
                         and part.value in {"sqlite", "postgresql"}]
    assert not said, "\n".join(said)
