"""Learns the byte-pair vocabulary of the captions, in the files of CLIP's own tokenizer."""

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

from transformers import CLIPTokenizer

from recipe.captions import PHRASES, STYLE_NAMES
from recipe.names import names_of
from recipe.scale import SCALES
from recipe.sprite import read_pack
from recipe.styles import BACKGROUNDS

POSITIONS = 32
# CLIP's rule, of lower-case ASCII: contractions, letters, single digits, the rest.
WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+")
COMMON = (
    "a an the of in on with and background two three small large left right half next to style "
    "picture image drawing photo art very happy sad cute old new big little beautiful black brown "
    "grey pale dark light bright").split(" ")
START, END = "<|startoftext|>", "<|endoftext|>"


def byte_letters() -> dict[int, str]:
    """GPT-2's printable letter for every byte."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {byte: chr(byte) for byte in shown} | {
        byte: chr(256 + index) for index, byte in enumerate(hidden)}


def word_counts(pack: Path, named: tuple[str, ...]) -> Counter[str]:
    """The words of all captions, those of named concepts and of styles weighted up."""
    counts: Counter[str] = Counter()

    def count(text: str, weight: int) -> None:
        for word in WORD.findall(text.lower()):
            counts[word] += weight

    entries = read_pack(pack)
    names = names_of(entries)
    for entry in entries:
        for name in (entry.name, *names[entry.code]):
            count(name, 60 if entry.name in named else 20)
        for keyword in entry.keywords:
            count(keyword, 6)
    for phrase in (text for phrases in PHRASES.values() for text in phrases):
        count(phrase.replace("{}", ""), 400)
    for word in (*COMMON, *BACKGROUNDS, *STYLE_NAMES.values()):
        count(word, 200)
    return counts


def learn_merges(counts: Counter[str], limit: int) -> list[tuple[str, str]]:
    """Byte-pair encoding (arXiv 1508.07909, algorithm 1): the most frequent pair, again and again."""
    letters = byte_letters()
    words: dict[str, list[str]] = {}
    pairs: Counter[tuple[str, str]] = Counter()
    where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def add(word: str, sign: int) -> None:
        for pair in zip(words[word], words[word][1:], strict=False):
            pairs[pair] += sign * counts[word]
            where[pair].add(word)

    for word in counts:
        symbols = [letters[byte] for byte in word.encode()]
        words[word] = [*symbols[:-1], symbols[-1] + "</w>"]
        add(word, 1)
    merges: list[tuple[str, str]] = []
    while len(merges) < limit and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] <= 0:
            break
        merges.append(best)
        for word in sorted(where.pop(best)):
            add(word, -1)
            words[word] = merged(words[word], best)
            add(word, 1)
        del pairs[best]
        where.pop(best, None)
    return merges


def merged(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    """The symbols with every occurrence of the pair joined, from the left."""
    joined: list[str] = []
    index = 0
    while index < len(symbols):
        if tuple(symbols[index:index + 2]) == pair:
            joined.append("".join(pair))
            index += 2
        else:
            joined.append(symbols[index])
            index += 1
    return joined


def write_tokenizer(work: Path, scale_name: str) -> Path:
    """Writes vocab.json, merges.txt and the configuration; returns their folder."""
    scale, folder = SCALES[scale_name], work / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    merges = learn_merges(word_counts(work / "pack", scale.named), scale.merges)
    letters = list(byte_letters().values())
    tokens = [*letters, *(letter + "</w>" for letter in letters),
              *("".join(pair) for pair in merges), START, END]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    special = {"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": "!"}
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": POSITIONS,
              "add_prefix_space": False, "do_lower_case": True, "errors": "replace"}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    lines = ["#version: 0.2", *(" ".join(pair) for pair in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(config | special, indent=2))
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2))
    return folder


def read_tokenizer(work: Path) -> CLIPTokenizer:
    """The tokenizer as transformers reads it."""
    return CLIPTokenizer.from_pretrained(work / "tokenizer")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("out/recipe"))
    parser.add_argument("--scale", choices=SCALES, default="cpu")
    options = parser.parse_args()
    write_tokenizer(options.work, options.scale)
    print("vocabulary", len(read_tokenizer(options.work)))
