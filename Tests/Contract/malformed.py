"""Requests that must be refused, and how."""

import json
from dataclasses import dataclass, field

from images import base64_text, broken_jpegs, broken_pngs, jpeg, png, transparent

GENERATIONS = "/v1/images/generations"
SCORES = "/v1/scores"


@dataclass
class Malformed:
    """A request and the refusal that it must get; `place` is a pointer, or a parameter's name after `?`."""

    name: str
    path: str
    body: bytes
    status: int
    code: str
    place: str | None = None
    headers: dict = field(default_factory=lambda: {"Content-Type": "application/json"})
    method: str = "POST"


def raw(**fields: str) -> bytes:
    """A JSON object of raw values."""
    return ("{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}").encode()


def drawing(name: str, status: int, code: str, place: str | None, **fields: str) -> Malformed:
    """A generation request that is right but for raw fields."""
    everything = {"prompt": '"a fox"', "size": '"64x64"', "steps": "1", "scorers": "[]"}
    if "num_inference_steps" in fields:
        del everything["steps"]  # of the two names a request may use one
    return Malformed(f"generate {name}", GENERATIONS, raw(**everything | fields), status, code, place)


INTEGERS = {
    "n": (1, 10), "seed": (-1, 2**32 - 1), "steps": (1, 150), "num_inference_steps": (1, 150), "top_k": (1, 256),
    "output_compression": (0, 100), "partial_images": (0, 3), "deep_cache_interval": (1, 20),
}
REALS = {"guidance_scale": (0, 30), "cfg_scale": (0, 30), "eta": (0, 1), "temperature": (0.0001, 100)}
TEXTS = [
    "negative_prompt", "model", "size", "scheduler", "decoder", "response_format", "output_format", "quality", "style",
    "background", "moderation", "user", "safety_identifier", "complexity", "input_fidelity",
]
NOT_JSON = ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", str(2**63), str(-(2**63) - 1), "0x10", "01", "+1", ".5"]
NOT_NUMBERS = ['"4"', '""', "true", "[]", "{}", "[1]"]


def numbers() -> list[Malformed]:
    cases = []
    for name, (low, high) in INTEGERS.items():
        for value in [low - 1, high + 1, -(2**31), 2**53 + 1, 2**63 - 1, "1e308", "1e20"]:
            cases.append(drawing(f"{name}={value}", 400, "out_of_range", f"/{name}", **{name: str(value)}))
        for value in ["1.5", *NOT_NUMBERS]:
            cases.append(drawing(f"{name}={value}", 400, "wrong_type", f"/{name}", **{name: value}))
        for value in NOT_JSON:
            cases.append(drawing(f"{name}={value}", 400, "invalid_json", f"/{name}", **{name: value}))
    for name, (low, high) in REALS.items():
        for value in [low - 0.5, high + 0.5, -1, 2**63 - 1, "1e308", "-1e308"]:
            cases.append(drawing(f"{name}={value}", 400, "out_of_range", f"/{name}", **{name: str(value)}))
        for value in NOT_NUMBERS:
            cases.append(drawing(f"{name}={value}", 400, "wrong_type", f"/{name}", **{name: value}))
        for value in NOT_JSON:
            cases.append(drawing(f"{name}={value}", 400, "invalid_json", f"/{name}", **{name: value}))
    return cases


