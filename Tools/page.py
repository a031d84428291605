"""Turns the files of page/ into the Swift source that the server embeds.

    python Tools/page.py [--check]

A source file of string literals for the reason that Tools/openapi.py gives. `--check` only says whether it is up to date.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "page"
TARGET = ROOT / "Sources" / "Service" / "PageFiles.swift"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

TEMPLATE = '''\
// swift-format-ignore-file
// Made from page/ by Tools/page.py: change those files and run `make page`.

extension PageRoute {{
    /// The files of the page, by name.
    static let files: [String: File] = [
{files}
    ]
}}
'''
FILE = '        "{name}": File(type: "{type}", tag: "{tag}", text: {text}),'


def render() -> str:
    """The Swift source for the page as it stands."""
    files = []
    for path in sorted(SOURCE.iterdir()):
        text = path.read_text(encoding="utf-8")
        literal = json.dumps(text, ensure_ascii=False)  # its escapes mean the same to Swift
        if set(re.findall(r"\\(.)", literal)) - set('nt"\\\\'):
            raise SystemExit(f"{path.name} holds a control character")
        tag = hashlib.sha256(text.encode()).hexdigest()[:16]
        files.append(FILE.format(name=path.name, type=TYPES[path.suffix], tag=tag, text=literal))
    return TEMPLATE.format(files="\n".join(files))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    rendered = render()
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == rendered:
        return
    if arguments.check:
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what page/ holds: run make page")
    TARGET.write_text(rendered, encoding="utf-8")


if __name__ == "__main__":
    main()
