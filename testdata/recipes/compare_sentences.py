"""Compares `tailgate quantize` with onnxruntime.quantization on sentence embedders and the STS benchmark.

    python compare_sentences.py MODEL.onnx --tokenizer tokenizer.json --sts FOLDER --jar tailgate.jar
        [--pooling mean|cls] [--sentences 128] [--methods minmax,percentile,dynamic] [--json OUT]

FOLDER holds sts-train.csv and sts-test.csv as they are distributed. Both tools calibrate on the same pairs, the first
of a draw by seed from the training part, padded to the longest sentence of a batch of 8. Every run is a
process of its own, timed from outside: the whole command with everything it does (for Tailgate the start of the JVM,
running float, simulated and deployed model, and the profile of kernels; for Python its imports). What was written is
then measured here by one program for both: Spearman on all pairs of the test part, size, and run time in turns on
sentences sorted by length.

quantize_static gets QDQ, unsigned activations, signed weights, MatMul and Gemm. For percentile it is given one
batch at a time (CalibStridedMinMax), because it cannot stack batches of different lengths, and symbolic shape inference,
which fails on these models, is left out.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

BATCH = 8
GENRE_SCORE_FIRST_SECOND = (4, 5, 6)


def pairs(path):
    """(score, first, second) of a file of the STS benchmark: tabs, no header, quotes are characters."""
    score, first, second = GENRE_SCORE_FIRST_SECOND
    with open(path, encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(float(r[score]), r[first], r[second]) for r in rows]


def write_pairs(rows, path):
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("sentence1", "sentence2", "score"))
        writer.writerows((first, second, score) for score, first, second in rows)


def encode(tokenizer, texts):
    from tokenizers import Tokenizer

    tool = Tokenizer.from_file(str(tokenizer))
    tool.no_padding()
    tool.enable_truncation(128)
    return [tool.encode(text).ids for text in texts]


def feed(rows, names):
    import numpy as np

    longest = max(map(len, rows))
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    return {name: given[name] for name in names}, mask


# --- Children


def child_static(model, out, tokenizer, csv_path, method):
    import logging

    import onnx
    from onnxruntime import quantization as q

    logging.getLogger().setLevel(logging.ERROR)
    with open(csv_path, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    encoded = encode(tokenizer, [t for r in rows for t in (r["sentence1"], r["sentence2"])])
    graph = onnx.load(model, load_external_data=False).graph
    names = [i.name for i in graph.input]
    groups = [encoded[i : i + BATCH] for i in range(0, len(encoded), BATCH)]

    class Reader(q.CalibrationDataReader):
        def __init__(self):
            self.left = iter(groups)

        def get_next(self):
            rows = next(self.left, None)
            return None if rows is None else feed(rows, names)[0]

        def __len__(self):
            return len(groups)

        def set_range(self, start_index, end_index):
            self.left = iter(groups[start_index:end_index])

    kind = q.CalibrationMethod.MinMax if method == "minmax" else q.CalibrationMethod.Percentile
    extra = {} if method == "minmax" else {"CalibStridedMinMax": 1}
    q.quantize_static(
        model,
        out,
        Reader(),
        quant_format=q.QuantFormat.QDQ,
        op_types_to_quantize=["MatMul", "Gemm"],
        activation_type=q.QuantType.QUInt8,
        weight_type=q.QuantType.QInt8,
        calibrate_method=kind,
        extra_options=extra,
    )


def child_dynamic(model, out, per_channel):
    import logging

    from onnxruntime import quantization as q

    logging.getLogger().setLevel(logging.ERROR)
    q.quantize_dynamic(model, out, per_channel=per_channel, weight_type=q.QuantType.QInt8)


# --- This process


def run(command, log):
    """Seconds, processor seconds and peak memory in MB of a process."""
    start = time.perf_counter()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        tail = pathlib.Path(log).read_text(errors="replace")[-800:]
        return {"failed": tail, "seconds": seconds}
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
    }


def tailgate(args, calibration, out, extra):
    command = [args.java, "-jar", args.jar, "quantize", args.model, "--data", str(calibration)]
    command += ["--tokenizer", args.tokenizer, "--calibration-data", str(calibration), "-o", str(out), "--quiet"]
    command += ["--batch-size", str(BATCH), "--calibration-batch-size", str(BATCH), "--calibration-batches", str(-(-args.sentences // BATCH))]
    return command + extra + args.extra


class Model:
    def __init__(self, path, encoded, pooling):
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.names = [i.name for i in self.session.get_inputs()]
        self.encoded, self.pooling, self.seconds = encoded, pooling, []

    def batch(self, chosen):
        import numpy as np

        inputs, mask = feed([self.encoded[i] for i in chosen], self.names)
        start = time.perf_counter()
        hidden = self.session.run(None, inputs)[0]
        self.seconds.append(time.perf_counter() - start)
        if self.pooling == "cls":
            vectors = hidden[:, 0]
        else:
            vectors = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def quality(paths, test, args):
    """Spearman of each model on the whole test part, and its time beside the first one's, batch by batch in turns."""
    import numpy as np
    from scipy.stats import spearmanr

    encoded = encode(args.tokenizer, [t for _, f, s in test for t in (f, s)])
    models = {name: Model(path, encoded, args.pooling) for name, path in paths.items()}
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i]))
    vectors = {name: [None] * len(encoded) for name in models}
    for first in range(0, len(order), 32):
        chosen = order[first : first + 32]
        names = list(models)
        random.Random(first).shuffle(names)
        for name in names:
            for i, vector in zip(chosen, models[name].batch(chosen)):
                vectors[name][i] = vector
    scores = [score for score, _, _ in test]
    base = next(iter(models))
    found = {}
    for name, model in models.items():
        v = np.stack(vectors[name])
        ratios = np.array(model.seconds) / np.array(models[base].seconds)
        found[name] = {
            "spearman": 100 * spearmanr((v[0::2] * v[1::2]).sum(1), scores)[0],
            "time": sum(model.seconds) / sum(models[base].seconds),
            "time_median": float(np.median(ratios)),
            "mb": os.path.getsize(paths[name]) / 1e6,
        }
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--sts", required=True)
    parser.add_argument("--jar", required=True)
    parser.add_argument("--java", default="java")
    parser.add_argument("--pooling", default="mean")
    parser.add_argument("--sentences", type=int, default=128)
    parser.add_argument("--methods", default="minmax,percentile,dynamic")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--extra", default="", help="more options of tailgate quantize, separated by blanks")
    parser.add_argument("--json")
    args = parser.parse_args()
    args.extra = args.extra.split()
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"

    sts = pathlib.Path(args.sts)
    drawn = random.Random(0).sample(pairs(sts / "sts-train.csv"), args.sentences // 2)
    here = str(pathlib.Path(__file__).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        calibration = folder / "calibration.csv"
        write_pairs(drawn, calibration)
        commands = {}
        for method in args.methods.split(","):
            out = folder / f"ort-{method}.onnx"
            if method == "dynamic":
                for per_channel in (0, 1):
                    name = "ort-dynamic" + ("-channel" if per_channel else "")
                    out = folder / f"{name}.onnx"
                    child = [args.model, str(out), str(per_channel)]
                    commands[name] = (out, [sys.executable, here, "child-dynamic", *child])
                    ours = folder / f"tailgate-{name[4:]}.onnx"
                    # quantize_dynamic takes tables of embeddings too.
                    options = ["--scheme", "w8a8-dynamic", "--embeddings"]
                    options += [] if per_channel else ["--weights", "int8"]
                    commands[ours.stem] = (ours, tailgate(args, calibration, ours, options))
            else:
                child = [args.model, str(out), args.tokenizer, str(calibration), method]
                commands[out.stem] = (out, [sys.executable, here, "child-static", *child])
                ours = folder / f"tailgate-{method}.onnx"
                commands[ours.stem] = (ours, tailgate(args, calibration, ours, ["--range-estimator", method]))
        runs = {name: [] for name in commands}
        for repeat in range(args.repeats):
            for name, (out, command) in commands.items():
                out.unlink(missing_ok=True)
                runs[name].append(run(command, folder / f"{name}.log"))
        paths = {"float": args.model, "float again": args.model}
        paths |= {name: out for name, (out, _) in commands.items() if out.exists()}
        found = quality(paths, pairs(sts / "sts-test.csv"), args)

    print(f"{'':28}{'seconds':>9}{'cpu s':>8}{'peak MB':>9}{'MB':>8}{'Spearman':>10}{'time':>7}")
    for name, row in found.items():
        done = [r for r in runs.get(name, []) if "failed" not in r]
        best = min(done, key=lambda r: r["seconds"]) if done else {}
        cells = [best.get("seconds"), best.get("cpu"), best.get("peak_mb")]
        cells = "".join(f"{'':>{w}}" if c is None else f"{c:>{w}.1f}" for c, w in zip(cells, (9, 8, 9)))
        print(f"{name:28}{cells}{row['mb']:>8.1f}{row['spearman']:>10.2f}{row['time']:>7.2f}")
    for name, all_runs in runs.items():
        for failed in (r for r in all_runs if "failed" in r):
            print(f"{name} failed: {failed['failed']}")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps({"runs": runs, "models": found}, indent=1))


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1] == "child-static":
        child_static(*sys.argv[2:])
    elif len(sys.argv) > 1 and sys.argv[1] == "child-dynamic":
        child_dynamic(sys.argv[2], sys.argv[3], sys.argv[4] == "1")
    else:
        main()
