"""Makes Tests/Golden/tokenizer: strings and the ids that transformers' fast CLIPTokenizer gives for them.

    python Tools/golden_tokenizer.py [BPE_SIMPLE_VOCAB_16E6.TXT.GZ --cases N --output FOLDER]

The argument is the file of that name in the PyPI package open_clip_torch 3.3.0 (MIT licence): OpenAI's vocabulary; without
it, the merges that are there already are taken.
Made with transformers 5.23.0 and tokenizers 0.23.3. Writes:

clip/          merges.txt of OpenAI's vocabulary, and the two configuration files of openai/clip-vit-large-patch14;
               vocab.json follows from the merges, so the test builds it.
cases.bin      for each case: length of the text in bytes (uint32), the text in UTF-8; then for the vocabularies emoji
               and clip: number of ids without truncation (uint32), number of ids kept (uint16), the ids (uint16).
               Little-endian; begin and end tokens are counted and stored, padding is not.
variants.json  other configurations of the emoji vocabulary: the files to add, the texts, and the padded ids.
"""

import argparse
import gzip
import json
import random
import shutil
import struct
import tempfile
import unicodedata
from pathlib import Path

from transformers import CLIPTokenizer

ROOT = Path(__file__).resolve().parent.parent
EMOJI_FILES = ROOT / "weights/diffusion/emoji/tokenizer"
EMOJI_JSON = ROOT / "weights/clip/emoji"
CLIP_MERGES = 49152 - 256 - 2  # open_clip/tokenizer.py, SimpleTokenizer.__init__

SPECIAL = ["<|startoftext|>", "<|endoftext|>", "!"]
WHITESPACE = [chr(c) for c in (9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200E),
                               0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF, 0x180E)]
WORDS = """a watercolor painting of fox panda neon sign rocket flat illustration pixel art pop blueprint woodcut the
astronaut riding horse highly detailed cinematic lighting octane render 4k 8K masterpiece Greg Rutkowski naïve café
jalapeño Ångström Übermensch ŒUVRE straße STRASSE İstanbul DIYARBAKIR ΟΔΥΣΣΕΥΣ ὈΔΥΣΣΕΎΣ ΣΊΣΥΦΟΣ Москва ЁЛКА 東京タワー
東京 北京 서울특별시 한국어 สวัสดี नमस्ते கணினி עִבְרִית العَرَبِيَّة ﷽ ქართული ᲥᲐᲠᲗᲣᲚᲘ ⵜⵉⴼⵉⵏⴰⵖ ＦＵＬＬＷＩＤＴＨ ﬁne ﬀ ǅ ǈ ẞ K Å Ω ℵ ⅷ Ⅷ ⓐ Ⓐ
don't DON'T we're I'VE it's IT'S he'd she'll I'm o'clock 'tis ’s can’t rock'n'roll 'Sup ''s 's' x'll've""".split()
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'T", "'RE", "'Ve", "'M", "'lL", "'D", "’s", "ʼs", "'", "''", "'x"]
EMOJI = ["😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "❤️", "🇫🇷", "1️⃣", "🧑🏿‍🚀", "🫠", "🪿", "🫩", "©️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "♾", "⚧️"]


def of_category(prefixes):
    return [chr(c) for c in range(0x110000)
            if not 0xD800 <= c < 0xE000 and unicodedata.category(chr(c)).startswith(prefixes)]


MARKS = of_category(("Mn", "Mc"))
NUMBERS = of_category(("N",))
LETTERS = of_category(("L",))
SYMBOLS = of_category(("P", "S"))
OTHERS = of_category(("C", "Z"))
CASED = [c for c in LETTERS if c.lower() != c or c.upper() != c]
DECOMPOSED = [chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and unicodedata.decomposition(chr(c))
              and not unicodedata.decomposition(chr(c)).startswith("<")]
