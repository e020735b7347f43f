"""The stanhop family: STanHop-Net (Wu et al., arXiv 2312.17346) on a small scale, a forecaster of Hopfield modules.

Segments of every variable are embedded, an encoder of STHM layers looks at them on several scales, and a decoder reads
each scale by one more Hopfield module; the predictions of all its layers are added up. The method replaces the
activation of every Hopfield module, of those that read learned patterns too.

Two known oddities of the published code are kept, since they belong to the network: the value is a projection of the
projected key, and the series half of an STHM layer has no residual from its input. One is not: the published code merges
heads by a view that interleaves heads with positions. `norms` = "series" keeps only the third LayerNorm of an STHM layer,
as the OutEffHop code does; "all" has the four of the STanHop code.
"""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import methods
from .series import Windows

DEFAULTS = dict(history=48, horizon=24, segment=6, variables=5, data="", table_seed=7, train_rows=12000, test_rows=2200,
                event_rate=0.02, event_size=4.0, shift_rate=0.002, shift_size=1.0, noise=0.15,
                width=32, heads=4, ffn=64, patterns=4, merge=2, blocks=2, norms="series",
                lr=1e-3, beta2=0.99, warmup=100, batch=16, steps=2000, clip_norm=5.0, gamma=-0.1, zeta=1.1, pi_init=0.25)
PAPER = dict(history=168, horizon=24, variables=7, width=256, ffn=512, patterns=10, merge=1, blocks=11, lr=1e-4,
             beta2=0.999, batch=128, steps=6600)
INPUTS, OUTPUT = ("x",), "forecast"
# Every module that puts out a tensor; one row is one entry of the first axis of whatever layout it has there.
TAPS = ("segment_embed", "embed_ln", "merge_ln", "merge", "q", "k", "v", "hopfield_out", "ln1", "ln2", "ln3", "ln4",
        "fc1", "gelu", "fc2", "layer_out", "prediction")
FLOAT = ("fc1",)  # measured, but quantized only behind its GELU


class Data:
    def __init__(self, c):
        self.c, self.windows = c, Windows(c)
        if not c.data:
            self.floor = self.windows.floor

    def train_batch(self, rng):
        return tuple(map(torch.from_numpy, self.windows.at(self.windows.train_starts(rng, self.c.batch))))

    def heldout(self):
        x, labels = self.windows.at(self.windows.heldout_starts())
        return {"x": np.ascontiguousarray(x), "labels": np.ascontiguousarray(labels)}

    def calibration(self):
        rng = np.random.default_rng(self.c.calibration_seed)
        return {"x": np.ascontiguousarray(self.windows.at(self.windows.train_starts(rng, 128))[0])}


def within(tap, prefix):
    return lambda name, x: tap(f"{prefix}.{name}", x)


class Hopfield(nn.Module):
    """Association of queries with stored patterns; with `patterns` > 0 those are learned and not passed in."""

    def __init__(self, c, method, patterns=0):
        super().__init__()
        self.c, self.method, self.heads, self.head_width = c, method, c.heads, c.width // c.heads
        self.q, self.k, self.v, self.out = (nn.Linear(c.width, c.width) for _ in range(4))
        self.memory = nn.Parameter(torch.randn(1, patterns, c.width)) if patterns else None
        self.gate = methods.gate(method, self.heads, self.head_width, c)

    def forward(self, query, stored, tap):
        length, width = query.shape[1], self.heads * self.head_width
        if self.memory is not None:
            stored = self.memory.expand(query.shape[0], -1, -1)
        q, k = tap("q", self.q(query)), tap("k", self.k(stored))
        v = tap("v", self.v(k))
        q, k, v = (y.view(-1, y.shape[1], self.heads, self.head_width).transpose(1, 2) for y in (q, k, v))
        scores = tap("scores", torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.head_width))
        context = torch.matmul(tap("probs", methods.normaliser(scores, self.method, self.c)), v)
        if self.gate is not None:
            context = context * self.gate(query)
        context = tap("context", context.transpose(1, 2).reshape(-1, length, width))
        return tap("hopfield_out", self.out(context))


class Mlp(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, tap):
        return tap("fc2", self.fc2(tap("gelu", F.gelu(tap("fc1", self.fc1(x))))))


