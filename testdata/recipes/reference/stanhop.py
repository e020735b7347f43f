"""The stanhop family: STanHop-Net (Wu et al., arXiv 2312.17346) on a small scale, a forecaster of Hopfield modules.

Segments of every variable are embedded, an encoder of STHM layers looks at them on several scales, and a decoder reads
each scale by one more Hopfield module; the predictions of all its layers are added up. The method replaces the
activation of every Hopfield module, of those that read learned patterns too.

`norms` = "series" keeps only the third LayerNorm of an STHM layer, as the OutEffHop code does; "all" has all four, as
the STanHop code.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .series import Windows
from .sthm import Hopfield, Merge, Mlp, Sthm, within

DEFAULTS = dict(history=48, horizon=24, segment=6, variables=5, data="", table_seed=7, train_rows=12000, test_rows=2200,
                event_rate=0.01, event_size=6.0, shift_rate=0.002, shift_size=1.0, noise=0.15,
                width=24, heads=4, ffn=48, patterns=4, merge=2, blocks=2, norms="series",
                lr=8e-3, beta2=0.99, warmup=100, schedule="cosine", batch=16, steps=700, report=100, clip_norm=5.0,
                gamma=-0.1, zeta=1.1, pi_init=0.25)
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


@torch.no_grad()
def errors(model, arrays):
    x, labels = (torch.from_numpy(arrays[n]) for n in ("x", "labels"))
    return torch.cat([model(b) for b in x.split(64)]) - labels


def metric(model, arrays):
    return "mse", float((errors(model, arrays) ** 2).mean())


def also(model, arrays):
    """What else the record tells of a model."""
    return {"mae": float(errors(model, arrays).abs().mean())}
