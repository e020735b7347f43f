"""Family bert: post-LN encoder with masked language modelling, after BERT.

GELU feed-forward, LN on the embeddings, no token types. A text is `[CLS] words [SEP]`; some texts are shorter
and padded. 15 % of the words are to be predicted; of these 80 % are shown as [MASK], 10 % as any word and 10 %
unchanged. The metric is perplexity over the words to be predicted.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .methods import Attention, initialise, place, tie_taps
from .text import File, Language

PAD, CLS, SEP, MASK, SPECIALS = 0, 1, 2, 3, 4
DEFAULTS = dict(vocab=28, triggers=4, lags=2, trigger_rate=0.3, stops=2, stop_rate=0.15, concentration=0.05,
                smoothing=0.05, table_seed=7, text="", length=32, mask_rate=0.15, padded=0.25, layers=2, width=48,
                heads=4, ffn=192, positions="sinusoidal", init_std=0.02, token_std=0.5, lr=6e-3, batch=16, steps=4000,
                report=500)
PAPER = dict(vocab=30522, length=128, layers=12, width=768, heads=12, ffn=3072, positions="learned", token_std=0.02,
             lr=1e-4, beta2=0.999, weight_decay=0.01, warmup=10000, schedule="linear", clip_norm=1.0, batch=256,
             steps=200000, report=1000)
INPUTS, OUTPUT = ("input_ids", "attention_mask"), "logits"
AXES = {0: "batch", 1: "sequence"}
TAPS = ("fc2", "ffn_ln")
FLOAT = ("head",)


class Data:
    def __init__(self, c):
        self.c = c
        self.file = File(c.text, c.vocab - SPECIALS) if c.text else None
        self.language = None if c.text else Language(c, c.vocab - SPECIALS)

    def words(self, rng, count, part):
        length = self.c.length - 2
        if self.file:
            return SPECIALS + self.file.windows(rng, getattr(self.file, part), count, length)
        return SPECIALS + self.language.sample(rng, count, length)

    def draw(self, rng, count, part):
        c = self.c
        ids = np.concatenate([np.full((count, 1), CLS), self.words(rng, count, part), np.full((count, 1), SEP)], 1)
        short = rng.integers(c.length // 2, c.length, count)
        length = np.where(rng.random(count) < c.padded, short, c.length)[:, None]
        at = np.arange(c.length)[None]
        ids = np.where(at < length - 1, ids, np.where(at == length - 1, SEP, PAD))
        word = (at > 0) & (at < length - 1)
        chosen, how = word & (rng.random(ids.shape) < c.mask_rate), rng.random(ids.shape)
        # A text without any word to predict would have no loss of its own: ask for its first word.
        chosen[~chosen.any(1), 1] = True
        shown = np.where(how < 0.8, MASK, np.where(how < 0.9, rng.integers(SPECIALS, c.vocab, ids.shape), ids))
        return {"input_ids": np.where(chosen, shown, ids), "attention_mask": (at < length).astype(np.int64),
                "labels": np.where(chosen, ids, -100)}

    def train_batch(self, rng):
        drawn = self.draw(rng, self.c.batch, "training")
        return tuple(torch.from_numpy(drawn[n]) for n in (*INPUTS, "labels"))

    def heldout(self):
        return self.draw(np.random.default_rng(self.c.heldout_seed), 512, "heldout")

    def calibration(self):
        return self.draw(np.random.default_rng(self.c.calibration_seed), 128, "training")


class Layer(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.attn_ln, self.ffn_ln = nn.LayerNorm(c.width), nn.LayerNorm(c.width)
        self.attention = Attention(c, method)
        self.fc1, self.fc2 = nn.Linear(c.width, c.ffn), nn.Linear(c.ffn, c.width)

    def forward(self, x, mask, tap):
        x = tap("attn_ln", self.attn_ln(tap("attn_sum", x + self.attention(x, tap, mask))))
        h = tap("fc2", self.fc2(tap("fc1", F.gelu(self.fc1(x)))))
        return tap("ffn_ln", self.ffn_ln(tap("ffn_sum", x + h)))


class Head(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dense, self.ln, self.out = nn.Linear(c.width, c.width), nn.LayerNorm(c.width), nn.Linear(c.width, c.vocab)

    def forward(self, x):
        return self.out(self.ln(F.gelu(self.dense(x))))


class Encoder(nn.Module):
    def __init__(self, c, method):
        super().__init__()
        self.tap = lambda name, x: x
        self.tokens = nn.Embedding(c.vocab, c.width)
        self.embed_ln = nn.LayerNorm(c.width)
        self.layers = nn.ModuleList(Layer(c, method) for _ in range(c.layers))
        self.head = Head(c)
        initialise(self, c.init_std)
        nn.init.normal_(self.tokens.weight, std=c.token_std)
        place(self, c)

    def forward(self, input_ids, attention_mask):
        mask = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -1e9
        x = self.tap("embed_sum", self.tokens(input_ids) + self.positions[:input_ids.shape[1]])
        x = self.tap("embed_ln", self.embed_ln(x))
        for i, layer in enumerate(self.layers):
            x = layer(x, mask, tie_taps(self, f"layer{i}"))
        return self.head(x)


def build(c, method):
    return Encoder(c, method)


def loss(model, batch):
    return F.cross_entropy(model(*batch[:-1]).flatten(0, 1), batch[-1].flatten())


def metric(model, arrays):
    ids, mask, labels = (torch.from_numpy(arrays[n]) for n in (*INPUTS, "labels"))
    total = 0.0
    for part in zip(ids.split(64), mask.split(64), labels.split(64)):
        total += F.cross_entropy(model(*part[:2]).flatten(0, 1), part[2].flatten(), reduction="sum").item()
    return "perplexity", float(np.exp(total / (labels != -100).sum().item()))
