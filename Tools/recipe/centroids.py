"""Fits the K-Means centroids that ship: of the style names' embeddings, and of pictures' embeddings.

As in arXiv 2407.12009's code: scikit-learn's defaults with seed 0, on unit vectors, the centres left as they come;
k = 5 as in the paper, and k by the elbow of the mean distance over 2...14.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from golden_support import write_safetensors
from sklearn.cluster import KMeans
from transformers import CLIPModel

from recipe.captions import STYLE_NAMES
from recipe.clip import embed_images, embed_texts, resized
from recipe.render import read_set
from recipe.scale import SCALES
from recipe.split import STYLES
from recipe.text import token_ids
from recipe.tokenizer import read_tokenizer
from recipe.training import arguments_of, pixels

EMBEDDER = "emoji"
PAPER_K, SWEEP, SEED = 5, range(2, 15), 0
PICTURES = 3000


@dataclass(frozen=True)
class Fit:
    """A fitted set: centres (k, d), each point's cluster (n), and two measures of spread."""

    centres: np.ndarray
    clusters: np.ndarray
    inertia: float
    mean_distance: float  # of a point to its centre, not squared: what the paper's elbow plots


def fit(points: np.ndarray, k: int) -> Fit:
    """K-Means with scikit-learn's defaults."""
    model = KMeans(k, random_state=SEED).fit(points)
    distance = np.linalg.norm(points - model.cluster_centers_[model.labels_], axis=1).mean()
    return Fit(model.cluster_centers_, model.labels_, float(model.inertia_), float(distance))


def elbow(curve: dict[int, float]) -> int:
    """The k whose point lies farthest below the line between the curve's ends, both axes in 0...1."""
    ks, values = np.array(list(curve)), np.array(list(curve.values()))
    x, y = (ks - ks[0]) / (ks[-1] - ks[0]), (values - values[-1]) / (values[0] - values[-1])
    return int(ks[(1 - x - y).argmax()])


def label(fitted: Fit, names: list[str], cluster: int) -> str:
    """The style names that fell into a cluster."""
    return " / ".join(name for name, own in zip(names, fitted.clusters, strict=True) if own == cluster)


def write(path: Path, fitted: Fit, source: str, labels: list[str] | None) -> None:
    """centres [k, d] in single precision, with what a scorer needs to know as metadata."""
    metadata = {"embedder": EMBEDDER, "source": source, "k": str(len(fitted.centres)),
                "inertia": repr(fitted.inertia), "mean_distance": repr(fitted.mean_distance),
                "seed": str(SEED)}
    if labels:
        metadata["labels"] = json.dumps(labels)
    write_safetensors(path, {"centres": fitted.centres.astype(np.float32)}, metadata)  # in the same bytes each time


@torch.no_grad()
def style_points(work: Path, model: CLIPModel, device: str) -> np.ndarray:
    """Unit embeddings (12, d) of the style names."""
    names = [STYLE_NAMES[style] for style in STYLES]
    return embed_texts(model, token_ids(read_tokenizer(work), names, device)).cpu().numpy()


@torch.no_grad()
def picture_points(work: Path, scale_name: str, model: CLIPModel, device: str) -> np.ndarray:
    """Unit embeddings (n, d) of training pictures, at random; their styles are not used."""
    images = read_set(work, SCALES[scale_name].native)
    rows = images.indices(held_out=False)
    rows = np.sort(np.random.default_rng(SEED).permutation(rows)[:PICTURES])
    parts = np.array_split(rows, max(1, len(rows) // 64))
    return torch.cat([embed_images(model, resized(pixels(images.images[part], device)))
                      for part in parts]).cpu().numpy()


def fit_all(work: Path, scale_name: str, device: str) -> Path:
    """Writes both sources' sets, at the elbow and at the paper's k; returns their folder."""
    folder = work / "centroids"
    folder.mkdir(parents=True, exist_ok=True)
    model = CLIPModel.from_pretrained(work / "clip_tune" / "model").to(device).eval()
    sources = {"text": style_points(work, model, device),
               "image": picture_points(work, scale_name, model, device)}
    names = [STYLE_NAMES[style] for style in STYLES]
    for source, points in sources.items():
        fits = {k: fit(points, k) for k in SWEEP if k < len(points)}
        curve = {k: each.mean_distance for k, each in fits.items()}
        best = elbow(curve)
        print(source, {k: round(value, 4) for k, value in curve.items()}, "elbow", best)
        for kind, k in (("elbow", best), (str(PAPER_K), PAPER_K)):
            labels = [label(fits[k], names, c) for c in range(k)] if source == "text" else None
            write(folder / f"{EMBEDDER}-{source}-{kind}.safetensors", fits[k], source, labels)
    return folder


if __name__ == "__main__":
    options = arguments_of(__doc__)
    fit_all(options.work, options.scale, options.device)
