"""Has a running server draw the contact sheets of the README and of the model card.

    python3 Tools/contact_sheet.py styles docs/contact-sheet.png [--server http://127.0.0.1:8080] [--seed 7]
    python3 Tools/contact_sheet.py sizes docs/sizes.png
    python3 Tools/contact_sheet.py blends docs/blends.png
    python3 Tools/contact_sheet.py can docs/can.png

`styles` is every style by ten things at 256 px; `sizes` one prompt at 64, 128, 256 and 512 px; `blends` two styles and
what lies between them; `can` eight pictures of each generator, all at 128 px. Beneath each picture: the style that the
server's CLIP sees, and the ambiguity of its posterior.
"""

import argparse
import base64
import io
import json
import urllib.request
from dataclasses import dataclass

from PIL import Image, ImageDraw

THINGS = ["a fox", "a panda", "an owl", "a butterfly", "a sunflower", "a red apple", "a house", "a sailboat", "a rocket",
          "a guitar"]
STYLES = ["a flat illustration of {}", "pixel art of {}", "a watercolor painting of {}", "an oil painting of {}",
          "a pencil sketch of {}", "a stained glass window of {}", "a pop art print of {}", "a woodcut print of {}",
          "a neon sign of {}", "a blueprint of {}", "a pointillist painting of {}", "a chalk drawing of {}"]
SIZES = [64, 128, 256, 512]
BLENDS = [("a fox", "watercolor", "neon"), ("a house", "pixel art", "oil painting"),
          ("a butterfly", "stained glass", "blueprint"), ("a sailboat", "woodcut", "pop art")]
CAPTION = 14
CAN_SIDE, CAN_COUNT = 128, 8


@dataclass(frozen=True)
class Server:
    """Where pictures are drawn, and from which seed."""

    url: str
    seed: int

    def draw(self, prompt, size):
        """One picture with its caption beneath it."""
        body = {"prompt": prompt, "size": f"{size}x{size}", "seed": self.seed, "scorers": ["clip"]}
        return self.captioned(self.ask("/v1/images/generations", body)[0], size)

    def draw_can(self, size, count):
        """Pictures of a generator, shown at the first size."""
        body = {"size": f"{size}x{size}", "n": count, "seed": self.seed, "scorers": ["clip"]}
        return [self.captioned(item, CAN_SIDE) for item in self.ask("/v1/gan/images", body)]

    def ask(self, path, body):
        """The images of an answer."""
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)["data"]

    @staticmethod
    def captioned(item, size):
        """A picture at a size, with what the CLIP says beneath it."""
        cell = Image.new("RGB", (size, size + CAPTION), "white")
        picture = Image.open(io.BytesIO(base64.b64decode(item["b64_json"])))
        cell.paste(picture if picture.width == size else picture.resize((size, size), Image.Resampling.LANCZOS), (0, 0))
        score = item["scores"][0]
        label = f"{score['top'][0]['label'][:17]} {score['ambiguity']:.2f}"
        ImageDraw.Draw(cell).text((2, size + 1), label, fill="black")
        return cell


def rows_of(kind, server):
    """The sheet's rows of captioned pictures, one after the other."""
    if kind == "sizes":
        yield [server.draw("a watercolor painting of a fox", size) for size in SIZES]
    elif kind == "blends":
        for thing, one, other in BLENDS:
            prompts = [f"{thing}, {one}", f"{thing}, half {one}, half {other}", f"{thing}, {other}"]
            yield [server.draw(prompt, 128) for prompt in prompts]
    elif kind == "can":
        for size in SIZES:
            yield server.draw_can(size, CAN_COUNT)
    else:
        for style in STYLES:
            yield [server.draw(style.format(thing), 256) for thing in THINGS]


def laid_out(rows):
    """Rows of pictures as one page, every picture at the bottom of its row."""
    width = max(sum(cell.width for cell in row) for row in rows)
    heights = [max(cell.height for cell in row) for row in rows]
    page = Image.new("RGB", (width, sum(heights)), "white")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left, top = 0, top + height
        for cell in row:
            page.paste(cell, (left, top - cell.height))
            left += cell.width
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["styles", "sizes", "blends", "can"])
    parser.add_argument("output")
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = []
    for row in rows_of(arguments.kind, Server(arguments.server, arguments.seed)):
        rows.append(row)
        print(f"row {len(rows)}", flush=True)
    page = laid_out(rows)
    if arguments.kind == "styles":  # 2,560 px wide: half of it is what a page shows
        page = page.resize((page.width // 2, page.height // 2), Image.Resampling.LANCZOS)
    page.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(arguments.output, optimize=True)


if __name__ == "__main__":
    main()
