"""The six attention methods, as one normaliser and one optional gate.

    softmax           p_i = exp(z_i) / sum_j exp(z_j)
    softmax1          p_i = exp(z_i) / (1 + sum_j exp(z_j))
    clipped           clip((zeta - gamma) p_i + gamma, 0, 1) of either, gamma <= 0 <= 1 <= zeta
    gate              sigmoid(w_h . x_h + b_h) per head and token, on the context

A recipe `c` gives `gamma` and `zeta`, or `alpha` > 0 for gamma = -alpha / (keys seen in training,
`c.length`), and `pi_init`, the value every gate starts from.
"""
import math
from typing import NamedTuple

import torch
from torch import nn


class Method(NamedTuple):
    softmax1: bool
    clipped: bool
    gated: bool


METHODS = {
    "vanilla": Method(False, False, False),
    "outeffhop": Method(True, False, False),
    "clipped_softmax": Method(False, True, False),
    "clipped_outeffhop": Method(True, True, False),
    "gated_attention": Method(False, False, True),
    "gated_outeffhop": Method(True, False, True),
}


def gamma(c):
    return -c.alpha / c.length if c.alpha else c.gamma


def normaliser(scores, method, c):
    """Probabilities over the last axis of already masked scores."""
    m = METHODS[method]
    if m.softmax1:
        # One zero logit more is the 1 in the denominator, and softmax's own shift by the maximum keeps it stable.
        zero = torch.zeros_like(scores[..., :1])
        p = torch.softmax(torch.cat([scores, zero], -1), -1)[..., :-1]
    else:
        p = torch.softmax(scores, -1)
    return torch.clamp((c.zeta - gamma(c)) * p + gamma(c), 0.0, 1.0) if m.clipped else p


class HeadGate(nn.Module):
    """Linear gate: hidden states [B, T, H * Dh] to [B, H, T, 1], weights shared over tokens."""

    def __init__(self, heads, head_width, pi_init):
        super().__init__()
        # Zero weights take no random numbers, so all methods of one seed start from the same other weights.
        self.weight = nn.Parameter(torch.zeros(heads, head_width))
        self.bias = nn.Parameter(torch.full((heads,), math.log(pi_init / (1 - pi_init))))

    def forward(self, x):
        b, t, _ = x.shape
        logits = (x.view(b, t, *self.weight.shape) * self.weight).sum(-1) + self.bias
        return torch.sigmoid(logits).transpose(1, 2).unsqueeze(-1)


def gate(method, heads, head_width, c):
    """The gate of a method, or None."""
    return HeadGate(heads, head_width, c.pi_init) if METHODS[method].gated else None


class Attention(nn.Module):
    """Multi-head self-attention; `tap` sees every activation the quantization protocol lists."""

    def __init__(self, c, method):
        super().__init__()
        self.c, self.method, self.heads, self.head_width = c, method, c.heads, c.width // c.heads
        self.q, self.k, self.v, self.out_proj = (nn.Linear(c.width, c.width) for _ in range(4))
        self.gate = gate(method, self.heads, self.head_width, c)

    def forward(self, x, tap, mask=None):
        b, t, _ = x.shape
        q, k, v = (tap(n, getattr(self, n)(x)).view(b, t, self.heads, self.head_width).transpose(1, 2)
                   for n in "qkv")
        scores = tap("scores", torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.head_width))
        if mask is not None:
            scores = scores + mask
        context = torch.matmul(tap("probs", normaliser(scores, self.method, self.c)), v)
        if self.gate is not None:
            context = context * self.gate(x)
        context = context.transpose(1, 2).reshape(b, t, self.heads * self.head_width)
        return tap("attn_out", self.out_proj(tap("context", context)))


def tie_taps(model, prefix):
    """The tap of one layer: names get a prefix, the model's current hook is looked up at call time."""
    return lambda name, x: model.tap(f"{prefix}.{name}", x)


def initialise(model, std):
    """Normal weights and zero biases; gates keep their own start."""
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, std=std)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, std=std)


def place(model, c):
    """Positions [length, width], learned or fixed sinusoids."""
    if c.positions == "learned":
        model.positions = nn.Parameter(torch.randn(c.length, c.width) * c.init_std)
        return
    angle = torch.arange(c.length)[:, None] / 10000 ** (torch.arange(0, c.width, 2) / c.width)
    model.register_buffer("positions", torch.stack([angle.sin(), angle.cos()], -1).flatten(1))
