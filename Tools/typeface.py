"""Draws the letters of the server's charts into a Swift source file: Aileron Regular, which Pillow carries (CC0).

    python Tools/typeface.py

A glyph is a row of hexadecimal digits for each line of pixels, a digit a pixel: 0 for no ink, f for full. The last glyph
stands for every character that has none.
"""

import pathlib

from PIL import Image, ImageDraw, ImageFont

SIZE = 14
TARGET = pathlib.Path(__file__).resolve().parent.parent / "Sources" / "Charts" / "Glyphs.swift"
CHARACTERS = [chr(code) for code in range(32, 127)]

TEMPLATE = '''\
// swift-format-ignore-file
// Made by Tools/typeface.py from Aileron Regular, which is in the public domain (CC0).

/// The letters from the space to the tilde, and a box: a line of hexadecimal digits each, its rows one after the other.
enum Glyphs {{
    /// How many rows of pixels each has.
    static let height = {height}
    /// Ink in 0...f, `height` rows of as many pixels as the letter is wide.
    static let lines = """
{lines}
"""
}}
'''


def drawn(font: ImageFont.FreeTypeFont, character: str, height: int) -> str:
    """The digits of one letter."""
    width = max(1, round(font.getlength(character)))
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((0, 0), character, font=font, fill=255)
    return "".join(f"{round(value / 17):x}" for value in image.tobytes())


def box(font: ImageFont.FreeTypeFont, height: int) -> str:
    """The digits of the box for what has no letter."""
    width = round(font.getlength("n"))
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).rectangle((1, 4, width - 2, sum(font.getmetrics()) - 5), outline=255)
    return "".join(f"{round(value / 17):x}" for value in image.tobytes())


def main() -> None:
    font = ImageFont.load_default(SIZE)
    height = sum(font.getmetrics())
    lines = [drawn(font, character, height) for character in CHARACTERS] + [box(font, height)]
    TARGET.write_text(TEMPLATE.format(height=height, lines="\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
