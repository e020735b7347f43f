"""Seeded text: a small language with copies and empty delimiters, or a text file cut into windows.

The language extends Bigram-Backcopy (Guo et al. 2024, arXiv 2410.13835). Of the `symbols` ids

    the first `triggers`   are each followed by a copy of what stood lag(s) in 1..lags places earlier
    the next `stops`       are delimiters: they come at a fixed rate after anything and tell nothing
    the rest               follow a random Markov table

so a head is needed behind a trigger and has to do nothing elsewhere. It is generated: no licence applies.
"""
import numpy as np


class Language:
    """`table_seed` fixes the language; the generator passed to `sample` draws the text."""

    def __init__(self, c, symbols):
        rng, special = np.random.default_rng(c.table_seed), c.triggers + c.stops
        self.symbols, self.plain = symbols, np.arange(special, symbols)
        self.is_trigger = np.arange(symbols) < c.triggers
        self.lag = 1 + np.arange(symbols) % c.lags
        table = rng.dirichlet(np.full(len(self.plain), c.concentration), size=symbols)
        table = (1 - c.smoothing) * table + c.smoothing / len(self.plain)
        self.table = np.zeros((symbols, symbols))
        self.table[:, :c.triggers] = c.trigger_rate / max(1, c.triggers)
        self.table[:, c.triggers:special] = c.stop_rate / max(1, c.stops)
        rest = 1.0 - c.trigger_rate - (c.stop_rate if c.stops else 0.0)
        self.table[:, self.plain] = rest * table
        self.cumulative = self.table.cumsum(1)
        self.cumulative[:, -1] = 1.0

    def sample(self, rng, count, length):
        x = np.empty((count, length), np.int64)
        x[:, 0] = rng.choice(self.plain, count)
        rows, draw = np.arange(count), rng.random((count, length))
        for t in range(length - 1):
            now, source = x[:, t], t - self.lag[x[:, t]]
            free = (self.cumulative[now] > draw[:, t + 1, None]).argmax(1)
            x[:, t + 1] = np.where(self.is_trigger[now] & (source >= 0), x[rows, np.maximum(source, 0)], free)
        return x

    def conditionals(self, x):
        """Exact distribution of the symbol after each position."""
        source = np.arange(x.shape[1])[None] - self.lag[x]
        copied = np.take_along_axis(x, np.maximum(source, 0), 1)
        p = self.table[x]
        hit = self.is_trigger[x] & (source >= 0)
        p[hit] = np.eye(self.symbols)[copied[hit]]
        return p.astype(np.float32)

    def floor(self, x):
        """Perplexity of a perfect predictor on these sequences."""
        p = np.take_along_axis(self.conditionals(x)[:, :-1], x[:, 1:, None], 2)
        return float(np.exp(-np.log(p).mean()))


class File:
    """A text file as ids of its most frequent words (id `unknown` for the others); the last tenth is held out."""

    def __init__(self, path, symbols):
        with open(path, encoding="utf-8") as f:
            words = f.read().replace("\n", " <eos> ").split()
        kinds, where = np.unique(words, return_inverse=True)
        order = np.argsort(-np.bincount(where), kind="stable")[:symbols - 1]
        self.unknown = 0
        ids = np.zeros(len(kinds), np.int64)
        ids[order] = np.arange(1, len(order) + 1)
        ids = ids[where]
        cut = len(ids) - len(ids) // 10
        self.training, self.heldout = ids[:cut], ids[cut:]

    @staticmethod
    def windows(rng, ids, count, length):
        return ids[rng.integers(0, len(ids) - length, count)[:, None] + np.arange(length)]
