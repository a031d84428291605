"""How often a half-and-half blend of two styles is more ambiguous than either pure style, for each classifier of a server.

    python Tools/blend_ambiguity.py --work WORK --server http://127.0.0.1:8080 [--count 100]

Draws one thing in two styles, from seeds that no training stage has seen, blends the two pictures, and asks the server
for the ambiguity of all three. WORK is the recipe's work folder with its `pack` stage done.
"""

import argparse
import base64
import io
import json
import pathlib
import urllib.request

from PIL import Image
from recipe.evaluate import blend_series
from recipe.render import named_entries
from recipe.scale import SCALES
from recipe.sprite import read_pack

SCORERS = ["clip", "kmeans-text", "kmeans-image", "gan"]
BATCH = 60


def encoded(image) -> str:
    """A picture uint8 (h, w, 3) as a PNG in base64."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def ambiguities(server: str, images: list) -> list[dict[str, float]]:
    """Each picture's ambiguity by scorer."""
    found = []
    for start in range(0, len(images), BATCH):
        body = json.dumps({"images": [encoded(image) for image in images[start:start + BATCH]], "scorers": SCORERS})
        request = urllib.request.Request(server + "/v1/scores", body.encode(), {"Content-Type": "application/json"})
        for image in json.load(urllib.request.urlopen(request, timeout=600))["data"]:
            found.append({score["scorer"]: score["ambiguity"] for score in image["scores"]})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--server", default="http://127.0.0.1:8080")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--size", type=int, default=128)
    arguments = parser.parse_args()
    named = named_entries(SCALES["cpu"], read_pack(arguments.work / "pack"))
    first, _, half, last = blend_series(arguments.work, named, arguments.size, arguments.count)
    one, both, other = (ambiguities(arguments.server, list(part)) for part in (first, half, last))
    for scorer in SCORERS:
        above = sum(b[scorer] > max(a[scorer], c[scorer]) for a, b, c in zip(one, both, other))
        pure = sum(a[scorer] + c[scorer] for a, c in zip(one, other)) / (2 * arguments.count)
        mean = sum(b[scorer] for b in both) / arguments.count
        print(f"{scorer:13} {above} of {arguments.count} blends above both pure styles; "
              f"mean ambiguity {pure:.4f} pure, {mean:.4f} blended")


if __name__ == "__main__":
    main()
