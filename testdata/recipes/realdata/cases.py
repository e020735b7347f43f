"""Each case: what Tailgate is given, and the same samples as arrays, read here in another way."""

import dataclasses
import json
import pathlib
import zipfile

import numpy as np

from . import chess, scores


@dataclasses.dataclass
class Case:
    """One model with its data. `data` and `calibration` are values of --data and --calibration-data."""

    name: str
    model: pathlib.Path
    words: str
    data: str
    calibration: str
    inputs: dict
    score: object
    batch: int = 64
    calibration_batches: int = 16
    options: tuple = ()
    note: str = ""
    known: dict = dataclasses.field(default_factory=dict)

    @property
    def samples(self):
        return len(next(iter(self.inputs.values())))


def mameformer(root, folder, digit):
    """Five digits, a separator and a mask, at which A or Z is to be said. Every 25th number calibrates."""
    text = root / f"text/mameformer_{digit}_test.txt"
    query = (
        "SELECT list_concat([CAST(c AS BIGINT) + 1 FOR c IN string_split(substr(line, 1, 5), '')], [11, 12]) AS input_ids,"
        " [-100, -100, -100, -100, -100, -100, CASE line[6] WHEN 'A' THEN 13 ELSE 14 END] AS labels"
        f" FROM read_csv('{text}', header = false, columns = {{'line': 'VARCHAR'}})"
        " WHERE CAST(line[4:5] AS INTEGER) % 25 ")
    lines = [x for x in text.read_text().split() if int(x[3:5]) % 25 != 7]
    ids = np.array([[ord(c) - 47 for c in x[:5]] + [11, 12] for x in lines])
    labels = np.full_like(ids, -100)
    labels[:, 6] = [13 if x[5] == "A" else 14 for x in lines]
    return Case(f"mameformer_{digit}", root / f"models/gpt/mameformer_{digit}_trained.onnx", text.name,
                query + "!= 7", query + "= 7",
                {"input_ids": ids, "attention_mask": np.ones_like(ids)},
                lambda logits: scores.tokens(logits, labels, 0), batch=128)


def cifar(root, folder, name):
    """The float pictures of a PyTorch archive, written as a CIFAR-10 file; 242 are too few to part."""
    with zipfile.ZipFile(root / "images/cifar10_ibp242/ibp_3_3_8_data.pt") as archive:
        pictures = np.frombuffer(archive.read("data/data/0"), "<f4").reshape(-1, 3, 32, 32)
        labels = np.frombuffer(archive.read("data/data/1"), "<i8")
    pixels = np.rint(pictures * 255).astype(np.uint8).reshape(len(labels), -1)
    file = folder / "ibp242.bin"
    file.write_bytes(np.hstack([labels.astype(np.uint8)[:, None], pixels]).tobytes())
    mean = np.array([0.4914, 0.4822, 0.4465], np.float32).reshape(3, 1, 1)
    deviation = np.array([0.2023, 0.1994, 0.2010], np.float32).reshape(3, 1, 1)
    return Case(name, root / f"models/vit/{name}_trained.onnx", "cifar10_ibp242", str(file), str(file),
                {"input": (pictures - mean) / deviation}, lambda logits: scores.classes(logits, labels),
                batch=1 if name == "vit_2_6" else 16, calibration_batches=64 if name == "vit_2_6" else 4,
                options=("--image-preset", "cifar10"), note="calibrated on the first 64 of the same pictures",
                known={"accuracy": {"vit_2_6": 108, "vit_pgd_2_3_16": 144}[name] / 242})


