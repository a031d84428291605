"""How far a posterior can be taken at its word, and the scale that makes it so."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

BINS = 15


def fit_scale(logits: Tensor, labels: Tensor, low: float = 0.05, high: float = 20) -> float:
    """The factor in low...high under which the labels are most likely (temperature scaling, arXiv 1706.04599)."""
    scales = torch.exp(torch.linspace(math.log(low), math.log(high), 600))
    losses = torch.stack([F.cross_entropy(scale * logits, labels) for scale in scales])
    return float(scales[losses.argmin()])


def expected_calibration_error(posterior: Tensor, labels: Tensor) -> float:
    """ECE in 0...1 of posteriors (n, k) and labels (n): 15 even bins of confidence (arXiv 1706.04599, eq. 3)."""
    confidence, predicted = posterior.max(1)
    right = (predicted == labels).float()
    bins = (confidence * BINS).long().clamp(max=BINS - 1)
    error = 0.0
    for index in range(BINS):
        inside = bins == index
        if inside.any():
            error += float(inside.float().mean() * (right[inside].mean() - confidence[inside].mean()).abs())
    return error