def texts() -> list[Malformed]:
    cases = []
    for name in TEXTS:
        for value in ["4", "true", "[]", "{}"]:
            cases.append(drawing(f"{name}={value}", 400, "wrong_type", f"/{name}", **{name: value}))
    for value in ["4", "[]", "{}", "true"]:
        cases.append(drawing(f"prompt={value}", 400, "wrong_type", "/prompt", prompt=value))
    return cases + [
        drawing("an empty prompt", 400, "out_of_range", "/prompt", prompt='""'),
        drawing("a null prompt", 400, "missing_field", "/prompt", prompt="null"),
        drawing("a prompt of 32001", 400, "too_long", "/prompt", prompt=json.dumps("x" * 32001)),
        drawing("a negative prompt of 32001", 400, "too_long", "/negative_prompt", negative_prompt=json.dumps("é" * 32001)),
        Malformed("generate no prompt", GENERATIONS, b'{"n": 1}', 400, "missing_field", "/prompt"),
        drawing("a scheduler nobody has", 400, "unsupported_value", "/scheduler", scheduler='"ddmi"'),
        drawing("a decoder nobody has", 400, "unsupported_value", "/decoder", decoder='"medium"'),
        drawing("a keep nobody has", 400, "unsupported_value", "/keep", keep='"best"'),
        drawing("a keep of 2 of 1", 400, "out_of_range", "/keep/best", keep='{"best": 2}', scorers='["clip"]'),
        drawing("a keep of 0", 400, "out_of_range", "/keep/best", keep='{"best": 0}', scorers='["clip"]'),
        drawing("a keep without best", 400, "missing_field", "/keep/best", keep='{"by": "clip"}', scorers='["clip"]'),
        drawing("a keep by nobody", 400, "unsupported_value", "/keep/by", keep='{"best": 1}'),
        drawing("a keep by another", 400, "unsupported_value", "/keep/by", keep='{"best": 1, "by": "gan"}', scorers='["clip"]'),
        drawing("a keep with more", 400, "unknown_field", "/keep/bye", keep='{"best": 1, "bye": "gan"}', scorers='["clip"]'),
        drawing("paths", 400, "unsupported_value", "/response_format", response_format='"path"'),
        drawing("webp", 400, "unsupported_value", "/output_format", output_format='"webp"'),
        drawing("gif", 400, "unsupported_value", "/output_format", output_format='"gif"'),
        drawing("a stream of urls", 400, "out_of_range", "/response_format", stream="true", response_format='"url"'),
        drawing("a stream in numbers", 400, "wrong_type", "/stream", stream="1"),
        drawing("no picture in a list", 400, "out_of_range", "/image", image="[]"),
        drawing("17 pictures", 400, "too_long", "/image", image=json.dumps([base64_text(png(8, 8))] * 17)),
        drawing("a broken second picture", 400, "invalid_image", "/image/1",
                image=json.dumps([base64_text(png(8, 8)), base64_text(png(8, 8)[:40])])),
        drawing("a stream in words", 400, "wrong_type", "/stream", stream='"false"'),
        drawing("an unknown model", 404, "model_not_found", "/model", model='"sdxl"'),
        drawing("a model outside the folder", 404, "model_not_found", "/model", model='"../../etc/passwd"'),
        drawing("a model without a name", 404, "model_not_found", "/model", model='""'),
        drawing("a very long model", 400, "too_long", "/model", model=json.dumps("m" * 300)),
        drawing("eta without DDIM", 400, "unsupported_value", "/eta", eta="0.5", scheduler='"euler"'),
        drawing("guidance from a number", 400, "wrong_type", "/guidance_interval", guidance_interval="0.5"),
        drawing("guidance from words", 400, "wrong_type", "/guidance_interval/1", guidance_interval='[0, "1"]'),
        drawing("guidance without an end", 400, "out_of_range", "/guidance_interval", guidance_interval="[0.5]"),
        drawing("guidance with two ends", 400, "too_long", "/guidance_interval", guidance_interval="[0, 0.5, 1]"),
        drawing("guidance before the start", 400, "out_of_range", "/guidance_interval/0", guidance_interval="[-0.1, 1]"),
        drawing("guidance beyond the end", 400, "out_of_range", "/guidance_interval/1", guidance_interval="[0, 1.1]"),
        drawing("guidance backwards", 400, "out_of_range", "/guidance_interval", guidance_interval="[0.8, 0.2]"),
        drawing("guidance on no interval", 400, "out_of_range", "/guidance_interval", guidance_interval="[0.5, 0.5]"),
        drawing("an interval without guidance", 400, "unsupported_value", "/guidance_interval",
                guidance_interval="[0.2, 0.8]", guidance_scale="1"),
        drawing("steps twice", 400, "out_of_range", "/num_inference_steps", steps="2", num_inference_steps="2"),
        drawing("guidance twice", 400, "out_of_range", "/cfg_scale", guidance_scale="2", cfg_scale="2"),
        drawing("seeds beyond the last", 400, "out_of_range", "/seed", seed=str(2**32 - 2), n="3"),
        drawing("too much work", 400, "out_of_range", "", size='"1024x1024"', n="10", steps="150"),
    ]


