"""Draws the training pictures: a memory-mapped uint8 array and a table, one pair a size."""

import argparse
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from tqdm import tqdm

from recipe.scale import SCALES, SIZES, Scale
from recipe.split import STYLES, is_held_out
from recipe.sprite import Entry, place, read_pack
from recipe.styles import GROUNDS, draw


@dataclass(frozen=True)
class Row:
    """A picture to draw: everything but its size."""

    code: str
    name: str
    artist: str
    style: str
    seed: int
    background: str = ""
    other: str = ""  # the code of a second object, to the right of the first
    other_name: str = ""
    second: str = ""  # a second style, mixed in half and half

    @property
    def is_pure(self) -> bool:
        """One object in one style."""
        return not self.other and not self.second

    @property
    def is_held_out(self) -> bool:
        """Whether any (object, style) pair in it is held out."""
        return any(is_held_out(name, style) for name in (self.name, self.other_name) if name
                   for style in (self.style, self.second) if style)


def generator(*parts: object) -> np.random.Generator:
    """A generator that depends on the parts alone, on any machine."""
    key = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return np.random.default_rng(int.from_bytes(key[:16], "little"))


def ground(style: str, rng: np.random.Generator) -> str:
    """A background colour that the style can have, or "" where it has its own."""
    return str(rng.choice(sorted(GROUNDS[style]))) if style in GROUNDS else ""


def named_entries(scale: Scale, entries: list[Entry]) -> list[Entry]:
    """The entries of the scale's named concepts, in the curriculum's order."""
    by_name = {entry.name: entry for entry in entries}
    return [by_name[name] for name in scale.named] if scale.named else entries


def plan(scale: Scale, entries: list[Entry], size: int) -> list[Row]:
    """The rows of one size, shuffled; the same for everyone."""
    renders, rows = scale.renders[size], []
    named, rng = named_entries(scale, entries), generator("plan", scale.name, size)
    for entry in named:
        for artist in renders.seeds.keys() & set(entry.artists):
            for style in STYLES:
                for seed in range(renders.seeds[artist]):
                    back = ground(style, generator("ground", entry.code, style, artist, seed))
                    rows.append(Row(entry.code, entry.name, artist, style, seed, back))
    for number in range(renders.others + renders.pairs + renders.blends):
        pool = entries if number < renders.others else named
        entry, style = pool[rng.integers(len(pool))], str(rng.choice(STYLES))
        artist = str(rng.choice(entry.artists)) if number < renders.others else "twemoji"
        row = {"code": entry.code, "name": entry.name, "artist": artist, "style": style,
               "seed": 1000 + number, "background": ground(style, rng)}
        if renders.others <= number < renders.others + renders.pairs:
            other = pool[rng.integers(len(pool))]
            row |= {"other": other.code, "other_name": other.name}
        elif number >= renders.others + renders.pairs:
            second = str(rng.choice([each for each in STYLES if each != style]))
            row |= {"second": second}
        rows.append(Row(**row))
    rows.sort(key=lambda row: tuple(asdict(row).values()))
    return [rows[index] for index in rng.permutation(len(rows))]


def side_by_side(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two sprites, each at half its size, in one canvas."""
    size = left.shape[0]
    canvas, top = np.zeros_like(left), size // 4
    for sprite, x in ((left, 0), (right, size - size // 2)):
        # Averaged with premultiplied alpha: transparent pixels have no colour to bleed.
        alpha = sprite[..., 3:]
        cells = np.concatenate([sprite[..., :3] * alpha, alpha], -1)
        cells = cells.reshape(size // 2, 2, size // 2, 2, 4).mean((1, 3))
        cells[..., :3] /= np.maximum(cells[..., 3:], 1e-6)
        canvas[top:top + size // 2, x:x + size // 2] = cells
    return canvas


def render(pack: Path, row: Row, size: int) -> np.ndarray:
    """The row's picture, uint8 (size, size, 3)."""
    # The same placement in every style: a blend lays two pictures of one object over each other.
    sprite = place(pack, row.code, row.artist, size, generator(row.code, row.artist, row.seed))
    if row.other:
        right = place(pack, row.other, row.artist, size, generator(row.other, row.artist, row.seed))
        sprite = side_by_side(sprite, right)
    image = draw(row.style, sprite, generator(row.code, row.style, row.artist, row.seed),
                 row.background)
    if row.second:
        rng = generator(row.code, row.second, row.artist, row.seed)
        after = draw(row.second, sprite, rng, ground(row.second, rng))
        image = np.round((image.astype(np.float32) + after) / 2).astype(np.uint8)
    return image


def _render(job: tuple[Path, Row, int, int]) -> tuple[int, np.ndarray]:
    pack, row, size, index = job
    return index, render(pack, row, size)


@dataclass(frozen=True)
class Set:
    """The pictures of one size, uint8 (n, size, size, 3), and their rows."""

    images: np.ndarray
    rows: list[Row]

    def indices(self, *, held_out: bool, pure: bool = True) -> np.ndarray:
        """Where the rows of one side of the split are."""
        return np.array([index for index, row in enumerate(self.rows)
                         if row.is_held_out == held_out and (row.is_pure or not pure)], np.int64)


def read_set(work: Path, size: int) -> Set:
    """The finished set of one size, its pictures mapped from disk."""
    folder = work / "renders" / str(size)
    rows = [Row(**row) for row in json.loads((folder / "table.json").read_text())]
    return Set(np.load(folder / "images.npy", mmap_mode="r"), rows)


def batches(done: np.ndarray, length: int = 256) -> Iterator[np.ndarray]:
    """The rows still to draw, in groups after each of which progress is on disk."""
    todo = np.flatnonzero(done == 0)
    for start in range(0, len(todo), length):
        yield todo[start:start + length]


def render_set(work: Path, scale: Scale, size: int, jobs: int) -> None:
    """Draws what is missing of one size; the table is written last and means that all is there."""
    rows, folder = plan(scale, read_pack(work / "pack"), size), work / "renders" / str(size)
    if (folder / "table.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shape, mode = (len(rows), size, size, 3), "r+" if (folder / "images.npy").exists() else "w+"
    open_map = np.lib.format.open_memmap
    images = open_map(folder / "images.npy", mode, None if mode == "r+" else np.uint8,
                      None if mode == "r+" else shape)
    mode = "r+" if (folder / "done.npy").exists() else "w+"
    done = open_map(folder / "done.npy", mode, None if mode == "r+" else np.uint8,
                    None if mode == "r+" else (len(rows),))
    bar = tqdm(desc=f"render {size}", total=len(rows), initial=int(done.sum()), mininterval=5)
    with Pool(jobs) as pool, bar:
        for group in batches(done):
            tasks = [(work / "pack", rows[index], size, int(index)) for index in group]
            for index, image in pool.imap_unordered(_render, tasks, chunksize=8):
                images[index] = image
                bar.update()
            images.flush()
            done[group] = 1
            done.flush()
    (folder / "table.json").write_text(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--scale", choices=SCALES, default="cpu")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    for each in arguments.sizes:
        render_set(arguments.work, SCALES[arguments.scale], each, arguments.jobs)
