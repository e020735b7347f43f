"""The parts of STanHop-Net: the Hopfield module, the STHM layer made of three of them, and coarse-graining.

Two known oddities of the published code are kept, since they belong to the network: the value is a projection of the
projected key, and the series half of an STHM layer has no residual from its input. One is not: the published code
merges heads by a view that interleaves heads with positions.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from . import methods


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
