"""Turns openapi.yaml into the Swift source that the server embeds.

    python Tools/openapi.py [--check]

A source file, because a string literal compiles in no time; SwiftPM's `.embedInCode` writes an array of bytes, which
takes the compiler ten seconds. `--check` only says whether the file is up to date.
"""

import argparse
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "openapi.yaml"
TARGET = ROOT / "Sources" / "Service" / "OpenAPIDocument.swift"

TEMPLATE = '''\
// swift-format-ignore-file
// Made from openapi.yaml by Tools/openapi.py: change that file and run `make openapi`.

/// The contract as it is served.
enum OpenAPIDocument {{
    static let json = #"""
{json}
"""#
}}
'''


def render() -> str:
    """The Swift source for the contract as it stands."""
    document = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if '"""#' in text:
        raise SystemExit('openapi.yaml holds """#, which ends a Swift literal')
    return TEMPLATE.format(json=text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    rendered = render()
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == rendered:
        return
    if arguments.check:
        sys.exit(f"{TARGET.relative_to(ROOT)} is not what openapi.yaml says: run make openapi")
    TARGET.write_text(rendered, encoding="utf-8")


if __name__ == "__main__":
    main()
