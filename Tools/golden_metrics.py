"""Metrics of sets of embeddings by the packages that define them: Tests/Golden/metrics.safetensors.

    python Tools/golden_metrics.py

Vendi score by vendi-score, precision, recall, density and coverage by prdc, cosines by scikit-learn. Two are transcribed:
CMMD from google-research's `cmmd/distance.py`, which needs JAX, and the truncated entropy from image-diversity 0.1.6, whose
module needs torchvision; its own `torch.lobpcg`, an iteration from a random start, is compared where it runs. Bootstrap
intervals draw from the server's random stream; SciPy's, from its own, must come near. All is computed in float64 from
float32 embeddings, and written with twelve digits, so that it does not depend on the processor.
"""

import contextlib
import io

import numpy as np
import scipy.stats
import torch
from golden_support import GOLDEN, write_safetensors
from prdc import compute_prdc
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize
from vendi_score import vendi

# items, references, dimensions; `distinct` repeats that many items, `mean` is how far all lie from the origin.
CASES = {
    "wide": dict(n=30, m=40, d=80), "tall": dict(n=120, m=90, d=24), "cone": dict(n=60, m=50, d=64, mean=3.0),
    "square": dict(n=32, m=32, d=32), "repeated": dict(n=48, m=45, d=30, distinct=16, mean=0.5),
    "few": dict(n=6, m=7, d=40), "pair": dict(n=2, m=9, d=12), "one": dict(n=1, m=6, d=8),
}
EIGENVALUES = 20
GOLDEN_GAMMA, MIX_1, MIX_2 = (np.uint64(x) for x in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def sets_of(random, n, m, d, distinct=None, mean=0.0):
    """Generated items and references: clusters, some of them shared, around a common mean, axes of falling variance."""
    scale = np.linspace(2, 0.3, d)
    offset = random.standard_normal(d) * mean
    centres = random.standard_normal((5, d))

    def draw(count, clusters):
        return (centres[random.choice(clusters, count)] + random.standard_normal((count, d))) * scale + offset

    items = draw(distinct or n, [0, 1, 2, 3])
    if distinct:
        items = items[random.integers(distinct, size=n)]
    return items.astype(np.float32), draw(m, [2, 3, 4]).astype(np.float32)


def truncated_entropy(x):
    """image-diversity's ClipMetrics.tce after the encoding, but for the eigenvalue routine."""
    covariance = torch.cov(torch.t(torch.from_numpy(x)))
    largest = np.linalg.eigvalsh(covariance.numpy())[-EIGENVALUES:]
    entropy = EIGENVALUES * np.log(2 * np.pi * np.e) / 2 + 0.5 * np.log(largest).sum()
    if x.shape[1] >= 3 * EIGENVALUES:  # what lobpcg asks for
        torch.manual_seed(0)
        iterated, _ = torch.lobpcg(covariance, k=EIGENVALUES, niter=1000, tol=1e-10)
        again = EIGENVALUES * np.log(2 * np.pi * np.e) / 2 + 0.5 * torch.log(iterated).sum().item()
        assert abs(again - entropy) < 1e-6 * abs(entropy), (again, entropy)
    return entropy


def cmmd(x, y, sigma=10, scale=1000):
    gamma = 1 / (2 * sigma**2)

    def mean_kernel(a, b):
        squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None, :]
        return np.exp(-gamma * (-2 * a @ b.T + squares)).mean()

    return scale * (mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y))


def novelty(x, references, k):
    cosines = np.sort(cosine_similarity(x, references), axis=1)[:, ::-1]
    return 1 - cosines[:, :k].mean(axis=1)


def split_mix(seed, count):
    """The first numbers of a stream of SplitMix64."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + GOLDEN_GAMMA * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ z >> np.uint64(30)) * MIX_1
        z = (z ^ z >> np.uint64(27)) * MIX_2
        return z ^ z >> np.uint64(31)


def bootstrap(values, seed, resamples=2000):
    draws = split_mix(seed, resamples * len(values)) % np.uint64(len(values))
    means = values[draws.astype(np.int64)].reshape(resamples, -1).mean(axis=1)
    interval = np.percentile(means, [2.5, 97.5])
    if len(values) > 20:
        scipys = scipy.stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile",
                                       rng=np.random.default_rng(seed)).confidence_interval
        assert np.allclose(interval, scipys, atol=0.15 * np.ptp(interval)), (interval, scipys)
    return interval


def cosine_bootstrap(cosines, seed, resamples=2000):
    """Of the mean over pairs of different items; draws of one item alone are drawn again."""
    n = len(cosines)
    draws = (split_mix(seed, 4 * resamples * n) % np.uint64(n)).astype(np.int64).reshape(-1, n)
    draws = draws[(draws != draws[:, :1]).any(axis=1)][:resamples]
    assert len(draws) == resamples
    means = []
    for row in draws:
        differ = row[:, None] != row[None, :]
        means.append(cosines[np.ix_(row, row)][differ].mean())
    return np.percentile(means, [2.5, 97.5])


def metrics_of(x, references):
    """The metrics that are defined for so many items."""
    n = len(x)
    cosines = cosine_similarity(x)
    metrics = {"vendi": vendi.score_K(cosines), "cmmd": cmmd(normalize(x), normalize(references))}
    assert np.isclose(metrics["vendi"], vendi.score_dual(x), rtol=1e-9)
    if n >= 2:
        metrics["cosine"] = cosines[np.triu_indices(n, 1)].mean()
        metrics["cosine.interval"] = cosine_bootstrap(cosines, seed=n)
    if n > EIGENVALUES and np.linalg.matrix_rank(x - x.mean(axis=0)) >= EIGENVALUES:
        metrics["entropy"] = truncated_entropy(x)
    for k in (1, 5):
        if k <= len(references):
            metrics[f"novelty.{k}"] = novelty(x, references, k)
    for k in (1, 3, 5):
        if k + 1 < min(n, len(references)):
            with contextlib.redirect_stdout(io.StringIO()):
                prdc = compute_prdc(references, x, nearest_k=k)
            metrics[f"prdc.{k}"] = [prdc[name] for name in ("precision", "recall", "density", "coverage")]
    return metrics | {"interval": bootstrap(metrics["novelty.1"], seed=n)}


def main():
    tensors = {}
    for index, (name, case) in enumerate(CASES.items()):
        x, references = sets_of(np.random.default_rng(2210 + index), **case)
        tensors |= {f"{name}.items": x, f"{name}.references": references}
        metrics = metrics_of(x.astype(np.float64), references.astype(np.float64))
        print(name, {key: np.round(value, 4).tolist() for key, value in metrics.items() if np.size(value) < 5})
        for key, value in metrics.items():
            tensors[f"{name}.{key}"] = np.array([float(f"{number:.12g}") for number in np.atleast_1d(value)])
    random = np.random.default_rng(1965)
    for order in (1, 2, 7, 40):
        matrix = random.standard_normal((order, order))
        matrix = (matrix + matrix.T).astype(np.float32).astype(np.float64)
        values = np.linalg.eigvalsh(matrix)
        tensors |= {f"symmetric.{order}": matrix, f"symmetric.{order}.eigenvalues": values.round(12)}
    write_safetensors(GOLDEN / "metrics.safetensors", tensors)


if __name__ == "__main__":
    main()