def sasrec(root, folder):
    """Purchases of 790 users: which of 101 items comes next? The model takes 64 at a time: 128 calibrate, 640 are scored.

    Another 201 users have the right item among the 100 others too. It gets the same score there but for rounding,
    so which of the two is on top, and with it the accuracy, is chance.
    """
    read = lambda name: json.loads((root / f"models/seqrec/beauty/{name}.json").read_text())
    items, train, val, test = (read(n) for n in ("smap", "train", "val", "test"))
    others, rng = read("negative-random-sample-size100-seed98765"), np.random.default_rng(0)
    rows = {"seqs": [], "candidates": [], "length": [], "labels": []}
    for user in rng.permutation(sorted(u for u in set(test) & set(others) if test[u][0] not in others[u])):
        history, place = (train[user] + val[user])[-50:], int(rng.integers(0, 101))
        rows["seqs"].append(history + [len(items)] * (50 - len(history)))
        rows["candidates"].append(others[user][:place] + test[user] + others[user][place:])
        rows["length"].append([len(history) - 1])
        rows["labels"].append(place)
    arrays = {k: np.array(v, np.int64) for k, v in rows.items()}
    np.savez(folder / "beauty-calibration.npz", **{k: v[:128] for k, v in arrays.items()})
    arrays = {k: v[128:768] for k, v in arrays.items()}
    np.savez(folder / "beauty.npz", **arrays)
    labels = arrays.pop("labels")
    return Case("sasrec_beauty", root / "models/seqrec/sasrec_beauty_trained.onnx", "seqrec/beauty",
                str(folder / "beauty.npz"), str(folder / "beauty-calibration.npz"), arrays,
                lambda out: {**scores.classes(out, labels), "recall at 10": scores.recall(out, labels, 10)},
                note="accuracy is recall at 1 of 101 candidates; 201 users with the right item twice are left out")


def chessgpt(root, folder):
    """Opening lines as a stream of characters in windows of 32; each third line calibrates."""
    (folder / "chess-vocab.json").write_text(json.dumps({c: i for i, c in enumerate(chess.ALPHABET)}))
    parts = [x for i, x in enumerate(chess.LINES) if i % 3], chess.LINES[::3]
    for name, lines in zip(("chess", "chess-calibration"), parts):
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n")
    ids = np.array([chess.ALPHABET.index(c) for c in (folder / "chess.txt").read_text()])
    ids = ids[: len(ids) // 32 * 32].reshape(-1, 32)
    return Case("chessgpt", root / "models/gpt/chessgpt_opset14_trained.onnx", "opening lines, see chess.py",
                str(folder / "chess.txt"), str(folder / "chess-calibration.txt"), {"context": ids},
                lambda logits: scores.tokens(logits, ids, 1), batch=1, calibration_batches=64,
                options=("--tokenizer", str(folder / "chess-vocab.json")),
                note="its natural logarithm is nats a character")


def capp(root, folder):
    """The one plan that the model is known to write: there is no data set, and its tokens are its own."""
    words = ("geometry_prismatic holes_normal_threaded external_threads_no surface_finish_good tolerance_medium"
             " batch_size_small Drilling Tapping Grinding <EOC>").split()
    tokens = root / "models/gpt/capp_gpt2_trained/token_mappings.json"
    (folder / "plan.txt").write_text(" ".join(words) + "\n")
    known = json.loads(tokens.read_text())["token2id"]
    ids = np.array([[known[w] for w in words]])
    return Case("capp_gpt2", tokens.with_name("model.onnx"), "one plan, greedy", str(folder / "plan.txt"),
                str(folder / "plan.txt"), {"input_ids": ids}, lambda logits: scores.tokens(logits, ids, 1), batch=1,
                options=("--tokenizer", str(tokens), "--sequence-length", str(len(words))),
                note="no data set: 4 of the 9 predictions are the model's own words, a check of the path only")


CASES = {
    "mameformer_3": lambda r, f: mameformer(r, f, 3),
    "mameformer_5": lambda r, f: mameformer(r, f, 5),
    "vit_2_6": lambda r, f: cifar(r, f, "vit_2_6"),
    "vit_pgd_2_3_16": lambda r, f: cifar(r, f, "vit_pgd_2_3_16"),
    "sasrec_beauty": sasrec,
    "chessgpt": chessgpt,
    "capp_gpt2": capp,
}

# Trained models without a number, and why.
NONE = {
    "sasrec_ml1m_fp32, sasrec_ml1m_fp16": "no data: MovieLens-1M is not among the files",
    "protocol_transformer_encoder": "the CSV is a raw capture of voltages; the model wants 5000 symbols of 0 to 4"
                                    " made from it by code that is not there, and its classes have no labels",
    "punctuation_restorer": "texts, but not its word list; it puts out words it has chosen, not scores",
    "chessgpt_ctx1": "reads one character and has no next one to score",
    "spotvortex_tft": "no attention and no data",
}
