"""Writes weights after steps of PyTorch's optimisers on given gradients, in float64.

    python training_updates.py FILE.npz

Weights start/NAME, gradients gradient/NAME [steps, ...], and for each case CASE/NAME [steps, ...], the weights after
every step. The learning rate is 1/128. Muon's five steps are computed in float64 as published, since torch.optim.Muon
runs them in bfloat16; its result is kept beside, to say how far that is.
"""

import copy
import math
import sys

import numpy as np
import torch

STEPS, RATE = 6, 1 / 128
SHAPES = {"tall": (6, 4), "flat": (3, 5), "vector": (4,)}


def orthogonal(g):
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.T if g.shape[0] > g.shape[1] else g
    x = x / x.norm().clamp(min=1e-7)
    for _ in range(5):
        s = x @ x.T
        x = a * x + (b * s + c * s @ s) @ x
    return x.T if g.shape[0] > g.shape[1] else x


class Muon(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum, weight_decay):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                m.mul_(group["momentum"]).add_(p.grad)
                p.mul_(1 - group["lr"] * group["weight_decay"])
                size = 0.2 * math.sqrt(max(p.shape))
                p.sub_(group["lr"] * size * orthogonal(p.grad + group["momentum"] * m))


def run(out, case, start, gradients, make, clip=None, every=1, average=None):
    weights = {n: torch.nn.Parameter(w.clone()) for n, w in start.items()}
    optimisers = make(weights)
    kept = {n: [] for n in weights}
    ema = torch.nn.ParameterDict(weights)
    if average is not None:
        ema = torch.optim.swa_utils.AveragedModel(
            ema, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(average)
        )
        # Averages start at the weights before the first step.
        ema.update_parameters(torch.nn.ParameterDict(weights))
    for t in range(0, STEPS, every):
        for n, w in weights.items():
            w.grad = gradients[n][t : t + every].mean(0).clone()
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(weights.values(), clip)
        for optimiser in optimisers:
            optimiser.step()
        if average is not None:
            ema.update_parameters(torch.nn.ParameterDict(weights))
        for n, w in weights.items():
            now = ema.module[n] if average is not None else w
            kept[n].append(now.detach().clone().numpy())
    for n, arrays in kept.items():
        out[f"{case}/{n}"] = np.stack(arrays)


def main():
    rng = np.random.default_rng(5)
    start = {n: torch.tensor(rng.normal(size=s)) for n, s in SHAPES.items()}
    gradients = {n: torch.tensor(rng.normal(size=(STEPS, *s))) for n, s in SHAPES.items()}
    out = {f"start/{n}": w.numpy() for n, w in start.items()}
    out.update({f"gradient/{n}": g.numpy() for n, g in gradients.items()})

    def adamw(weights, decay=0.1, vector=0.0):
        groups = [
            {"params": [weights["tall"], weights["flat"]], "weight_decay": decay},
            {"params": [weights["vector"]], "weight_decay": vector},
        ]
        return [torch.optim.AdamW(groups, lr=RATE, betas=(0.8, 0.95), eps=1e-3)]

    def sgd(momentum, nesterov=False, decay=0.0):
        return lambda w: [
            torch.optim.SGD(
                w.values(), lr=RATE, momentum=momentum, nesterov=nesterov, weight_decay=decay
            )
        ]

    def muon(kind, **more):
        def make(w):
            matrices = [w["tall"], w["flat"]]
            return [
                kind(matrices, lr=RATE, momentum=0.95, weight_decay=0.1, **more),
                torch.optim.AdamW([w["vector"]], lr=RATE, weight_decay=0.1),
            ]

        return make

    run(out, "adamw", start, gradients, adamw)
    run(out, "clipped", start, gradients, adamw, clip=3.0)
    run(out, "accumulated", start, gradients, adamw, clip=3.0, every=2)
    run(out, "averaged", start, gradients, adamw, average=0.75)
    run(out, "sgd", start, gradients, sgd(0.0))
    run(out, "sgd_decay", start, gradients, sgd(0.0, decay=0.1))
    run(out, "momentum", start, gradients, sgd(0.9, decay=0.1))
    run(out, "nesterov", start, gradients, sgd(0.9, nesterov=True, decay=0.1))
    run(out, "muon", start, gradients, muon(Muon))
    run(out, "muon_torch", start, gradients, muon(torch.optim.Muon, adjust_lr_fn="match_rms_adamw"))
    np.savez_compressed(sys.argv[1], **out)


if __name__ == "__main__":
    main()