JAMO = [chr(c) for c in (*range(0x1100, 0x1200), *range(0xA960, 0xA97D), *range(0xD7B0, 0xD7FC))]
SYLLABLES = [chr(c) for c in range(0xAC00, 0xD7A4)]
NOT_YET_NORMALIZED = [0x8D3, 0x9FE, 0x1DF7, 0x1ABF, 0x10D24, 0x1E000, 0x1E944, 0x11938, 0x16121, 0x105C9, 0xF73, 0xF75,
                      0xF81, 0x344, 0x6FE, 0xA7CB, 0x1C89, 0x88F, 0xA7CE, 0x16EA0, 0x10D4A, 0x1ACF]


def cases(random, count):
    """Texts of all kinds, each kind as often as the others."""
    def some(values, low, high):
        return "".join(random.choice(values) for _ in range(random.randint(low, high)))

    def spaced(values, low, high):
        return "".join(random.choice(values) + random.choice(["", " ", random.choice(WHITESPACE)])
                       for _ in range(random.randint(low, high)))

    def random_case(text):
        return "".join(random.choice([c.lower(), c.upper(), c]) for c in text)

    def scalar(low, high):
        while True:
            c = random.randint(low, high)
            if not 0xD800 <= c < 0xE000:
                return chr(c)

    blocks = [c for c in range(0, 0x110000, 0x80) if any(unicodedata.name(chr(x), "") for x in range(c, c + 0x80))]
    kinds = [
        lambda: spaced(WORDS, 1, 6),
        lambda: random_case(spaced(WORDS, 1, 5)),
        lambda: " ".join(random.choice(WORDS) for _ in range(random.randint(1, 9))) + random.choice([".", ",", "!", "?", ""]),
        lambda: some([chr(c) for c in range(128)], 0, 24),
        lambda: some([scalar(0x80, 0x2FF) for _ in range(9)], 1, 12),
        lambda: some([scalar(0, 0xFFFF) for _ in range(9)], 1, 9),
        lambda: some([scalar(0x10000, 0x10FFFF) for _ in range(9)], 1, 6),
        lambda: (lambda block: some([scalar(block, block + 0x7F) for _ in range(9)], 1, 9))(
            random.choice([b for b in blocks if b != 0xD800])),
        lambda: some(EMOJI, 1, 3) + random.choice(["", " cat", "s"]),
        lambda: some([random.choice("aeioqÅêçαиか") for _ in range(3)] + [random.choice(MARKS) for _ in range(5)], 2, 9),
        lambda: some([random.choice(DECOMPOSED)] + [random.choice(MARKS) for _ in range(3)], 1, 8),
        lambda: unicodedata.normalize(random.choice(["NFD", "NFKD", "NFC"]), some(DECOMPOSED, 1, 6)),
        lambda: some([random.choice(JAMO) for _ in range(6)] + [random.choice(SYLLABLES)], 1, 9),
        lambda: unicodedata.normalize("NFD", some(SYLLABLES, 1, 4)) + some(JAMO, 0, 2),
        lambda: some([chr(random.choice(NOT_YET_NORMALIZED)) for _ in range(4)] + ["q", "\u0345", "\u0334", "\u0301"], 1, 8),
        lambda: some([random.choice(NUMBERS) for _ in range(6)] + ["7", "a", " "], 1, 9),
        lambda: some([random.choice(LETTERS) for _ in range(6)], 1, 8),
        lambda: random_case(some(CASED, 1, 8)),
        lambda: some([random.choice(SYMBOLS) for _ in range(6)] + ["'", "s", "1"], 1, 9),
        lambda: some([random.choice(OTHERS) for _ in range(6)] + ["a", "'", "s"], 1, 8),
        lambda: some(WHITESPACE, 0, 5).join(random.choice(["a", "I", "1", "'s", ".", "é", "İ", "Σ"]) for _ in range(random.randint(1, 6))),
        lambda: "".join(random.choice(["don", "I", "x", "1", "é", " ", ".", "", "Ж"]) + random.choice(CONTRACTIONS)
                        for _ in range(random.randint(1, 5))),
        lambda: "".join(random.choice(SPECIAL + ["<|STARTOFTEXT|>", "<|EndOfText|>", "<|endoftext", "|>", "<|", "<", "end",
                                                 " ", "a", "é", ",", "e\u0301", "\u0301", "'s"])
                        for _ in range(random.randint(1, 7))),
    ]
    fixed = ["", " ", "\0", "a", "!", "!!", "a!b", "\u0130", "I\u0307", "\u03a3", "A\u03a3 \u03a3\u0301", "'", "\u200d",
             "\U0010ffff", "\ufffd", "\ufeffa", "a\u0300" * 40, "\u1100\u1161\u11a8", "<|startoftext|>a cat<|endoftext|>",
             "<|startoftext|><|endoftext|>!", "<|STARTOFTEXT|>!!", "x" * 300, "fox " * 200, "1" * 500, "." * 2000,
             "a" * 32000, "ab" * 2000, "q" + "\u0301\u0323" * 1000]
    fixed += [" ".join(random.choice(WORDS) for _ in range(random.randint(20, 120))) for _ in range(60)]
    return fixed + [kinds[index % len(kinds)]() for index in range(count)]


