"""Family opt: pre-LN decoder with causal language modelling, after OPT.

Biases on all projections, ReLU feed-forward, final LN, a head of its own. With `strict` 1 a query sees only
earlier positions (position 0 sees itself), so a head that has nothing to do cannot rest on its own token.
On the generated language the loss is the divergence from the exact next-symbol distribution: the gradient
of next-token cross-entropy in expectation, without its sampling noise. The metric is next-token perplexity.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .methods import Attention, initialise, place, tie_taps
from .text import File, Language

DEFAULTS = dict(vocab=32, triggers=6, lags=3, trigger_rate=0.3, stops=2, stop_rate=0.2, concentration=0.1,
                smoothing=0.1, table_seed=7, text="", length=32, layers=2, width=48, heads=4, ffn=192, strict=1,
                positions="sinusoidal", init_std=0.02, token_std=0.5, lr=4e-3, batch=8, steps=5000, report=500,
                alpha=2.0, pi_init=0.25)
PAPER = dict(vocab=50272, length=512, layers=12, width=768, heads=12, ffn=3072, strict=0, positions="learned",
             init_std=0.006, token_std=0.006, lr=4e-4, beta2=0.95, weight_decay=0.1, warmup=2000, schedule="linear",
             clip_norm=1.0, batch=192, steps=125000, report=1000, alpha=12.0)
INPUTS, OUTPUT = ("input_ids",), "logits"
AXES = {0: "batch", 1: "sequence"}
TAPS = ("final_ln", "layer_out", "fc2", "ffn_ln", "attn_out", "attn_ln")
TOKEN_ROWS = ("fc2", "ffn_ln")  # the layer of the papers' code flattens batch and sequence before these two
FLOAT = ("lm_head",)


class Data:
    def __init__(self, c):
        self.c = c
        self.file = File(c.text, c.vocab) if c.text else None
        self.language = None if c.text else Language(c, c.vocab)

    def train_batch(self, rng):
        c = self.c
        if self.file:
            x = self.file.windows(rng, self.file.training, c.batch, c.length + 1)
            return torch.from_numpy(x[:, :-1]), torch.from_numpy(x[:, 1:])
        x = self.language.sample(rng, c.batch, c.length)
        return torch.from_numpy(x), torch.from_numpy(self.language.conditionals(x))

    def draw(self, seed, count, part):
        rng = np.random.default_rng(seed)
        if self.file:
            return {"input_ids": self.file.windows(rng, getattr(self.file, part), count, self.c.length)}
        return {"input_ids": self.language.sample(rng, count, self.c.length)}

    def heldout(self):
        return self.draw(self.c.heldout_seed, 512, "heldout")

    def calibration(self):
        return self.draw(self.c.calibration_seed, 128, "training")

    def floor(self):
        return self.language.floor(self.heldout()["input_ids"]) if self.language else None


class Layer(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.attn_ln, self.ffn_ln = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.attention = Attention(c, method)
        self.fc1, self.fc2 = nn.Linear(c.width, c.ffn), nn.Linear(c.ffn, c.width)

    def forward(self, x, mask, tap):
        x = tap("attn_sum", x + self.attention(tap("attn_ln", self.attn_ln(x)), tap, mask))
        h = tap("fc1", F.relu(self.fc1(tap("ffn_ln", self.ffn_ln(x)))))
        return tap("layer_out", x + tap("fc2", self.fc2(h)))


class Decoder(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.tap = lambda name, x: x
        self.tokens = nn.Embedding(c.vocab, c.width)
        self.layers = nn.ModuleList(Layer(c, method) for _ in range(c.layers))
        self.final_ln, self.lm_head = nn.LayerNorm(c.width), nn.Linear(c.width, c.vocab, bias=False)
        initialise(self, c.init_std)
        nn.init.normal_(self.tokens.weight, std=c.token_std)
        place(self, c)
        mask = torch.full((c.length, c.length), -1e9).triu(0 if c.strict else 1)
        mask[0, 0] = 0.0
        self.register_buffer("mask", mask)

    def forward(self, input_ids):
        t = input_ids.shape[1]
        x, mask = self.tap("embed", self.tokens(input_ids) + self.positions[:t]), self.mask[:t, :t]
        for i, layer in enumerate(self.layers):
            x = layer(x, mask, tie_taps(self, f"layer{i}"))
        return self.lm_head(self.tap("final_ln", self.final_ln(x)))


def build(c, method):
    return Decoder(c, method)


def loss(model, batch):
    ids, target = batch
    logits = model(ids)
    if target.dim() == 2:
        return F.cross_entropy(logits.flatten(0, 1), target.flatten())
    return (torch.xlogy(target, target) - target * F.log_softmax(logits, -1)).sum(-1).mean()


def metric(model, arrays):
    ids, total = torch.from_numpy(arrays["input_ids"]), 0.0
    for x in ids.split(64):
        total += F.cross_entropy(model(x)[:, :-1].flatten(0, 1), x[:, 1:].flatten(), reduction="sum").item()
    return "perplexity", float(np.exp(total / (len(ids) * (ids.shape[1] - 1))))