def sizes() -> list[Malformed]:
    wrong = [
        "", "64", "x", "64x", "x64", "0x0", "63x64", "64x63", "65x64", "64x100", "1032x64", "64x1025", "-64x64",
        "64x-64", "64X64", "64x64x64", " 64x64", "64x64 ", "64.0x64", "1e2x64", "99999x64", "64×64", "６４x６４",
        "9223372036854775808x64", "AUTO", "NaNxNaN",
    ]
    return [drawing(f"size {value!r}", 400, "out_of_range", "/size", size=json.dumps(value)) for value in wrong]


def fields() -> list[Malformed]:
    return [
        drawing("stepz", 400, "unknown_field", "/stepz", stepz="4"),
        drawing("Prompt", 400, "unknown_field", "/Prompt", Prompt='"x"'),
        drawing("sampler", 400, "unknown_field", "/sampler", sampler='"ddim"'),
        drawing("a name with a slash", 400, "unknown_field", "/a~1b~0c", **{"a/b~c": "1"}),
        drawing("an empty name", 400, "unknown_field", "/", **{"": "1"}),
        drawing("scorers as text", 400, "wrong_type", "/scorers", scorers='"clip"'),
        drawing("a scorer as number", 400, "wrong_type", "/scorers/0", scorers="[1]"),
        drawing("an unknown scorer", 404, "scorer_not_found", "/scorers/1", scorers='["clip", "clop"]'),
        drawing("a set nobody has", 404, "scorer_not_found", "/scorers/0", scorers='["kmeans:mine"]'),
        drawing("styles for centroids", 400, "unsupported_value", "/styles", styles='["a", "b"]', scorers='["gan"]'),
        drawing("a form for centroids", 400, "unsupported_value", "/form", form='"cosine"', scorers='["kmeans-text"]'),
        drawing("a form nobody has", 400, "unsupported_value", "/form", form='"euclid"', scorers='["clip"]'),
        drawing("a scorer twice", 400, "unsupported_value", "/scorers/1", scorers='["clip", "clip"]'),
        drawing("17 scorers", 400, "too_long", "/scorers", scorers=json.dumps(["clip"] * 17)),
        drawing("one style", 400, "out_of_range", "/styles", styles='["a"]', scorers='["clip"]'),
        drawing("an empty style", 400, "out_of_range", "/styles/1", styles='["a", ""]'),
        drawing("a style twice", 400, "out_of_range", "/styles/2", styles='["a", "b", "a"]'),
        drawing("a style as number", 400, "wrong_type", "/styles/0", styles="[1, 2]"),
        drawing("257 styles", 400, "too_long", "/styles", styles=json.dumps([str(i) for i in range(257)])),
        drawing("a style of 1001", 400, "too_long", "/styles/0", styles=json.dumps(["s" * 1001, "b"])),
        drawing("styles as number", 400, "wrong_type", "/styles", styles="3"),
        drawing("an unknown list", 400, "unsupported_value", "/styles", styles='"wikiart"', scorers='["clip"]'),
    ]


