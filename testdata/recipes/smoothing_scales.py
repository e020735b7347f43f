"""Writes scales of SmoothQuant (arXiv 2211.10438) for channels drawn by seed.

    python smoothing_scales.py smoothing_scales.tsv

The rule is that of the authors' smooth_ln_fcs: maxima of weights over output channels of all layers
that read the activation, both maxima to their powers, and scales clamped from below. One line a
channel: case, alpha, max|X_j|, max|W_j|, s_j, as the shortest decimals that read back the same.
"""

import sys

import numpy as np


def scales(x, weights, alpha):
    """x [rows, channels]; weights a list of [out, channels], as PyTorch stores linear layers."""
    activation = np.abs(x).max(axis=0)
    weight = np.concatenate([np.abs(w).max(axis=0, keepdims=True) for w in weights], axis=0)
    weight = weight.max(axis=0).clip(min=1e-5)
    smoothed = (activation**alpha / weight ** (1 - alpha)).clip(min=1e-5)
    return activation, weight, smoothed


def main(target):
    random = np.random.default_rng(17)
    lines = ["# case\talpha\tactivation\tweight\tscale"]
    for case, alpha in enumerate([0.0, 0.25, 0.5, 0.75, 0.85, 1.0]):
        x = random.standard_normal((40, 12)) * np.exp(2 * random.standard_normal(12))
        weights = [0.1 * random.standard_normal((n, 12)) for n in (12, 5)]
        for a, w, s in zip(*scales(x, weights, alpha), strict=True):
            lines.append("\t".join([str(case), *(repr(float(v)) for v in (alpha, a, w, s))]))
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
