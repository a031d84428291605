"""Has a running server draw a sheet of things by styles, with each picture's style ambiguity beneath it.

    python3 Tools/contact_sheet.py docs/contact-sheet.png [--server http://127.0.0.1:8080] [--size 128] [--seed 7]
"""

import argparse
import base64
import io
import json
import urllib.request

from PIL import Image, ImageDraw

THINGS = ["fox", "panda", "penguin", "frog", "butterfly", "rose", "sunflower", "cactus", "mushroom", "red apple",
          "pizza", "house", "sailboat", "rocket"]
STYLES = ["a flat illustration of a {}", "pixel art of a {}", "a watercolor painting of a {}",
          "a pop art print of a {}", "a neon sign of a {}", "a blueprint of a {}"]
CAPTION = 14


def draw(server, prompt, size, seed):
    """One picture and its score, as the server answers them."""
    body = {"prompt": prompt, "size": f"{size}x{size}", "seed": seed, "scorers": ["clip"]}
    request = urllib.request.Request(
        f"{server}/v1/images/generations", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as reply:
        item = json.load(reply)["data"][0]
    return Image.open(io.BytesIO(base64.b64decode(item["b64_json"]))), item["scores"][0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()

    cell = arguments.size + CAPTION
    sheet = Image.new("RGB", (arguments.size * len(THINGS), cell * len(STYLES)), "white")
    pen = ImageDraw.Draw(sheet)
    for row, style in enumerate(STYLES):
        for column, thing in enumerate(THINGS):
            picture, score = draw(arguments.server, style.format(thing), arguments.size, arguments.seed)
            left, top = column * arguments.size, row * cell
            sheet.paste(picture, (left, top))
            label = score["top"][0]["label"].removeprefix("a ").removeprefix("an ")
            pen.text((left + 2, top + arguments.size + 1), f"{label[:12]} {score['ambiguity']:.2f}", fill="black")
        print(f"{row + 1}/{len(STYLES)} {style}", flush=True)
    sheet.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(arguments.output, optimize=True)


if __name__ == "__main__":
    main()