def documents() -> list[Malformed]:
    broken = {
        "nothing": (b"", ""),
        "spaces": (b"  \n ", ""),
        "an open brace": (b"{", ""),
        "an open string": (b'{"prompt": "a fox', "/prompt"),
        "a comma too many": (b'{"prompt": "a fox",}', ""),
        "two documents": (b'{"prompt": "a fox"} {}', ""),
        "single quotes": (b"{'prompt': 'a fox'}", ""),
        "a comment": (b'{"prompt": /* fox */ "a fox"}', "/prompt"),
        "a name twice": (b'{"prompt": "a fox", "prompt": "a cat"}', None),
        "a byte order mark": (b'\xef\xbb\xbf{"prompt": "a fox"}', ""),
        "bytes that are not UTF-8": (b'{"prompt": "\xff\xfe"}', "/prompt"),
        "UTF-16": ('{"prompt": "a fox"}'.encode("utf-16-le"), ""),
        "a lone surrogate": (b'{"prompt": "\\ud800"}', "/prompt"),
        "a control character": (b'{"prompt": "a\x01fox"}', "/prompt"),
        "a bad escape": (b'{"prompt": "\\x41"}', "/prompt"),
        "depth 33": (b'{"prompt": ' + b"[" * 32 + b"]" * 32 + b"}", None),
        "depth 100000": (b'{"prompt": ' + b"[" * 100_000, None),
        "a million names": (b"{" + b",".join(b'"%d":0' % i for i in range(600_000)) + b"}", None),
        "undefined": (b'{"prompt": undefined}', "/prompt"),
    }
    cases = [
        Malformed(f"{path} {name}", path, body, 400, "invalid_json", place)
        for path in (GENERATIONS, SCORES)
        for name, (body, place) in broken.items()
    ]
    for body in (b"[]", b'"a fox"', b"4", b"null", b"true", b'[{"prompt": "a fox"}]'):
        cases.append(Malformed(f"generate {body!r}", GENERATIONS, body, 400, "wrong_type", ""))
        cases.append(Malformed(f"score {body!r}", SCORES, body, 400, "wrong_type", ""))
    return cases


def types() -> list[Malformed]:
    cases = []
    for kind in ["text/plain", "application/xml", "image/gif", "multipart/form-data", "application/jsonp", "/", "json"]:
        headers = {"Content-Type": kind}
        cases.append(Malformed(f"generate as {kind}", GENERATIONS, b'{"prompt": "a fox"}', 415, "unsupported_media_type", None, headers))
        cases.append(Malformed(f"score as {kind}", SCORES, png(), 415, "unsupported_media_type", None, headers))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    cases += [
        Malformed("generate a form", GENERATIONS, b"prompt=a+fox", 415, "unsupported_media_type", None, form),
        Malformed("generate a PNG", GENERATIONS, png(), 415, "unsupported_media_type", None, {}),
        Malformed("generate as image/png", GENERATIONS, png(), 415, "unsupported_media_type", None, {"Content-Type": "image/png"}),
        Malformed("generate a JPEG", GENERATIONS, jpeg(), 415, "unsupported_media_type", None, {}),
        Malformed("score a GIF", SCORES, b"GIF89a" + b"\0" * 64, 415, "unsupported_media_type", None, form),
        Malformed("score words", SCORES, b"a fox", 415, "unsupported_media_type", None, form),
    ]
    return cases