def clip_folder(vocabulary, output):
    """Writes OpenAI's tokenizer as its repository has it; returns a folder that has its vocab.json too."""
    source = gzip.open(vocabulary).read().decode() if vocabulary else (output / "merges.txt").read_text()
    lines = source.split("\n")[1:CLIP_MERGES + 1]
    characters = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in characters]
    alphabet = [chr(b) for b in characters] + [chr(256 + n) for n in range(len(others))]
    tokens = alphabet + [c + "</w>" for c in alphabet] + ["".join(line.split()) for line in lines] + SPECIAL[:2]
    assert len(tokens) == 49408 == len(set(tokens))

    def token(content):
        return {"content": content, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    begin, end = token(SPECIAL[0]), token(SPECIAL[1])
    typed = {"__type": "AddedToken"}
    configuration = {
        "unk_token": {**typed, **end}, "bos_token": {**typed, **begin}, "eos_token": {**typed, **end},
        "pad_token": SPECIAL[1], "add_prefix_space": False, "errors": "replace", "do_lower_case": True,
        "model_max_length": 77, "tokenizer_class": "CLIPTokenizer"}
    roles = {"bos_token": begin, "eos_token": end, "unk_token": end, "pad_token": SPECIAL[1]}
    output.mkdir(parents=True, exist_ok=True)
    (output / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
    (output / "tokenizer_config.json").write_text(json.dumps(configuration, indent=1) + "\n")
    (output / "special_tokens_map.json").write_text(json.dumps(roles, indent=1) + "\n")
    folder = Path(tempfile.mkdtemp())
    shutil.copytree(output, folder, dirs_exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({token: index for index, token in enumerate(tokens)}))
    return folder


def variants():
    """Configurations that folders out there have, or might."""
    def token(content, **flags):
        return {"content": content, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
                "special": False, **flags}
    roles = {"bos_token": SPECIAL[0], "eos_token": SPECIAL[1], "unk_token": SPECIAL[1], "pad_token": SPECIAL[1]}
    config = "tokenizer_config.json"
    special = "special_tokens_map.json"
    yield "no configuration but a length", "files", {config: {"model_max_length": 12}, special: {}}
    yield "an unlimited length", "files", {config: {**roles, "model_max_length": int(1e30)}, special: roles}
    yield "normalised roles", "files", {
        config: {**roles, "model_max_length": 16},
        special: {**roles, "bos_token": token(SPECIAL[0], normalized=True), "eos_token": token(SPECIAL[1], normalized=True)}}
    yield "a stripping padding token", "files", {
        config: {"model_max_length": 16},
        special: {**roles, "pad_token": token("!", lstrip=True, rstrip=True)}}
    yield "textual inversion tokens", "files", {
        config: {"model_max_length": 24}, special: {**roles, "pad_token": "!"},
        "added_tokens.json": {"<cat-toy>": 3914, "<Midjourney Style>": 3915, "Fox": 3916}}
    yield "listed added tokens", "files", {
        config: {**roles, "model_max_length": 24, "pad_token": "<pad>", "extra_special_tokens": ["<extra>", "<EXTRA>"],
                 "mask_token": "<mask>", "added_tokens_decoder": {
                     "3913": token(SPECIAL[1], special=True), "3912": token(SPECIAL[0], special=True, normalized=True),
                     "3914": token("Neon  Sign", normalized=True, single_word=True),
                     "3915": token("cat", single_word=True, lstrip=True), "3916": token("\u00c9t\u00e9", normalized=True),
                     "3917": token("cat fox", rstrip=True), "3918": token("<pad>", special=True)}},
        special: {"pad_token": "ignored"}}
    yield "listed added tokens, in one file", "json", {
        config: {**roles, "model_max_length": 20, "pad_token": "!", "extra_special_tokens": [
            {"__type": "AddedToken", **token("<Style>", normalized=True)}]}}
    yield "roles only in one file", "json", {config: {"model_max_length": 9, "tokenizer_class": "CLIPTokenizerFast"}}


VARIANT_TEXTS = [
    "", "a cat", "A CAT!  <|startoftext|> fox <|STARTOFTEXT|> !", "a cat fox cats bobcat cat  ", "<cat-toy> a fox, Fox fox <CAT-TOY>",
    "a <Midjourney Style> fox<midjourney style>", "neon  sign NEON SIGN neon signs a neon sign.", "\u00c9T\u00c9 e\u0301te\u0301 \u00e9t\u00e9",
    "<pad> <mask><extra><EXTRA> <style> <STYLE>x", "a ! b!c !\t!", "<|endoftext|><|endoftext|>", "fox\u0301 cat\u0301 _cat cat_ \u200dcat",
    " ".join(["fox"] * 40), "<|EndOfText|>s <|endoftext|>s"]


def encoded(folder, texts, length=None):
    """The padded ids, and the number of ids without truncation."""
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    length = length or tokenizer.model_max_length
    totals = [len(ids) for ids in tokenizer(texts).input_ids]
    return tokenizer(texts, padding="max_length", max_length=length, truncation=True).input_ids, totals, length


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("vocabulary", nargs="?")
    parser.add_argument("--cases", type=int, default=11270)
    parser.add_argument("--seed", type=int, default=20240712)
    parser.add_argument("--output", type=Path, default=ROOT / "Tests/Golden/tokenizer")
    arguments = parser.parse_args()

    clip = clip_folder(arguments.vocabulary, arguments.output / "clip")
    texts = cases(random.Random(arguments.seed), arguments.cases)
    emoji = encoded(EMOJI_FILES, texts)
    assert emoji == encoded(EMOJI_JSON, texts)
    results = [emoji, encoded(clip, texts)]
    with open(arguments.output / "cases.bin", "wb") as file:
        for index, text in enumerate(texts):
            data = text.encode()
            file.write(struct.pack("<I", len(data)) + data)
            for ids, totals, length in results:
                count = min(totals[index], length)
                file.write(struct.pack(f"<IH{count}H", totals[index], count, *ids[index][:count]))

    records = []
    for name, form, files in variants():
        folder = Path(tempfile.mkdtemp())
        sources = [EMOJI_JSON / "tokenizer.json"] if form == "json" else [EMOJI_FILES / "vocab.json", EMOJI_FILES / "merges.txt"]
        for source in sources:
            shutil.copy(source, folder)
        for file, content in files.items():
            (folder / file).write_text(json.dumps(content))
        ids, totals, length = encoded(folder, VARIANT_TEXTS, 10 if name == "an unlimited length" else None)
        records.append({"name": name, "form": form, "files": files, "length": length, "ids": ids, "totals": totals})
    text = json.dumps({"texts": VARIANT_TEXTS, "variants": records}, separators=(",", ":"))
    (arguments.output / "variants.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")


if __name__ == "__main__":
    main()
