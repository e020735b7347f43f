"""Train, measure and export the models of one family.

    python -m reference.train --family opt --methods all --seeds 1,2 --out DIR [--RECIPE-VALUE ...]

Within a family all methods share the recipe; for one seed they also share the start and the batches.
A model that DIR/family.json already lists with its file is skipped, so a run can be broken off and resumed.
"""
import argparse
import csv
import hashlib
import importlib
import json
import math
import platform
import time
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch

from . import measure
from .export import export
from .methods import METHODS

FAMILIES = ("bert", "opt", "vit", "stanhop")
# What every family has; a module's DEFAULTS come on top.
COMMON = dict(steps=5000, batch=16, lr=2e-3, beta1=0.9, beta2=0.99, weight_decay=0.0, warmup=100, schedule="constant",
              clip_norm=0.0, report=250, gamma=-0.025, zeta=1.0, alpha=0.0, pi_init=0.5, heldout_seed=1001,
              calibration_seed=2001)
LOG = ("method", "seed", "step", "loss", "average_kurtosis")


def rate(c, step):
    """Learning rate factor: linear warm-up, then constant, linear or cosine."""
    if step <= c.warmup:
        return step / c.warmup
    done = (step - c.warmup) / max(1, c.steps - c.warmup)
    return {"constant": 1.0, "linear": 1.0 - done, "cosine": 0.5 + 0.5 * math.cos(math.pi * done)}[c.schedule]


def train(family, c, data, method, seed):
    """A trained model and its log."""
    torch.manual_seed(seed)
    rng, model, watched, recent, log = np.random.default_rng(seed), family.build(c, method), data.calibration(), [], []
    adam = torch.optim.AdamW(model.parameters(), lr=c.lr, betas=(c.beta1, c.beta2), weight_decay=c.weight_decay,
                             fused=True)
    model.train()
    for step in range(1, c.steps + 1):
        for group in adam.param_groups:
            group["lr"] = c.lr * rate(c, step)
        loss = family.loss(model, data.train_batch(rng))
        adam.zero_grad(set_to_none=True)
        loss.backward()
        if c.clip_norm:
            torch.nn.utils.clip_grad_norm_(model.parameters(), c.clip_norm)
        adam.step()
        recent.append(loss.item())
        if step % c.report == 0 or step == c.steps:
            model.eval()
            kurtosis = measure.outliers(model, family, watched, limit=64)["average_kurtosis"]
            model.train()
            log.append((method, seed, step, f"{np.mean(recent):.6f}", f"{kurtosis:.3f}"))
            print("%s seed %s step %s loss %s average kurtosis %s" % log[-1], flush=True)
            recent.clear()
    return model.eval(), log


def assess(family, model, data):
    """What the log can say of a finished model; the numbers of record come from `tailgate audit`."""
    heldout = data.heldout()
    found = measure.outliers(model, family, heldout)
    with torch.no_grad():
        name, value = family.metric(model, heldout)
        extra = family.also(model, heldout) if hasattr(family, "also") else {}
    return {"metric": name, "fp": value, **extra,
            "simulated_w8a8": measure.w8a8(model, family, data.calibration(), heldout),
            **{k: found[k] for k in ("average_kurtosis", "max_kurtosis", "max_inf_norm", "kurtosis", "inf_norm")}}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save(out, record, log):
    with open(out / "training-log.csv", "w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([LOG, *log])
    files = sorted(p for p in out.iterdir() if p.suffix in (".onnx", ".npz", ".csv"))
    record["sha256"] = {p.name: digest(p) for p in files}
    (out / "family.json").write_text(json.dumps(record, indent=1) + "\n")


def resume(out, recipe):
    """The record and log of an earlier run with the same recipe."""
    if not (out / "family.json").exists():
        return {}, []
    record = json.loads((out / "family.json").read_text())
    if record["recipe"] != recipe:
        raise SystemExit(f"{out} was made with another recipe; choose another --out")
    with open(out / "training-log.csv", newline="") as f:
        return record["models"], [tuple(row) for row in csv.reader(f)][1:]


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--family", choices=FAMILIES, required=True)
    p.add_argument("--methods", default="all", help="comma-separated, or all: " + ", ".join(METHODS))
    p.add_argument("--seeds", default="1,2")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--scale", choices=("small", "paper"), default="small", help="paper: sizes of the papers' models")
    first, _ = p.parse_known_args()
    family = importlib.import_module(f".{first.family}", __package__)
    values = {**COMMON, **family.DEFAULTS, **(getattr(family, "PAPER", {}) if first.scale == "paper" else {})}
    for name, value in values.items():
        p.add_argument("--" + name.replace("_", "-"), type=type(value), default=value)
    a = p.parse_args()
    methods = list(METHODS) if a.methods == "all" else a.methods.split(",")
    if unknown := set(methods) - set(METHODS):
        p.error(f"no such method: {', '.join(sorted(unknown))}")
    return family, methods, [int(s) for s in a.seeds.split(",")], a.out, {k: getattr(a, k) for k in values}, a.family


def main():
    family, methods, seeds, out, recipe, name = arguments()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    out.mkdir(parents=True, exist_ok=True)
    models, log = resume(out, recipe)
    c = Namespace(**recipe)
    data = family.Data(c)
    for which in ("heldout", "calibration"):
        np.savez_compressed(out / f"{which}.npz", **getattr(data, which)())
    record = {"family": name, "recipe": recipe,
              "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0],
                           "numpy": np.__version__}, "taps": list(family.TAPS), "models": models}
    if hasattr(data, "floor"):
        record["metric_floor"] = data.floor()
    for seed in seeds:
        for method in methods:
            key = f"{method}-{seed}"
            if key in models and (out / f"{key}.onnx").exists():
                continue
            start = time.perf_counter()
            model, lines = train(family, c, data, method, seed)
            entry = {"seed": seed, "method": method, "parameters": sum(p.numel() for p in model.parameters()),
                     **assess(family, model, data)}
            entry["onnx_max_abs_diff"] = export(model, family, data.heldout(), out / f"{key}.onnx")
            models[key] = entry
            log += lines
            save(out, record, log)
            print(key, {k: round(v, 4) for k, v in entry.items() if isinstance(v, float)},
                  f"{time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