def pictures() -> list[Malformed]:
    cases = []
    broken = [("image/png", broken_pngs()), ("image/jpeg", broken_jpegs())]
    for kind, name, data in [(kind, name, data) for kind, files in broken for name, data in files.items()]:
        cases.append(Malformed(f"score {name}", SCORES, data, 400, "invalid_image", "", {"Content-Type": kind}))
        body = json.dumps({"images": [base64_text(data)]}).encode()
        cases.append(Malformed(f"score {name} in JSON", SCORES, body, 400, "invalid_image", "/images/0"))
    good = base64_text(png())
    for name, status, code, place, body in [
        ("no image", 400, "missing_field", "/image", {}),
        ("no images", 400, "out_of_range", "/images", {"images": []}),
        ("both", 400, "out_of_range", "/image", {"image": good, "images": [good]}),
        ("257 images", 400, "too_long", "/images", {"images": [good] * 257}),
        ("a number", 400, "wrong_type", "/image", {"image": 4}),
        ("an empty text", 400, "invalid_image", "/image", {"image": ""}),
        ("not base64", 400, "invalid_image", "/image", {"image": "a fox"}),
        ("base64 without padding", 400, "invalid_image", "/image", {"image": good.rstrip("=") + "A"}),
        ("a web address", 400, "invalid_image", "/image", {"image": "http://127.0.0.1:1/fox.png"}),
        ("a file address", 400, "invalid_image", "/image", {"image": "file:///etc/passwd"}),
        ("a GIF data URL", 400, "invalid_image", "/image", {"image": "data:image/gif;base64," + good}),
        ("a data URL without base64", 400, "invalid_image", "/image", {"image": "data:image/png,abc"}),
        ("a data URL without data", 400, "invalid_image", "/image", {"image": "data:image/png;base64"}),
        ("the second is broken", 400, "invalid_image", "/images/1", {"images": [good, good[:40]]}),
        ("the second is a number", 400, "wrong_type", "/images/1", {"images": [good, 1]}),
        ("images as text", 400, "wrong_type", "/images", {"images": good}),
        ("an unknown field", 400, "unknown_field", "/scorer", {"image": good, "scorer": "clip"}),
        ("an unknown scorer", 404, "scorer_not_found", "/scorers/0", {"image": good, "scorers": ["clop"]}),
        ("styles for a network", 400, "unsupported_value", "/styles",
         {"image": good, "scorers": ["gan"], "styles": ["a", "b"]}),
        ("no scorer", 400, "out_of_range", "/scorers", {"image": good, "scorers": []}),
        ("no embedding", 400, "out_of_range", "/embeddings", {"embeddings": []}),
        ("an embedding of another width", 400, "out_of_range", "/embeddings/1", {"embeddings": [[1] * 128, [1] * 7]}),
        ("an embedding of zeros", 400, "out_of_range", "/embeddings/0", {"embeddings": [[0] * 128]}),
        ("an embedding of a text", 400, "wrong_type", "/embeddings/0/2", {"embeddings": [[0, 1, "2"]]}),
        ("257 embeddings", 400, "too_long", "/embeddings", {"embeddings": [[1]] * 257}),
        ("an embedding and an image", 400, "out_of_range", "/image", {"embeddings": [[1] * 128], "image": good}),
        ("an embedding by a network", 400, "unsupported_value", "/scorers",
         {"embeddings": [[1] * 128], "scorers": ["gan"]}),
        ("temperature 0", 400, "out_of_range", "/temperature", {"image": good, "temperature": 0}),
        ("top_k 0", 400, "out_of_range", "/top_k", {"image": good, "top_k": 0}),
    ]:
        cases.append(Malformed(f"score {name}", SCORES, json.dumps(body).encode(), status, code, place))
    for query, status, code, place in [
        ("scorers=clop", 404, "scorer_not_found", "?scorers"),
        ("scorers=clip,kmeans-test", 404, "scorer_not_found", "?scorers"),
        ("scorers=gan&form=cosine", 400, "unsupported_value", "?form"),
        ("scorers=", 400, "out_of_range", "?scorers"),
        ("temperature=0", 400, "out_of_range", "?temperature"),
        ("temperature=nan", 400, "wrong_type", "?temperature"),
        ("temperature=1e999", 400, "wrong_type", "?temperature"),
        ("top_k=0", 400, "out_of_range", "?top_k"),
        ("top_k=1.5", 400, "wrong_type", "?top_k"),
        ("styles=nobody", 400, "unsupported_value", "?styles"),
        ("styles=a,a", 400, "out_of_range", "?styles"),
        ("scorer=clip", 400, "unknown_field", "?scorer"),
        ("top_k=1&top_k=2", 400, "invalid_request", "?top_k"),
    ]:
        headers = {"Content-Type": "image/png"}
        cases.append(Malformed(f"score ?{query}", f"{SCORES}?{query}", png(), status, code, place, headers))
    return cases


