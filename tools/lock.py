"""Pin every package of pyproject.toml with its hashes: `requirements/run.lock`, `dev.lock`.

pip itself chooses the versions and names the hashes, from whatever sources it is set up to use; no
address of a source is written down.  The versions are chosen for this machine; the same versions'
files for the other platforms are asked for afterwards, so that one lock serves them all
(`--here` leaves that out).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = {
    "linux-x86_64": [f"manylinux_2_{n}_x86_64" for n in range(39, 4, -1)],
    "linux-aarch64": [f"manylinux_2_{n}_aarch64" for n in range(39, 16, -1)],
    "windows": ["win_amd64"],
    "mac": [f"macosx_{n}_0_{machine}" for n in range(15, 10, -1)
            for machine in ("arm64", "universal2")]
           + [f"macosx_10_{n}_universal2" for n in range(15, 8, -1)],
}
# The names wheels had before tags spoke of glibc.
OLDER = {"linux-x86_64": ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
         "linux-aarch64": ["manylinux2014_aarch64"]}
# pip judges markers by the machine it runs on, so these would be missed.
ELSEWHERE = {"colorama": 'sys_platform == "win32"', "pywin32-ctypes": 'sys_platform == "win32"'}
# They run on Linux only and are asked for there only.
LINUX_ONLY = {"jeepney", "secretstorage"}


@dataclass
class Pin:
    name: str
    version: str
    hashes: set[str] = field(default_factory=set)
    marker: str = ""

    def line(self) -> str:
        marker = f" ; {self.marker}" if self.marker else ""
        hashes = "".join(f" \\\n    --hash=sha256:{value}" for value in sorted(self.hashes))
        return f"{self.name}=={self.version}{marker}{hashes}\n"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wishes() -> tuple[list[str], list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"], project["optional-dependencies"]["dev"]


def resolve(requirements: list[str], *options: str) -> tuple[list[Pin], str]:
    """What pip would install, and what it said if it would not."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet",
             "--disable-pip-version-check", "--no-input", "--report", str(report), *options,
             *requirements],
            capture_output=True, text=True, check=False)
        if done.returncode:
            return [], done.stderr
        installs = json.loads(report.read_text(encoding="utf-8"))["install"]
    return [
        Pin(normal(item["metadata"]["name"]), item["metadata"]["version"],
            {item["download_info"]["archive_info"]["hashes"]["sha256"]})
        for item in installs
    ], ""


def gather(pins: dict[str, Pin], platform: str, python: str) -> None:
    """Add the hashes of the same versions' files for another platform."""
    wanted = [pin for pin in pins.values()
              if platform.startswith("linux") or pin.name not in LINUX_ONLY]
    tags = [f"--platform={tag}" for tag in PLATFORMS[platform] + OLDER.get(platform, [])]
    while wanted:
        with tempfile.TemporaryDirectory() as target:
            found, trouble = resolve(
                [f"{pin.name}=={pin.version}" for pin in wanted], "--no-deps",
                "--only-binary=:all:", f"--python-version={python}", f"--target={target}", *tags)
        if found:
            for pin in found:
                pins[pin.name].hashes |= pin.hashes
            return
        missing = re.search(r"No matching distribution found for ([\w.-]+)==", trouble)
        if missing is None:
            print(trouble[-600:], file=sys.stderr)
            return
        print(f"  {platform}, Python {python}: no file of {missing.group(1)}")
        wanted = [pin for pin in wanted if pin.name != normal(missing.group(1))]


def chosen(requirements: list[str]) -> dict[str, Pin]:
    pins, trouble = resolve(requirements, "--only-binary=:all:")
    if trouble:
        raise SystemExit(trouble)
    return {pin.name: pin for pin in pins}


def write(path: Path, pins: dict[str, Pin]) -> None:
    lines = (pins[name].line() for name in sorted(pins))
    path.write_text("# Made by `python3 dev.py lock` from pyproject.toml; do not edit.\n"
                    + "".join(lines), encoding="utf-8")
    print(f"{path.relative_to(ROOT)}: {len(pins)} packages")


def main() -> int:
    program, development = wishes()
    everything = chosen([*program, *development, *ELSEWHERE])
    for name, marker in ELSEWHERE.items():
        everything[name].marker = marker
    for name in LINUX_ONLY & everything.keys():
        everything[name].marker = 'sys_platform == "linux"'
    for platform in () if "--here" in sys.argv else PLATFORMS:
        for python in PYTHONS:
            print(f"{platform}, Python {python}", flush=True)
            gather(everything, platform, python)
    run = chosen([f"{pin.name}=={pin.version}" for pin in everything.values()
                  if pin.name in names_of(program)] + list(ELSEWHERE))
    FOLDER.mkdir(exist_ok=True)
    write(FOLDER / "dev.lock", everything)
    write(FOLDER / "run.lock", {name: everything[name] for name in run if name in everything})
    return 0


def names_of(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~ ;]", wish, maxsplit=1)[0]) for wish in requirements}


if __name__ == "__main__":
    raise SystemExit(main())
