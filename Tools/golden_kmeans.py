"""K-Means by scikit-learn from given centres: Tests/Golden/kmeans.safetensors.

    python Tools/golden_kmeans.py
"""

import numpy as np
from golden_support import GOLDEN, write_safetensors
from sklearn.cluster import KMeans

# points, dimensions, centres, how many heaps, how far apart; `vacant` starts one centre where no point is.
CASES = {
    "heaps": dict(n=200, d=8, k=5, heaps=5, spread=2.0), "overlapping": dict(n=300, d=16, k=7, heaps=3, spread=0.3),
    "sphere": dict(n=400, d=32, k=6, heaps=6, spread=0.6, unit=True), "vacant": dict(n=120, d=4, k=6, heaps=3, spread=3.0),
    "repeated": dict(n=90, d=3, k=4, heaps=4, spread=1.0, repeats=3), "one": dict(n=50, d=5, k=1, heaps=2, spread=1.0),
}


def points_of(random, n, d, heaps, spread, unit=False, repeats=1, **_):
    centres = random.standard_normal((heaps, d)) * spread
    points = centres[random.integers(heaps, size=n // repeats)] + random.standard_normal((n // repeats, d)) * 0.5
    if unit:
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    return np.concatenate([points] * repeats).astype(np.float32)


def main():
    tensors = {}
    for index, (name, case) in enumerate(CASES.items()):
        random = np.random.default_rng(2407 + index)
        points = points_of(random, **case)
        start = points[random.permutation(len(points))[: case["k"]]].astype(np.float64)
        if name == "repeated":
            start = np.unique(points, axis=0)[: case["k"]].astype(np.float64)
        if name == "vacant":
            start[-2:] = [[90.0] * case["d"], [-80.0] * case["d"]]
        model = KMeans(case["k"], init=start, n_init=1).fit(points.astype(np.float64))
        distance = np.linalg.norm(points - model.cluster_centers_[model.labels_], axis=1)
        print(f"{name:12} inertia {model.inertia_:10.4f} iterations {model.n_iter_}")
        tensors |= {f"{name}.points": points, f"{name}.start": start, f"{name}.centres": model.cluster_centers_,
                    f"{name}.clusters": model.labels_.astype(np.float32), f"{name}.inertia": np.array([model.inertia_]),
                    f"{name}.distance": np.array([distance.mean()])}
    write_safetensors(GOLDEN / "kmeans.safetensors", tensors)


if __name__ == "__main__":
    main()