def forms() -> list[Malformed]:
    def form(*parts: tuple[str, bytes], end: bytes = b"--x--\r\n") -> bytes:
        return b"".join(b"--x\r\n" + head.encode() + b"\r\n\r\n" + data + b"\r\n" for head, data in parts) + end

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    file = 'Content-Disposition: form-data; name="image"; filename="a.png"'
    text = 'Content-Disposition: form-data; name="{}"'
    return [
        Malformed("score form " + name, SCORES, body, status, code, place, headers)
        for name, body, status, code, place in [
            ("without parts", b"--x--\r\n", 400, "missing_field", "?image"),
            ("without a boundary in it", b"hello", 400, "invalid_form", ""),
            ("without an end", form((file, png()), end=b""), 400, "invalid_form", ""),
            ("without a picture", form((text.format("scorers"), b"clip")), 400, "missing_field", "?image"),
            ("with a broken picture", form((file, png()[:50])), 400, "invalid_image", "?image"),
            ("with an unknown field", form((file, png()), (text.format("scorer"), b"clip")), 400, "unknown_field", "?scorer"),
            ("with an unknown scorer", form((file, png()), (text.format("scorers"), b"clop")), 404, "scorer_not_found", "?scorers"),
            ("with a part without a name", form(("Content-Type: image/png", png())), 400, "invalid_form", ""),
            ("with a temperature in words", form((file, png()), (text.format("temperature"), b"hot")), 400, "wrong_type", "?temperature"),
        ]
    ]