class Sthm(nn.Module):
    """Association along time within a variable, then across the variables of one segment."""

    def __init__(self, c, method):
        super().__init__()
        self.width, self.variables, every = c.width, c.variables, c.norms == "all"
        self.time, self.series = Hopfield(c, method), Hopfield(c, method)
        self.pooling = Hopfield(c, method, c.patterns)
        self.mlp1, self.mlp2 = Mlp(c.width, c.ffn), Mlp(c.width, c.ffn)
        self.ln3 = nn.LayerNorm(c.width)
        self.ln1, self.ln2, self.ln4 = (nn.LayerNorm(c.width) if every else None for _ in range(3))

    def forward(self, x, tap):
        def norm(name, y):
            layer = getattr(self, name)
            return y if layer is None else tap(name, layer(y))

        segments = x.shape[2]
        x = x.reshape(-1, segments, self.width)
        x = norm("ln1", tap("time_sum", x + self.time(x, x, within(tap, "time"))))
        x = norm("ln2", tap("mlp1_sum", x + self.mlp1(x, within(tap, "mlp1"))))
        x = x.view(-1, self.variables, segments, self.width).transpose(1, 2).reshape(-1, self.variables, self.width)
        x = self.pooling(x, None, within(tap, "pooling")) + self.series(x, x, within(tap, "series"))
        x = norm("ln3", tap("series_sum", x))
        x = norm("ln4", tap("layer_out", x + self.mlp2(x, within(tap, "mlp2"))))
        return x.view(-1, segments, self.variables, self.width).transpose(1, 2)


class Merge(nn.Module):
    """Coarse-graining: `win` neighbouring segments become one."""

    def __init__(self, width, win):
        super().__init__()
        self.win, self.merge_ln, self.merge = win, nn.LayerNorm(win * width), nn.Linear(win * width, width)

    def forward(self, x, tap):
        _, variables, segments, width = x.shape
        if missing := -segments % self.win:
            x = torch.cat([x, x[:, :, -1:].expand(-1, -1, missing, -1)], 2)
        x = x.reshape(-1, variables, (segments + missing) // self.win, self.win * width)
        return tap("merge", self.merge(tap("merge_ln", self.merge_ln(x))))


class DecoderLayer(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.width, self.variables = c.width, c.variables
        self.sthm, self.cross, self.mlp = Sthm(c, method), Hopfield(c, method), Mlp(c.width, c.width)
        self.ln1, self.ln2 = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.predict = nn.Linear(c.width, c.segment)

    def forward(self, x, encoded, tap):
        x, segments = self.sthm(x, within(tap, "sthm")), x.shape[2]
        x, stored = x.reshape(-1, segments, self.width), encoded.reshape(-1, encoded.shape[2], self.width)
        x = tap("ln1", self.ln1(tap("cross_sum", x + self.cross(x, stored, within(tap, "cross")))))
        x = tap("ln2", self.ln2(tap("layer_out", x + self.mlp(x, within(tap, "mlp")))))
        x = x.view(-1, self.variables, segments, self.width)
        return x, tap("prediction", self.predict(x))


class Forecaster(nn.Module):
    """`tap(name, tensor)` sees every activation and may replace it."""

    def __init__(self, c, method):
        super().__init__()
        self.c, self.tap = c, lambda name, x: x
        self.fill = -c.history % c.segment
        seen, ahead = (c.history + self.fill) // c.segment, -(-c.horizon // c.segment)
        self.segment_embed, self.embed_ln = nn.Linear(c.segment, c.width), nn.LayerNorm(c.width)
        self.positions = nn.Parameter(torch.randn(1, c.variables, seen, c.width))
        self.queries = nn.Parameter(torch.randn(1, c.variables, ahead, c.width))
        self.merges = nn.ModuleList(Merge(c.width, c.merge) for _ in range(c.blocks - 1 if c.merge > 1 else 0))
        self.encoder = nn.ModuleList(Sthm(c, method) for _ in range(c.blocks))
        self.decoder = nn.ModuleList(DecoderLayer(c, method) for _ in range(c.blocks + 1))

    def forward(self, x):
        c, tap = self.c, lambda name, y: self.tap(name, y)
        if self.fill:
            x = torch.cat([x[:, :1].expand(-1, self.fill, -1), x], 1)
        x = x.transpose(1, 2).reshape(-1, c.variables, (c.history + self.fill) // c.segment, c.segment)
        x = tap("embed_ln", self.embed_ln(tap("segment_embed", self.segment_embed(x)) + self.positions))
        scales = [x]
        for i, block in enumerate(self.encoder):
            if i and self.merges:
                x = self.merges[i - 1](x, within(tap, f"encoder{i}"))
            x = block(x, within(tap, f"encoder{i}"))
            scales.append(x)
        y, total = self.queries.expand(x.shape[0], -1, -1, -1), 0
        for i, layer in enumerate(self.decoder):
            y, prediction = layer(y, scales[i], within(tap, f"decoder{i}"))
            total = total + prediction
        total = total.reshape(-1, c.variables, total.shape[2] * c.segment).transpose(1, 2)
        return tap("forecast", total[:, :c.horizon])


def build(c, method):
    return Forecaster(c, method)


def loss(model, batch):
    x, labels = batch
    return F.mse_loss(model(x), labels)


def errors(model, arrays):
    x, labels = (torch.from_numpy(arrays[n]) for n in ("x", "labels"))
    return torch.cat([model(b) for b in x.split(64)]) - labels


@torch.no_grad()
def metric(model, arrays):
    return "mse", float((errors(model, arrays) ** 2).mean())
