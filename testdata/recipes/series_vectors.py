"""A small time series, and what NumPy makes of it, for the tests of quant.data.series.

    python series_vectors.py quant/data/src/test/resources/dev/tailgate/data/series
"""

import datetime
import pathlib
import sys

import numpy as np

OUT = pathlib.Path(sys.argv[1])
ROWS, WINDOW, HORIZON, LABEL = 80, 6, 3, 4

OUT.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(11)
start = datetime.datetime(2016, 12, 30, 17)
times = [start + datetime.timedelta(hours=i) for i in range(ROWS)]
hours = np.arange(ROWS)
values = np.stack(
    [
        40 + 7 * np.sin(hours / 4) + rng.standard_normal(ROWS),
        1e-3 * rng.standard_normal(ROWS) - 5,
        np.where(hours < 60, 2.5, 2.5 + rng.standard_normal(ROWS)),  # constant while training
    ],
    1,
).round(6)
with open(OUT / "waves.csv", "w") as file:
    file.write("date,load,drift,level\n")
    for time, row in zip(times, values):
        file.write(f"{time},{','.join(repr(float(v)) for v in row)}\n")

train, test = int(ROWS * 0.7), int(ROWS * 0.2)
mean, std = values[:train].mean(0), values[:train].std(0)
std[std < 1e-12] = 1  # as scikit-learn's StandardScaler
scaled = ((values - mean) / std).astype(np.float32)


def marks(time):
    return [
        time.hour / 23 - 0.5,
        time.weekday() / 6 - 0.5,
        (time.day - 1) / 30 - 0.5,
        (time.timetuple().tm_yday - 1) / 365 - 0.5,
    ]


calendar = np.array([marks(t) for t in times], np.float32)
for split, begin, end in (
    ("train", 0, train),
    ("val", train - WINDOW, ROWS - test),
    ("test", ROWS - test - WINDOW, ROWS),
):
    starts = range(begin, end - WINDOW - HORIZON + 1)
    stack = lambda pick: np.ascontiguousarray(np.stack([pick(s + WINDOW) for s in starts]))
    np.save(OUT / f"{split}-x.npy", stack(lambda e: scaled[e - WINDOW : e]))
    np.save(OUT / f"{split}-y.npy", stack(lambda e: scaled[e : e + HORIZON]))
    if split == "test":
        padding = np.zeros((HORIZON, scaled.shape[1]), np.float32)
        np.save(OUT / "test-dec.npy", stack(lambda e: np.concatenate([scaled[e - LABEL : e], padding])))
        np.save(OUT / "test-mark-x.npy", stack(lambda e: calendar[e - WINDOW : e]))
        np.save(OUT / "test-mark-dec.npy", stack(lambda e: calendar[e - LABEL : e + HORIZON]))
