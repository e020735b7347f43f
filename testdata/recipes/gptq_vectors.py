"""Writes weights, a Gram matrix and the numbers that GPTQ rounds the weights to.

    python gptq_vectors.py FOLDER

GPTQ (arXiv 2210.17323) as its algorithm is printed: the inverse of the damped Hessian, the upper
Cholesky factor of that, and one input after the other. NumPy in double precision, without blocks.
The grid is symmetric int4 with a scale for each output; of each output the weight of largest
magnitude, which defines the scale, keeps its number, and so does the smallest of all weights.

gptq_weight.npy [in, out], gptq_gram.npy [in, in] (sum of x^T x) and gptq_scales.npy [out] are float32;
gptq_stored.npy and gptq_descending.npy [out, in] are the numbers with inputs in stored order and by
descending diagonal.
"""

import sys
from pathlib import Path

import numpy as np

IN, OUT, ROWS = 24, 10, 100
LARGEST = 7
DAMPING = 0.01


def gptq(weight, gram, scales, order):
    hessian = 2 * gram
    hessian = hessian + DAMPING * np.mean(np.diag(hessian)) * np.eye(len(hessian))
    hessian = hessian[np.ix_(order, order)]
    factor = np.linalg.cholesky(np.linalg.inv(hessian)).T
    codes = np.zeros((OUT, IN))
    for out in range(OUT):
        scale = np.float64(scales[out])
        pinned = {int(np.argmax(np.abs(weight[:, out])))}
        if np.argmin(weight) % OUT == out:
            pinned.add(int(np.argmin(weight[:, out])))
        rest = weight[order, out].astype(np.float64)
        for i, original in enumerate(order):
            value = weight[original, out] if original in pinned else rest[i]
            # Adding 0 makes 0 of -0.
            codes[out, original] = np.clip(np.rint(value / scale), -LARGEST, LARGEST) + 0.0
            error = (rest[i] - codes[out, original] * scale) / factor[i, i]
            rest[i:] -= error * factor[i, i:]
    return codes


def main():
    folder = Path(sys.argv[1])
    rng = np.random.default_rng(7)
    weight = rng.normal(size=(IN, OUT)).astype(np.float32)
    mixing = rng.normal(size=(6, IN))
    inputs = rng.normal(size=(ROWS, 6)) @ mixing + 0.3 * rng.normal(size=(ROWS, IN))
    gram = (inputs.T @ inputs).astype(np.float32)
    scales = (np.max(np.abs(weight), axis=0).astype(np.float64) / LARGEST).astype(np.float32)
    np.save(folder / "gptq_weight.npy", weight)
    np.save(folder / "gptq_gram.npy", gram)
    np.save(folder / "gptq_scales.npy", scales)
    diagonal = np.diag(gram).astype(np.float64)
    for name, order in (
        ("stored", np.arange(IN)),
        ("descending", np.argsort(-diagonal, kind="stable")),
    ):
        codes = gptq(weight, gram.astype(np.float64), scales, order)
        np.save(folder / f"gptq_{name}.npy", codes.astype(np.float32))


if __name__ == "__main__":
    main()
