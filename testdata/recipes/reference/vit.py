"""The vit family: a small pre-LN vision transformer that tells shapes apart.

As in a ViT-S, only small: patch embedding, learned positions, pre-LN blocks with one qkv projection, GELU, a final
LayerNorm and a linear head, on the mean of the tokens or on a class token (`pool`). There is no LayerNorm behind the
patch embedding: Bondarenko et al. (arXiv 2306.12929, table 7) found that adding one removes most of the outliers by
itself. With `mask_self` a patch cannot look at itself, as in Lee et al.'s locality self-attention (arXiv 2112.13492):
otherwise a head can idle by looking at its own patch.
"""
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from . import images, methods

DEFAULTS = dict(image=24, patch=6, classes=8, empty=0.3, arrows=0.3, clutter=0.02, data="", table_seed=7,
                width=48, layers=3, heads=4, ffn=192, patch_norm=0, pool="mean", mask_self=1,
                position_std=0.5, init_std=0.02, lr=6e-3, beta2=0.99, weight_decay=0.0, warmup=100, batch=16,
                steps=3000, gamma=-0.04, pi_init=0.5)
PAPER = dict(image=224, patch=16, classes=1000, width=384, layers=12, heads=6, ffn=1536, pool="token", mask_self=0,
             position_std=0.02, lr=1e-3, beta2=0.999, weight_decay=0.03, warmup=12500, batch=512, steps=375000,
             schedule="cosine", gamma=-0.003)
INPUTS, OUTPUT = ("pixel_values",), "logits"
# Every module that puts out a tensor, as the OutEffHop code hooks them; softmax and scores are left out there too.
TAPS = ("patch_embed", "attn_ln", "qkv", "attn_out", "ffn_ln", "fc1", "gelu", "fc2", "layer_out", "final_ln", "head")
FLOAT = ("fc1",)  # measured, but quantized only behind its GELU


class Data:
    def __init__(self, c):
        self.c, self.source = c, images.source(c)

    def train_batch(self, rng):
        if self.c.data:
            x, y = self.source.sample(rng, self.c.batch)
            return torch.from_numpy(x), torch.from_numpy(y)
        x, votes = self.source.counted(rng, self.c.batch)
        # Every vote counts in this target, where the class alone would hardly tell a picture's single arrows apart.
        return torch.from_numpy(x), torch.from_numpy(votes).float().softmax(-1)

    def heldout(self):
        rng, extra = np.random.default_rng(self.c.heldout_seed), {"held": True} if self.c.data else {}
        x, y = self.source.sample(rng, 512, **extra)
        return {"pixel_values": x, "labels": y}

    def calibration(self):
        return {"pixel_values": self.source.sample(np.random.default_rng(self.c.calibration_seed), 128)[0]}


class Layer(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.c, self.method, self.heads, self.head_width = c, method, c.heads, c.width // c.heads
        self.attn_ln, self.ffn_ln = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.qkv, self.attn_out = nn.Linear(c.width, 3 * c.width), nn.Linear(c.width, c.width)
        self.fc1, self.fc2 = nn.Linear(c.width, c.ffn), nn.Linear(c.ffn, c.width)
        self.gate = methods.gate(method, c.heads, c.width // c.heads, c)

    def forward(self, x, tap, mask):
        n = x.shape[1]
        h = tap("attn_ln", self.attn_ln(x))
        qkv = tap("qkv", self.qkv(h)).view(-1, n, 3, self.heads, self.head_width)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        scores = tap("scores", torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(self.head_width))
        if mask is not None:
            scores = scores + mask
        context = torch.matmul(tap("probs", methods.normaliser(scores, self.method, self.c)), v)
        if self.gate is not None:
            context = context * self.gate(h)
        context = tap("context", context.transpose(1, 2).reshape(-1, n, self.heads * self.head_width))
        x = tap("attn_sum", x + tap("attn_out", self.attn_out(context)))
        h = tap("fc1", self.fc1(tap("ffn_ln", self.ffn_ln(x))))
        return tap("layer_out", x + tap("fc2", self.fc2(tap("gelu", F.gelu(h)))))


def waves(tokens, grid, width):
    """Where learned positions start: random mixtures of the grid's sines, so that a neighbour is a rotation away."""
    turns = 2 * math.pi / grid * torch.arange(1, grid // 2 + 1)
    angle = torch.arange(grid)[:, None] * turns
    axis = torch.cat([angle.sin(), angle.cos()], 1)
    down, right = axis[:, None].expand(-1, grid, -1), axis[None].expand(grid, -1, -1)
    places = torch.cat([down, right], -1).flatten(0, 1) @ torch.randn(2 * axis.shape[1], width)
    return torch.cat([torch.zeros(tokens - grid ** 2, width), places])[None]


class Classifier(nn.Module):
    """`tap(name, tensor)` sees every activation and may replace it."""

    def __init__(self, c, method):
        super().__init__()
        self.tap = lambda name, x: x
        self.patch_embed = nn.Conv2d(3, c.width, c.patch, c.patch)
        self.class_token = nn.Parameter(0.02 * torch.randn(1, 1, c.width)) if c.pool == "token" else None
        tokens = (c.image // c.patch) ** 2 + (c.pool == "token")
        self.positions = nn.Parameter(c.position_std * waves(tokens, c.image // c.patch, c.width))
        self.register_buffer("mask", torch.eye(tokens) * -1e9 if c.mask_self else None, persistent=False)
        self.patch_ln = nn.LayerNorm(c.width) if c.patch_norm else None
        self.layers = nn.ModuleList(Layer(c, method) for _ in range(c.layers))
        self.final_ln, self.head = nn.LayerNorm(c.width), nn.Linear(c.width, c.classes)
        for layer in self.layers:
            for m in (layer.qkv, layer.attn_out, layer.fc1, layer.fc2):
                nn.init.trunc_normal_(m.weight, std=c.init_std)
                nn.init.zeros_(m.bias)

    def forward(self, pixel_values):
        x = self.tap("patch_embed", self.patch_embed(pixel_values).flatten(2).transpose(1, 2))
        if self.patch_ln is not None:
            x = self.tap("patch_ln", self.patch_ln(x))
        if self.class_token is not None:
            x = torch.cat([self.class_token.expand(x.shape[0], -1, -1), x], 1)
        x = self.tap("embed", x + self.positions)
        for i, layer in enumerate(self.layers):
            x = layer(x, lambda name, y, i=i: self.tap(f"layer{i}.{name}", y), self.mask)
        x = self.tap("final_ln", self.final_ln(x))
        return self.tap("head", self.head(x.mean(1) if self.class_token is None else x[:, 0]))


def build(c, method):
    return Classifier(c, method)


def loss(model, batch):
    pixels, target = batch
    floor = torch.special.entr(target).sum(-1).mean() if target.is_floating_point() else 0.0
    return F.cross_entropy(model(pixels), target) - floor


@torch.no_grad()
def metric(model, arrays):
    pixels = torch.from_numpy(arrays["pixel_values"]).split(64)
    hits = torch.cat([model(x).argmax(-1) for x in pixels]).numpy() == arrays["labels"]
    return "accuracy", float(hits.mean())