def edits() -> list[Malformed]:
    def form(**parts: bytes | list[bytes]) -> bytes:
        pieces = []
        for name, values in parts.items():
            for value in values if isinstance(values, list) else [values]:
                file = '; filename="a.png"' if name in ("image", "image[]", "mask") else ""
                pieces.append(f'--x\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + value + b"\r\n")
        return b"".join(pieces) + b"--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    right = {"image": png(), "prompt": b"a fox", "size": b"64x64", "steps": b"1"}
    picture = {"image": png()}
    edits, variations = "/v1/images/edits", "/v1/images/variations"
    cases = [
        Malformed(f"{path.rsplit('/', 1)[1]} {name}", path, form(**parts), status, code, place, headers)
        for path, name, status, code, place, parts in [
            (edits, "nothing", 400, "missing_field", "?image", {"prompt": b"a fox"}),
            (edits, "without a prompt", 400, "missing_field", "?prompt", picture),
            (edits, "a broken picture", 400, "invalid_image", "?image", right | {"image": png()[:50]}),
            (edits, "a broken second picture", 400, "invalid_image", "?image[1]",
             {"prompt": b"a fox", "size": b"64x64", "image[]": [png(), png()[:50]]}),
            (edits, "17 pictures", 400, "too_long", "?image[]", {"prompt": b"a fox", "image[]": [png(8, 8)] * 17}),
            (edits, "a broken mask", 400, "invalid_image", "?mask", right | {"mask": png()[:50]}),
            (edits, "a mask that edits nothing", 400, "invalid_image", "?mask", right | {"mask": png()}),
            (edits, "two masks", 400, "invalid_request", "?mask", right | {"mask": [transparent(), transparent()]}),
            (edits, "n in words", 400, "wrong_type", "?n", right | {"n": b"two"}),
            (edits, "n=11", 400, "out_of_range", "?n", right | {"n": b"11"}),
            (edits, "n twice", 400, "invalid_request", "?n", right | {"n": [b"1", b"1"]}),
            (edits, "a strength of 2", 400, "out_of_range", "?strength", right | {"strength": b"2"}),
            (edits, "a prompt that is not UTF-8", 400, "wrong_type", "?prompt", right | {"prompt": b"\xff"}),
            (edits, "an unknown field", 400, "unknown_field", "?markup", right | {"markup": b"x"}),
            (edits, "an unknown model", 404, "model_not_found", "?model", right | {"model": b"sdxl"}),
            (edits, "an unknown scorer", 404, "scorer_not_found", "?scorers[1]", right | {"scorers[]": [b"clip", b"clop"]}),
            (edits, "webp", 400, "unsupported_value", "?output_format", right | {"output_format": b"webp"}),
            (edits, "a stream in words", 400, "wrong_type", "?stream", right | {"stream": b"yes"}),
            (variations, "nothing", 400, "missing_field", "?image", {"n": b"1"}),
            (variations, "a prompt", 400, "unknown_field", "?prompt", right),
            (variations, "a mask", 400, "unknown_field", "?mask", picture | {"mask": transparent()}),
            (variations, "a stream", 400, "unknown_field", "?stream", picture | {"stream": b"true"}),
        ]
    ]
    for path in (edits, variations):
        cases += [
            Malformed(f"{path} as JSON", path, b"{}", 415, "unsupported_media_type", None),
            Malformed(f"{path} without an end", path, form(**right)[:-5], 400, "invalid_form", None, headers),
        ]
    return cases


def embeddings() -> list[Malformed]:
    good = base64_text(png())
    return [
        Malformed(f"embed {name}", "/v1/embeddings", json.dumps(body).encode(), status, code, place)
        for name, status, code, place, body in [
            ("nothing", 400, "missing_field", "/input", {}),
            ("null", 400, "missing_field", "/input", {"input": None}),
            ("no texts", 400, "out_of_range", "/input", {"input": []}),
            ("a number", 400, "wrong_type", "/input", {"input": 4}),
            ("token ids", 400, "wrong_type", "/input/0", {"input": [1, 2, 3]}),
            ("lists of token ids", 400, "wrong_type", "/input/0", {"input": [[1, 2], [3]]}),
            ("2049 texts", 400, "too_long", "/input", {"input": ["x"] * 2049}),
            ("a text of 32001", 400, "too_long", "/input/1", {"input": ["x", "x" * 32001]}),
            ("a megabyte", 400, "too_long", "/input", {"input": ["x" * 32000] * 33}),
            ("an unknown model", 404, "model_not_found", "/model", {"input": "x", "model": "bert"}),
            ("a pipeline", 404, "model_not_found", "/model", {"input": "x", "model": "gan:emoji-64"}),
            ("other dimensions", 400, "out_of_range", "/dimensions", {"input": "x", "dimensions": 7}),
            ("no dimensions", 400, "out_of_range", "/dimensions", {"input": "x", "dimensions": 0}),
            ("an unknown encoding", 400, "unsupported_value", "/encoding_format", {"input": "x", "encoding_format": "int8"}),
            ("an unknown field", 400, "unknown_field", "/inputs", {"input": "x", "inputs": "x"}),
            ("a broken picture", 400, "invalid_image", "/images/1", {"images": [good, good[:80]]}),
            ("257 pictures", 400, "too_long", "/images", {"images": [good] * 257}),
        ]
    ]


def paths() -> list[Malformed]:
    return [
        Malformed(f"{method} {path}", path, b"", status, code, None, {}, method)
        for method, path, status, code in [
            ("GET", GENERATIONS, 405, "method_not_allowed"),
            ("DELETE", SCORES, 405, "method_not_allowed"),
            ("PUT", "/v1/models", 405, "method_not_allowed"),
            ("POST", "/v1/scorers", 405, "method_not_allowed"),
            ("POST", "/livez", 405, "method_not_allowed"),
            ("GET", "/nowhere", 404, "not_found"),
            ("GET", "/v1", 404, "not_found"),
            ("GET", "/v1/images", 404, "not_found"),
            ("GET", "/v3/models", 404, "not_found"),
            ("GET", "/v1/models/sdxl", 404, "model_not_found"),
            ("GET", "/v1/models/%2e%2e%2fetc%2fpasswd", 404, "model_not_found"),
        ]
    ]


CASES = (
    numbers() + texts() + sizes() + fields() + documents() + types() + pictures() + forms() + edits() + embeddings()
    + paths()
)
