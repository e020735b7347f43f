"""Small models that `reference.train` makes from real data, and their data as a user has it.

    python -m reference.train --family stanhop --data ETTh1.csv --variables 7 --steps 200 --methods vanilla --seeds 1 --out DIR/etth1
    python -m reference.train --family vit --data MNIST --image 28 --patch 7 --classes 10 --steps 300 --methods vanilla --seeds 1 --out DIR/mnist
    python -m reference.train --family opt --text tinyshakespeare.txt --vocab 512 --length 64 --strict 0 --steps 600 --methods vanilla --seeds 1 --out DIR/shakespeare

The cases `..._heldout` take the arrays that training kept; PyTorch's own figure for them is in DIR/.../family.json.
"""

import csv
import gzip
import json

import numpy as np

from . import scores
from .cases import Case


def etth1(root, folder, trained):
    """Every test window, 48 hours in and 24 out, scaled by the first 12 months of 30 days."""
    file = root / "timeseries/ETTh1.csv"
    with open(file, newline="") as f:
        rows = np.array([row[1:] for row in list(csv.reader(f))[1:]], np.float64)
    month = 30 * 24
    rows = ((rows - rows[: 12 * month].mean(0)) / rows[: 12 * month].std(0)).astype(np.float32)
    rows = rows[16 * month - 48 : 20 * month]
    windows = np.lib.stride_tricks.sliding_window_view(rows, 72, axis=0).transpose(0, 2, 1)
    labels = windows[:, 48:]
    return Case("etth1", trained / "etth1/vanilla-1.onnx", "ETTh1.csv, test windows", str(file), str(file),
                {"x": windows[:, :48]}, lambda out: scores.forecasts(out, labels), options=("--series-split", "test", "--horizon", "24"))


def mnist(root, folder, trained):
    """The first pictures of the test set; nine tenths of them were trained on."""
    files = [root / f"images/mnist/t10k-{n}-ubyte.gz" for n in ("images-idx3", "labels-idx1")]
    pixels = np.frombuffer(gzip.decompress(files[0].read_bytes())[16:], np.uint8).reshape(-1, 1, 28, 28)
    labels = np.frombuffer(gzip.decompress(files[1].read_bytes())[8:], np.uint8)[:2000].astype(np.int64)
    pictures = pixels[:2000].repeat(3, 1).astype(np.float32) / 127.5 - 1
    return Case("mnist", trained / "mnist/vanilla-1.onnx", "t10k, IDX", str(files[0]), str(files[0]),
                {"pixel_values": pictures}, lambda out: scores.classes(out, labels),
                options=("--image-preset", "vit"), note="pictures also trained on; the path counts, not the figure")


def shakespeare(root, folder, trained):
    """The last tenth, by words; those that are not among the most frequent are unknown."""
    words = (root / "text/tinyshakespeare.txt").read_text().replace("\n", " <eos> ").split()
    kinds, where = np.unique(words, return_inverse=True)
    frequent = np.argsort(-np.bincount(where), kind="stable")[:511]
    vocabulary = {"<unk>": 0, **{str(kinds[k]): i + 1 for i, k in enumerate(frequent)}}
    (folder / "words.json").write_text(json.dumps(vocabulary))
    cut = len(words) - len(words) // 10
    parts = {"held": words[cut:], "train": words[: cut // 10]}
    for name, part in parts.items():
        (folder / f"{name}.txt").write_text(" ".join(part).replace("<eos> ", "<eos>\n"))
    ids = np.array([vocabulary.get(w, 0) for w in parts["held"]])
    ids = ids[: len(ids) // 64 * 64].reshape(-1, 64)
    return Case("shakespeare", trained / "shakespeare/vanilla-1.onnx", "tinyshakespeare.txt, last tenth",
                str(folder / "held.txt"), str(folder / "train.txt"), {"input_ids": ids},
                lambda logits: scores.tokens(logits, ids, 1), batch=16,
                options=("--tokenizer", str(folder / "words.json"), "--sequence-length", "64"))


def heldout(name, metric, score, trained):
    """The arrays of training."""
    folder = trained / name
    with np.load(folder / "heldout.npz") as file:
        arrays = dict(file)
    labels = arrays.pop("labels", None)
    figures = json.loads((folder / "family.json").read_text())["models"]["vanilla-1"]
    known = {metric: figures["fp"], **({"mae": figures["mae"]} if "mae" in figures else {})}
    inputs = dict(arrays)
    return Case(f"{name}_heldout", folder / "vanilla-1.onnx", "heldout.npz", str(folder / "heldout.npz"),
                str(folder / "calibration.npz"), inputs,
                lambda out: score(out, arrays["input_ids"] if labels is None else labels), batch=8,
                note=f"PyTorch's own FP: {', '.join(f'{k} {v:.6g}' for k, v in known.items())}", known=known)


def cases(trained):
    """Those whose model is there."""
    found = {name: lambda r, f, make=make: make(r, f, trained)
             for name, make in (("etth1", etth1), ("mnist", mnist), ("shakespeare", shakespeare))}
    for name, metric, score in (("etth1", "mse", scores.forecasts), ("mnist", "accuracy", scores.classes),
                                ("shakespeare", "token_perplexity", lambda o, y: scores.tokens(o, y, 1))):
        found[f"{name}_heldout"] = lambda r, f, n=name, m=metric, s=score: heldout(n, m, s, trained)
    return {k: v for k, v in found.items() if (trained / k.split("_")[0] / "vanilla-1.onnx").exists()}
