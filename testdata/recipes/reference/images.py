"""Pictures for the vit family: a field of glyphs that vote, MNIST's idx files, or a folder of pictures.

A rendered picture is a grid of cells, each as large as a patch. Most cells are empty or hold a glyph, which votes for
its own kind; one glyph is underlined and one has a line on its right. An arrow down casts the vote of the underlined
glyph, an arrow to the right that of the other. The class is the kind with most votes. So a head is needed at the arrows
only, and has to do nothing at every other patch, which is the situation the papers trace outliers to; stray pixels, and
colours that change from picture to picture, are in the way.
"""
import gzip
import struct
from pathlib import Path

import numpy as np

# 5 x 5 strokes: eight kinds, then an arrow to the right and one down.
GLYPHS = """
.###. #...# ##### ..#.. ##.## #...# ###.. #####  ..#.. ..#..
#...# .#.#. #...# ..#.. #...# #...# #.... ...#.  ...#. ..#..
#...# ..#.. #...# ##### ..... ##### ###.. ..#..  ##### #.#.#
#...# .#.#. #...# ..#.. #...# #...# ..#.. .#...  ...#. .###.
.###. #...# ##### ..#.. ##.## #...# ###.. #####  ..#.. ..#..
"""
ARROWS = 2


def glyphs():
    rows = [line.split() for line in GLYPHS.strip().splitlines()]
    return np.array([[[ch == "#" for ch in row[k]] for row in rows] for k in range(len(rows[0]))])


class Votes:
    """`sample(rng, n)` gives float32 pictures [n, 3, size, size] within -1..1 and int64 classes."""

    def __init__(self, c):
        self.c, self.cell, self.grid = c, c.patch, c.image // c.patch
        strokes = glyphs()
        self.classes, edge = len(strokes) - ARROWS, c.patch - strokes.shape[1]
        assert c.classes == self.classes and edge > 0 and c.image == self.grid * c.patch
        blank = np.zeros_like(strokes[:1])                        # symbol 0 is the empty cell
        self.strokes = np.pad(np.concatenate([blank, strokes]), ((0, 0), (0, edge), (0, edge)))
        self.lines = np.zeros((1 + ARROWS, c.patch, c.patch), bool)
        self.lines[1, :, -1] = self.lines[2, -1] = True           # mark 1 is on the right, mark 2 below

    def symbols(self, rng, count):
        """Symbols and marks [n, cells] and votes [n, classes], ties left out."""
        c, n, cells, first = self.c, 2 * count + 8, self.grid ** 2, 1 + self.classes
        symbols, what = rng.integers(1, first, (n, cells)), rng.random((n, cells))
        arrow = rng.integers(first, first + ARROWS, (n, cells))
        place = rng.random((n, cells)).argsort(1)[:, :ARROWS]
        marks = np.zeros((n, cells), np.int64)
        np.put_along_axis(marks, place, 1 + np.arange(ARROWS)[None], 1)
        meant = np.take_along_axis(symbols, place, 1)
        symbols = np.where((marks > 0) | (what >= c.empty + c.arrows), symbols, np.where(what < c.empty, 0, arrow))
        said = np.where(symbols >= first, np.take_along_axis(meant, np.maximum(symbols - first, 0), 1), symbols)
        votes = (said[..., None] == 1 + np.arange(self.classes)).sum(1)
        ranked = np.sort(votes, 1)
        clear = np.flatnonzero(ranked[:, -1] > ranked[:, -2])[:count]
        assert len(clear) == count
        return symbols[clear], marks[clear], votes[clear]

    def counted(self, rng, count):
        """Pictures and votes."""
        symbols, marks, votes = self.symbols(rng, count)
        size, shape = self.c.image, (count, self.grid, self.grid, self.cell, self.cell)
        ink = (self.strokes[symbols] | self.lines[marks]).reshape(shape).transpose(0, 1, 3, 2, 4)
        ink = ink.reshape(count, 1, size, size)
        ground = rng.integers(-4, 1, (count, 3, 1, 1)) / 8        # eighths keep the stored arrays small
        colour = ground + rng.integers(4, 9, (count, 3, 1, 1)) / 8
        x = np.where(ink, colour, ground)
        stray = rng.random((count, 1, size, size)) < self.c.clutter
        return np.where(stray, rng.integers(-4, 5, (count, 1, size, size)) / 4, x).astype(np.float32), votes

    def sample(self, rng, count):
        x, votes = self.counted(rng, count)
        return x, votes.argmax(1).astype(np.int64)


class Stored:
    """Real pictures: the last tenth is kept from training, calibration comes from the training part."""

    def __init__(self, pictures, labels, seed):
        self.order = np.random.default_rng(seed).permutation(len(labels))
        self.pictures, self.labels, self.train = pictures, labels, len(labels) - len(labels) // 10

    def sample(self, rng, count, held=False):
        first, last = (self.train, len(self.labels)) if held else (0, self.train)
        pick = self.order[rng.permutation(last - first)[:count] + first if held else rng.integers(first, last, count)]
        return np.stack([self.pictures[k] for k in pick]).astype(np.float32) / 127.5 - 1, self.labels[pick]


def idx_files(folder, size):
    """MNIST-like gzipped idx files, the grey channel three times, padded to the size of the model's input."""
    images, labels = (next(Path(folder).glob(f"*{kind}*ubyte.gz")) for kind in ("images-idx3", "labels-idx1"))
    with gzip.open(images) as f:
        _, n, h, w = struct.unpack(">4i", f.read(16))
        pictures = np.frombuffer(f.read(), np.uint8).reshape(n, 1, h, w)
    with gzip.open(labels) as f:
        f.read(8)
        classes = np.frombuffer(f.read(), np.uint8).astype(np.int64)
    high, wide = size - h, size - w
    pictures = np.pad(pictures, ((0, 0), (0, 0), (high // 2, high - high // 2), (wide // 2, wide - wide // 2)))
    return pictures.repeat(3, 1), classes


class Folder:
    """One sub-folder a class (ImageNet's layout), read when asked: short side to `size`, centre cut. Needs Pillow."""

    def __init__(self, folder, size):
        classes = sorted(p for p in Path(folder).iterdir() if p.is_dir())
        self.files = [(f, k) for k, name in enumerate(classes) for f in sorted(name.iterdir()) if f.is_file()]
        self.size = size

    def __getitem__(self, index):
        from PIL import Image
        with Image.open(self.files[index][0]) as im:
            im = im.convert("RGB")
            scale = self.size / min(im.size)
            im = im.resize([max(self.size, round(side * scale)) for side in im.size])
            left, top = (im.width - self.size) // 2, (im.height - self.size) // 2
            return np.asarray(im.crop((left, top, left + self.size, top + self.size))).transpose(2, 0, 1)


def source(c):
    if not c.data:
        return Votes(c)
    if any(Path(c.data).glob("*ubyte.gz")):
        return Stored(*idx_files(c.data, c.image), c.table_seed)
    folder = Folder(c.data, c.image)
    return Stored(folder, np.array([k for _, k in folder.files], np.int64), c.table_seed)
