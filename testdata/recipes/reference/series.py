"""Series for the stanhop family: generated ones, or a CSV with a date column first (ETTh1.csv and its kin).

A generated series has a daily and a half-daily season in every variable, white noise, and rare events: now and then the
leader (variable 0) jumps up for a moment, and every other variable echoes that jump after a lag of its own; now and
then the level of a variable shifts. Between events a head that looks for a jump has nothing to find.
As in the ETT protocol all variables are z-scored by the training part and the held-out windows come after it.
"""
import csv

import numpy as np


class Generated:
    def __init__(self, c):
        rng = np.random.default_rng(c.table_seed)
        n, d, t = c.train_rows + c.test_rows, c.variables, np.arange(c.train_rows + c.test_rows)[:, None]
        daily, half = rng.uniform(0.5, 1.0, d), rng.uniform(0.2, 0.5, d)
        phase = rng.uniform(0, 2 * np.pi, (2, d))
        self.season = daily * np.sin(2 * np.pi * t / 24 + phase[0]) + half * np.sin(4 * np.pi * t / 24 + phase[1])
        jumps = (rng.random(n) < c.event_rate) * rng.uniform(0.5, 1.5, n) * c.event_size
        self.lag = np.concatenate([[0], rng.permutation(np.arange(4, c.horizon + 1, 3))[:d - 1]])
        gain = np.concatenate([[1.0], rng.choice([-1.0, 1.0], d - 1) * rng.uniform(0.5, 1.0, d - 1)])
        self.echo = gain * np.stack([np.concatenate([np.zeros(k), jumps[:n - k]]) for k in self.lag], 1)
        self.expected = gain * c.event_rate * c.event_size
        shift = (rng.random((n, d)) < c.shift_rate) * rng.normal(0, c.shift_size, (n, d))
        self.level = np.empty((n, d))
        level = np.zeros(d)
        for k in range(n):                                        # shifts fade, so the series stays where it is
            level = 0.995 * level + shift[k]
            self.level[k] = level
        self.raw = self.season + self.echo + self.level + rng.normal(0, c.noise, (n, d))
        self.train = c.train_rows

    def oracle(self, starts, history, horizon):
        """The forecast of one who knows season and events up to now exactly: its error is the metric's floor."""
        now = (starts + history - 1)[:, None]
        t = now + 1 + np.arange(horizon)
        known = (t[..., None] - self.lag) <= now[..., None]
        fading = 0.995 ** np.arange(1, horizon + 1)[:, None]
        return self.season[t] + self.level[now] * fading + np.where(known, self.echo[t], self.expected)


class Table:
    """All columns but the first; ETT's split: 12 months to train on, 4 to choose by (unused here), 4 to test on."""

    def __init__(self, path):
        with open(path, newline="") as f:
            self.raw = np.array([row[1:] for row in list(csv.reader(f))[1:]], np.float64)
        month = 30 * 24 if len(self.raw) >= 20 * 30 * 24 else len(self.raw) // 20
        self.train, self.raw = 12 * month, self.raw[:20 * month]
        self.test = 16 * month


class Windows:
    """`x` [n, history, variables] and `labels` [n, horizon, variables], float32."""

    def __init__(self, c):
        self.history, self.horizon = c.history, c.horizon
        self.source = Table(c.data) if c.data else Generated(c)
        seen = self.source.raw[:self.source.train]
        self.mean, self.deviation = seen.mean(0), seen.std(0)
        # 1/256 of a deviation: below any noise here, and the stored windows stay small
        self.values = (np.round((self.source.raw - self.mean) / self.deviation * 256) / 256).astype(np.float32)

    def at(self, starts):
        rows = self.values[starts[:, None] + np.arange(self.history + self.horizon)]
        return rows[:, :self.history], rows[:, self.history:]

    def train_starts(self, rng, count):
        return rng.integers(0, self.source.train - self.history - self.horizon + 1, count)

    def heldout_starts(self, count=512):
        """Evenly spread over the test part; the history may reach back before it, as in the ETT protocol."""
        first = getattr(self.source, "test", self.source.train) - self.history
        room = len(self.values) - first - self.history - self.horizon + 1
        return first + np.arange(min(count, room)) * max(1, room // count)

    def floor(self):
        """Mean squared error of the oracle on the held-out windows, in units of the z-scored series."""
        starts = self.heldout_starts()
        best = (self.source.oracle(starts, self.history, self.horizon) - self.mean) / self.deviation
        return float(((best - self.at(starts)[1]) ** 2).mean())
