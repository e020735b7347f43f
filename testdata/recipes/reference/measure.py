"""Outlier statistics and simulated W8A8 through the `tap(name, tensor)` hook of a model.

Kurtosis: one row per entry of the first axis, m4 / (s^4 + 1e-6) with the plain fourth moment and the
Bessel-corrected deviation, mean over rows, then mean over tensors. Inf norm: mean over rows of max |x|.

W8A8: weights symmetric per tensor, activations asymmetric per tensor with running min-max ranges
(momentum 0.9) found while the earlier quantizers are already active. Biases, gates and what a family
lists in FLOAT (name prefixes, or kinds) stay float.
"""
import copy

import torch


def rows(family, name, x):
    """One row per entry of the first axis, or per token where a family lists the kind in TOKEN_ROWS."""
    if name.split(".")[-1] in getattr(family, "TOKEN_ROWS", ()):
        return x.detach().flatten(0, -2)
    return x.detach().flatten(1) if x.dim() > 1 else x.detach().unsqueeze(1)


def row_kurtosis(x):
    x = x.double()
    if x.shape[1] < 2:
        return x.new_zeros(x.shape[0])
    centred = x - x.mean(1, keepdim=True)
    return (centred ** 4).mean(1) / (x.std(1) ** 4 + 1e-6)


def tensors(arrays, names):
    return tuple(torch.from_numpy(arrays[n]) for n in names)


@torch.no_grad()
def outliers(model, family, arrays, limit=None, batch=64):
    """Headline statistics, and kurtosis and inf norm of each counted tap."""
    kurtosis, inf_norm = {}, {}

    def watch(name, x):
        if name.split(".")[-1] in family.TAPS:
            r = rows(family, name, x)
            kurtosis.setdefault(name, []).append(row_kurtosis(r))
            inf_norm.setdefault(name, []).append(r.abs().amax(1))
        return x

    inputs = tensors(arrays, family.INPUTS)
    count = min(limit or len(inputs[0]), len(inputs[0]))
    plain, model.tap = model.tap, watch
    for at in range(0, count, batch):
        model(*(x[at:min(at + batch, count)] for x in inputs))
    model.tap = plain
    kurtosis = {n: torch.cat(v).mean().item() for n, v in kurtosis.items()}
    inf_norm = {n: torch.cat(v).mean().item() for n, v in inf_norm.items()}
    return {"average_kurtosis": sum(kurtosis.values()) / len(kurtosis), "max_kurtosis": max(kurtosis.values()),
            "max_inf_norm": max(inf_norm.values()), "kurtosis": kurtosis, "inf_norm": inf_norm}


def quantize_weight(w):
    low, high = w.min(), w.max()
    if low < 0:
        scale = torch.maximum(-low, high).clamp(min=1e-12) / 127
        return (w / scale).round().clamp(-128, 127) * scale
    scale = high.clamp(min=1e-12) / 255
    return (w / scale).round().clamp(0, 255) * scale


def quantize_activation(x, low, high):
    low, high = low.clamp(max=0.0), high.clamp(min=1e-8)
    scale = (high - low) / 255
    zero = (-low / scale).round().clamp(0, 255)
    return (((x / scale).round() + zero).clamp(0, 255) - zero) * scale


class Quantizers:
    """One range per tap; while `calibrating`, the range moves and is applied at once."""

    def __init__(self, floats, momentum=0.9):
        self.floats, self.momentum, self.ranges, self.calibrating = tuple(floats), momentum, {}, True

    def __call__(self, name, x):
        if name.startswith(self.floats) or name.split(".")[-1] in self.floats:
            return x
        if self.calibrating:
            low, high = x.min(), x.max()
            if name in self.ranges:
                a, (old_low, old_high) = self.momentum, self.ranges[name]
                low, high = a * old_low + (1 - a) * low, a * old_high + (1 - a) * high
            self.ranges[name] = low, high
        return quantize_activation(x, *self.ranges[name])


@torch.no_grad()
def w8a8(model, family, calibration, heldout, batches=16, batch=8):
    """The task metric of the quantized model."""
    model, floats = copy.deepcopy(model), getattr(family, "FLOAT", ())
    for name, p in model.named_parameters():
        if not (name.endswith("bias") or "gate." in name or name.startswith(tuple(floats))):
            p.copy_(quantize_weight(p))
    model.tap = quantizers = Quantizers(floats)
    inputs = tensors(calibration, family.INPUTS)
    for i in range(batches):
        model(*(x[i * batch:(i + 1) * batch] for x in inputs))
    quantizers.calibrating = False
    return family.metric(model, heldout)[1]
