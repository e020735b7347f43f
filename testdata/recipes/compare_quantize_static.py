"""Compares `tailgate quantize` with onnxruntime.quantization.quantize_static on one model and its data.

    python compare_quantize_static.py MODEL.onnx --calibration CAL.npz --data HELDOUT.npz [--parts LIST]
    python compare_quantize_static.py MODEL.onnx --make-data 512 [--parts LIST]
    python compare_quantize_static.py --task NAME --root FOLDER [--parts LIST]

Both tools read the same file, and of it the same samples in the same batches: the first N times B. The
parts: `calibrate` (time and peak memory of a whole run, and of the calibration alone where it can be told
apart), `memory` (the same runs over 4, 16 and 64 batches), `quality` (size, signal to quantization noise
and task metric of the written models on held-out samples) and `speed` (their run time, in turns).

What is compared: signed or unsigned 8-bit activations, signed 8-bit weights, per tensor, MatMul and Gemm;
for Tailgate the placement `transformer`. Pre-processing is not timed; with --preprocess both tools get
the pre-processed model. Of quantize_static no option that trades memory for accuracy is used.

Every measured run is a process of its own. This one imports nothing large: on Linux the peak memory of a
child is at least that of the process that started it. A child above --limit-gb is killed, and the table
says so. The command of Tailgate ends by running what it wrote; here that is one batch.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ("calibrate", "memory", "quality", "speed")

# Name, activation type, operators (none: all that quantize_static knows).
VARIANTS = {
    "ort-u8": ("QUInt8", ["MatMul", "Gemm"]),
    "ort-s8": ("QInt8", ["MatMul", "Gemm"]),
    "ort-all": ("QInt8", None),
}
# quantize_static makes percentile ranges symmetric around zero unless told otherwise. Tailgate's are not;
# `percentile-asymmetric` asks the same of quantize_static, which may be better or worse.
METHODS = ("minmax", "percentile", "percentile-asymmetric")


# --- Children: each prints one JSON object as its last line


def batches(path, model, batch, count):
    """The first `count` batches of the arrays that are inputs of the model."""
    import numpy as np

    arrays = dict(np.load(path))
    names = [n for n in input_names(model) if n in arrays]
    for i in range(count):
        part = {n: arrays[n][i * batch : (i + 1) * batch] for n in names}
        if len(part[names[0]]) < batch:
            raise SystemExit(f"{path} has too few samples for {count} batches of {batch}")
        yield part


def input_names(model):
    import onnx

    graph = onnx.load(model, load_external_data=False).graph
    weights = {i.name for i in graph.initializer}
    return [i.name for i in graph.input if i.name not in weights]


def files(model):
    """The file of a model and those with its external data."""
    import onnx

    graph = onnx.load(model, load_external_data=False).graph
    entries = [e for i in graph.initializer for e in i.external_data if e.key == "location"]
    folder = pathlib.Path(model).parent
    return [pathlib.Path(model), *(folder / name for name in sorted({e.value for e in entries}))]


def child_copy(model, folder):
    """Puts a model where files may be written beside it, as quantize_static does for a while."""
    folder, model = pathlib.Path(folder), pathlib.Path(model)
    for path in files(model):
        copy = folder / path.relative_to(model.parent)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        try:
            os.link(path.resolve(), copy)
        except OSError:
            shutil.copyfile(path, copy)
    return str(folder / model.name)


def child_sizes(models):
    return {name: sum(p.stat().st_size for p in files(path)) for name, path in models.items()}


def child_info(model, path):
    import numpy as np
    import onnx

    graph = onnx.load(model, load_external_data=False).graph
    first = next(i for i in graph.input if i.name == input_names(model)[0])
    with np.load(path) as arrays:
        samples = len(arrays[first.name])
    dim = first.type.tensor_type.shape.dim[0]
    return {"fixed_batch": dim.dim_value if dim.HasField("dim_value") else 0, "samples": samples}


def child_preprocess(model, out):
    from onnxruntime.quantization.shape_inference import quant_pre_process

    quant_pre_process(model, out, skip_symbolic_shape=True)
    return {}


def child_ort(model, out, path, batch, count, variant, method, alone):
    import logging

    from onnxruntime import quantization as q

    logging.getLogger().setLevel(logging.ERROR)
    feeds = batches(path, model, batch, count)

    class Reader(q.CalibrationDataReader):
        def get_next(self):
            return next(feeds, None)

    kind = q.CalibrationMethod.MinMax if method == "minmax" else q.CalibrationMethod.Percentile
    activation, operators = VARIANTS[variant]
    symmetric = {"symmetric": False} if method == "percentile-asymmetric" else {}
    if alone:
        if operators is None:
            operators = sorted(set(q.registry.QLinearOpsRegistry) | set(q.registry.QDQRegistry))
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            calibrator = q.create_calibrator(
                pathlib.Path(model),
                operators,
                augmented_model_path=str(pathlib.Path(folder) / "augmented.onnx"),
                calibrate_method=kind,
                extra_options=symmetric,
            )
            calibrator.collect_data(Reader())
            calibrator.compute_data()
            return {"seconds": time.perf_counter() - start}
    start = time.perf_counter()
    q.quantize_static(
        model,
        out,
        Reader(),
        op_types_to_quantize=operators,
        activation_type=q.QuantType[activation],
        weight_type=q.QuantType.QInt8,
        calibrate_method=kind,
        extra_options={"CalibTensorRangeSymmetric": False} if symmetric else {},
    )
    return {"seconds": time.perf_counter() - start}


def child_operators(models):
    """How many operators of each type compute on quantized inputs, and how many not, in each model."""
    import collections

    import onnx

    found = {}
    for name, model in models.items():
        nodes = onnx.load(model, load_external_data=False).graph.node
        rounded = {o for n in nodes if n.op_type == "DequantizeLinear" for o in n.output}
        quantized, left = collections.Counter(), collections.Counter()
        for node in nodes:
            if node.op_type != "QuantizeLinear" and any(i in rounded for i in node.input):
                quantized[node.op_type] += 1
            elif node.op_type in ("MatMul", "Gemm"):
                left[node.op_type] += 1
        found[name] = {"quantized": dict(sorted(quantized.items())), "left": dict(left)}
    return found


def session(model, threads):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Quality:
    """Sums over batches: noise against the float model, and the task metric where there are labels."""

    def __init__(self, metric):
        self.metric = metric
        self.signal = self.noise = self.right = self.count = self.loss = self.same = self.rows = 0

    def add(self, expected, actual, feed, labels):
        import numpy as np

        expected, actual = (np.asarray(x, np.float64) for x in (expected, actual))
        mask = feed.get("attention_mask")
        if mask is not None and mask.shape == expected.shape[: mask.ndim]:
            valid = mask != 0
        else:
            valid = np.ones(expected.shape[:1], bool)
        self.signal += (expected[valid] ** 2).sum()
        self.noise += ((expected[valid] - actual[valid]) ** 2).sum()
        if expected.ndim < 2:
            return
        same = expected[valid].argmax(-1) == actual[valid].argmax(-1)
        self.same += int(same.sum())
        self.rows += same.size
        if self.metric == "causal":
            ids = feed["input_ids"] if "input_ids" in feed else next(iter(feed.values()))
            labels = np.where(mask, ids, -100) if mask is not None else ids
            actual, labels = actual[:, :-1], labels[:, 1:]
        if self.metric == "none" or labels is None:
            return
        keep = labels != -100
        logits, target = actual[keep], labels[keep]
        top = logits.max(-1, keepdims=True)
        normaliser = np.log(np.exp(logits - top).sum(-1)) + top[..., 0]
        self.loss += (normaliser - logits[np.arange(len(target)), target]).sum()
        self.right += int((logits.argmax(-1) == target).sum())
        self.count += len(target)

    def result(self):
        import numpy as np

        out = {"top1_agreement": self.same / self.rows if self.rows else None}
        out["sqnr"] = float(10 * np.log10(self.signal / self.noise)) if self.noise else None
        if self.count:
            out["accuracy"] = self.right / self.count
            out["perplexity"] = float(np.exp(self.loss / self.count))
            out["labels"] = self.count
        return out


def child_quality(models, path, batch, samples, metric, threads):
    import numpy as np

    with np.load(path) as arrays:
        labels = arrays["labels"] if "labels" in arrays else None
    sums = {name: Quality(metric) for name in models}
    sessions = {name: session(model, threads) for name, model in models.items()}
    for i, feed in enumerate(batches(path, models["float"], batch, samples // batch)):
        part = None if labels is None else labels[i * batch : (i + 1) * batch]
        outputs = {name: s.run(None, feed)[0] for name, s in sessions.items()}
        for name, output in outputs.items():
            sums[name].add(outputs["float"], output, feed, part)
    return {name: s.result() for name, s in sums.items()}


def child_speed(models, path, batch, samples, threads, rounds, floor):
    """Rounds in which each model in turn runs the same batch; a turn is repeated to last `floor` seconds."""
    count = max(1, min(8, samples // batch))
    feeds = list(batches(path, models["float"], batch, count))
    models = {**models, "float again": models["float"]}
    sessions = {name: session(model, threads) for name, model in models.items()}
    repeat = 1
    for name, s in sessions.items():
        s.run(None, feeds[0])
        start = time.perf_counter()
        s.run(None, feeds[0])
        repeat = max(repeat, int(floor / max(1e-6, time.perf_counter() - start)) + 1)
    names, times = list(sessions), {name: [] for name in sessions}
    for turn in range(-1, rounds):
        feed = feeds[turn % len(feeds)]
        # Another first model in each round: none always runs behind the same one.
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = time.perf_counter()
            for _ in range(repeat):
                sessions[name].run(None, feed)
            # The first round warms up.
            if turn >= 0:
                times[name].append((time.perf_counter() - start) / repeat)
    return times


def child_make_data(model, out, samples, length, vocabulary, seed):
    import numpy as np
    import onnx

    rng, names, arrays = np.random.default_rng(seed), input_names(model), {}
    for value in onnx.load(model, load_external_data=False).graph.input:
        if value.name not in names:
            continue
        kind = value.type.tensor_type
        shape = [d.dim_value or length for d in kind.shape.dim]
        shape[0] = samples
        if kind.elem_type == onnx.TensorProto.FLOAT:
            array = rng.standard_normal(shape, np.float32)
        elif "mask" in value.name:
            array = np.ones(shape)
        elif "type" in value.name:
            array = np.zeros(shape)
        elif "position" in value.name:
            array = np.broadcast_to(np.arange(shape[-1]), shape)
        else:
            array = rng.integers(0, vocabulary, shape)
        arrays[value.name] = array.astype(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type))
    np.savez(out, **arrays)
    return {}


# --- Real models with data


def cifar(root, rng):
    """Pictures and labels of a PyTorch file, which is a zip of raw arrays, normalised."""
    import zipfile

    import numpy as np

    with zipfile.ZipFile(root / "images/cifar10_ibp242/ibp_3_3_8_data.pt") as archive:
        pictures = np.frombuffer(archive.read("data/data/0"), "<f4").reshape(-1, 3, 32, 32)
        labels = np.frombuffer(archive.read("data/data/1"), "<i8")
    mean = np.array([0.4914, 0.4822, 0.4465], np.float32).reshape(3, 1, 1)
    deviation = np.array([0.2023, 0.1994, 0.2010], np.float32).reshape(3, 1, 1)
    order = rng.permutation(len(labels))
    return {"input": ((pictures - mean) / deviation)[order], "labels": labels[order]}


def mameformer(root, rng, digit):
    """Five digits, a separator and a mask, at which the label is to be predicted."""
    import numpy as np

    lines = (root / f"text/mameformer_{digit}_test.txt").read_text().split()
    lines = rng.permutation(lines)[:4096]
    ids = np.array([[int(c) + 1 for c in line[:5]] + [11, 12] for line in lines], np.int64)
    labels = np.full_like(ids, -100)
    labels[:, 6] = [13 if line[5] == "A" else 14 for line in lines]
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "labels": labels}


def sasrec(root, rng):
    """Histories of purchases; the label is the place of the item bought next among 100 others."""
    import numpy as np

    folder = root / "models/seqrec/beauty"
    read = lambda name: json.loads((folder / f"{name}.json").read_text())
    items, train, val, test = (read(n) for n in ("smap", "train", "val", "test"))
    others = read("negative-random-sample-size100-seed98765")
    rows = {"seqs": [], "candidates": [], "length": [], "labels": []}
    for user in rng.permutation(sorted(set(test) & set(others))):
        history = (train[user] + val[user])[-50:]
        place = int(rng.integers(0, 101))
        candidates = list(others[user])
        candidates.insert(place, test[user][0])
        rows["seqs"].append(history + [len(items)] * (50 - len(history)))
        rows["candidates"].append(candidates)
        rows["length"].append([len(history) - 1])
        rows["labels"].append(place)
    return {name: np.array(value, np.int64) for name, value in rows.items()}


# Model, data, samples for calibration. The rest of the data is held out.
TASKS = {
    "vit": ("models/vit/vit_pgd_2_3_16_trained.onnx", cifar, 64),
    "vit-layernorm": ("models/vit/vit_2_6_trained.onnx", cifar, 64),
    "mameformer-3": ("models/gpt/mameformer_3_trained.onnx", lambda r, g: mameformer(r, g, 3), 512),
    "mameformer-5": ("models/gpt/mameformer_5_trained.onnx", lambda r, g: mameformer(r, g, 5), 512),
    "sasrec": ("models/seqrec/sasrec_beauty_trained.onnx", sasrec, 256),
}


def child_task(name, root, folder, seed):
    import numpy as np

    _, make, calibration = TASKS[name]
    arrays = make(pathlib.Path(root), np.random.default_rng(seed))
    folder = pathlib.Path(folder)
    np.savez(folder / "calibration.npz", **{k: v[:calibration] for k, v in arrays.items()})
    np.savez(folder / "heldout.npz", **{k: v[calibration:] for k, v in arrays.items()})
    return {}


# --- Running children


def watched(command, limit_gb, timeout):
    """Runs a process to its end or its limit: wall time, peak memory, what it said and when it said it."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE, text=True)
        errors, stages = [], {}

        def listen():
            for line in process.stderr:
                errors.append(line)
                stages.setdefault(line.strip(), time.perf_counter() - start)

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        killed, seen, page = "", 0, os.sysconf("SC_PAGE_SIZE")
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            try:
                seen = int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * page
            except (OSError, IndexError):
                pass
            if not killed and seen > limit_gb * 1e9:
                killed = f"killed at {limit_gb:g} GB"
            if not killed and time.perf_counter() - start > timeout:
                killed = f"killed after {timeout} s"
            if killed:
                os.kill(process.pid, 9)
            time.sleep(0.02)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        listener.join(5)
        out.seek(0)
        text = out.read()
    result = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss * 1024 / 1e6}
    if killed:
        return {**result, "failed": killed}
    if process.returncode:
        lines = [line.strip() for line in errors if line.strip()] or [""]
        return {**result, "failed": f"exit {process.returncode}: {lines[-1]}"[:2000]}
    return {**result, "stages": stages, "text": text}


class Compare:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.model, self.calibration, self.data = args.model, args.calibration, args.data
        self.made = {}
        self.raw = {"options": {k: str(v) for k, v in vars(args).items()}, "runs": []}

    def child(self, role, **arguments):
        command = [sys.executable, __file__, "--child", json.dumps({"role": role, **arguments})]
        result = watched(command, self.args.limit_gb, self.args.timeout)
        if "failed" not in result:
            result["answer"] = json.loads(result.pop("text").strip().splitlines()[-1])
        return result

    def answer(self, role, **arguments):
        result = self.child(role, **arguments)
        if "failed" in result:
            raise SystemExit(f"{role}: {result['failed']}")
        return result["answer"]

    def prepare(self):
        args = self.args
        if args.task:
            self.model = pathlib.Path(args.root) / TASKS[args.task][0]
            self.calibration, self.data = self.folder / "calibration.npz", self.folder / "heldout.npz"
            self.answer("task", name=args.task, root=str(args.root), folder=str(self.folder), seed=args.seed)
        elif args.make_data:
            self.calibration, self.data = self.folder / "calibration.npz", self.folder / "heldout.npz"
            sizes = ((self.calibration, args.make_data, 0), (self.data, args.samples, 1))
            for path, samples, seed in sizes:
                self.answer(
                    "make_data",
                    model=str(self.model),
                    out=str(path),
                    samples=samples,
                    length=args.sequence_length,
                    vocabulary=args.vocabulary,
                    seed=args.seed + seed,
                )
        if not (self.model and self.calibration and self.data):
            raise SystemExit("Give MODEL with --calibration and --data or --make-data, or give --task.")
        self.model = self.answer("copy", model=str(self.model), folder=str(self.folder / "model"))
        if args.preprocess:
            out = self.folder / "preprocessed.onnx"
            self.answer("preprocess", model=str(self.model), out=str(out))
            self.model = out
        info = self.answer("info", model=str(self.model), path=str(self.calibration))
        held = self.answer("info", model=str(self.model), path=str(self.data))
        self.batch = info["fixed_batch"] or args.batch_size
        self.available = info["samples"] // self.batch
        self.samples = min(args.samples, held["samples"]) // self.batch * self.batch
        self.raw["model"] = {"batch": self.batch, "batches": self.available, "heldout": self.samples}
        if not self.available or not self.samples:
            raise SystemExit(f"The data has less than a batch of {self.batch}.")
        # The launcher builds what it starts; that is nobody's run time.
        subprocess.run([args.tailgate, "version"], check=True, stdout=subprocess.DEVNULL)

    def out(self, tool, method):
        return self.folder / f"{tool}-{method}.onnx"

    def quantize(self, tool, method, count, alone=False, out=None):
        """One run of one tool, in a process of its own."""
        out = out or self.out(tool, method)
        if tool == "tailgate":
            command = [self.args.tailgate, "quantize", str(self.model), "-o", str(out)]
            command += ["--data", str(self.data), "--calibration-data", str(self.calibration)]
            command += ["--samples", str(self.batch), "--batch-size", str(self.batch)]
            command += ["--calibration-batch-size", str(self.batch)]
            command += ["--calibration-batches", str(count), "--range-estimator", method]
            command += ["--placement", "transformer", *self.args.tailgate_options.split()]
            run = watched(command, self.args.limit_gb, self.args.timeout)
            run.pop("text", None)
            # Progress goes to standard error, a line a stage, behind its first batch or item.
            run["stages"] = {k: round(v, 3) for k, v in run.get("stages", {}).items()}
        else:
            run = self.child(
                "ort",
                model=str(self.model),
                out=str(out),
                path=str(self.calibration),
                batch=self.batch,
                count=count,
                variant=tool,
                method=method,
                alone=alone,
            )
            run.pop("stages", None)
            run["inner"] = run.pop("answer", {}).get("seconds")
        run.update(tool=tool, method=method, batches=count, alone=alone)
        self.raw["runs"].append(run)
        print(f"  {tool} {method} {count} batches{' alone' if alone else ''}: {say(run)}", file=sys.stderr)
        return run

    def methods(self, tool):
        return [m for m in self.args.methods if tool != "tailgate" or m != "percentile-asymmetric"]

    def calibrate(self):
        count = min(self.args.batches, self.available)
        runs = []
        # Repetitions on the outside: what slows the machine for a while slows all alike.
        for _ in range(self.args.repeats):
            for method in self.args.methods:
                for tool in self.args.tools:
                    if method in self.methods(tool):
                        runs.append(self.quantize(tool, method, count))
                        self.made[tool, method] = runs[-1]
                        if tool != "tailgate":
                            runs.append(self.quantize(tool, method, count, alone=True))
        heading(f"Quantizing, {count} batches of {self.batch}, median of {self.args.repeats}")
        row("method", "tool", "calibration alone, s", "call, s", "process, s", "CPU s", "peak MB", *RATIOS)
        row(*["---"] * 2, *["---:"] * 8)
        for method in self.args.methods:
            base = self.base(runs, method, count)
            for tool in self.args.tools:
                whole = collect(runs, tool, method, count, False)
                alone = collect(runs, tool, method, count, True)
                if whole:
                    row(
                        method,
                        tool,
                        number(alone, "inner", 2),
                        number(whole, "inner", 2),
                        number(whole, "wall", 2),
                        number(whole, "cpu", 2),
                        number(whole, "peak_mb", 0),
                        *ratios(whole, base),
                    )

    def base(self, runs, method, count):
        return collect(runs, self.first_other(), method, count, False)

    def memory(self):
        counts = [c for c in self.args.memory_batches if c <= self.available]
        left = sorted(set(self.args.memory_batches) - set(counts))
        if left:
            print(f"  too few samples for {left} batches of {self.batch}", file=sys.stderr)
        tools = [t for t in self.args.tools if t in ("tailgate", self.first_other())]
        methods = [m for m in self.args.methods if m != "percentile-asymmetric"]
        scratch = self.folder / "scratch.onnx"
        runs = [self.quantize(t, m, c, out=scratch) for m in methods for c in counts for t in tools]
        heading(f"Peak memory and time over batches of {self.batch}")
        row("method", "batches", "tool", "process, s", "CPU s", "peak MB", *RATIOS)
        row(*["---"], *["---:"], "---", *["---:"] * 6)
        for method in methods:
            for count in counts:
                base = self.base(runs, method, count)
                for tool in tools:
                    part = collect(runs, tool, method, count, False)
                    numbers = [number(part, k, d) for k, d in (("wall", 2), ("cpu", 2), ("peak_mb", 0))]
                    row(method, count, tool, *numbers, *ratios(part, base))
            # The same formula for both: whatever does not grow with the batches falls out.
            for tool in tools:
                few, many = (collect(runs, tool, method, c, False) for c in (counts[0], counts[-1]))
                if len(counts) > 1 and not any("failed" in r for r in few + many):
                    more = [(many[0][k] - few[0][k]) / (counts[-1] - counts[0]) for k in ("wall", "cpu", "peak_mb")]
                    row(method, "each further", tool, *[f"{m:.3f}" for m in more], *[""] * 3)

    def first_other(self):
        return next((t for t in self.args.tools if t != "tailgate"), None)

    def written(self):
        """The quantized models, made where `calibrate` has not made them."""
        count, models = min(self.args.batches, self.available), {}
        for tool in self.args.tools:
            for method in self.methods(tool):
                last = self.made.get((tool, method)) or self.quantize(tool, method, count)
                if "failed" not in last:
                    models[f"{tool} {method}"] = self.out(tool, method)
        return models

    def written_table(self, want_quality, want_speed):
        models = self.written()
        paths = {"float": str(self.model), **{k: str(v) for k, v in models.items()}}
        common = {"path": str(self.data), "batch": self.batch, "samples": self.samples}
        quality, times = {}, {}
        if want_quality:
            quality = self.answer(
                "quality", models=paths, metric=self.args.metric, threads=self.args.threads, **common
            )
        if want_speed:
            times = self.answer(
                "speed",
                models=paths,
                threads=self.args.threads,
                rounds=self.args.rounds,
                floor=self.args.floor,
                **common,
            )
        self.raw.update(quality=quality, seconds=times)
        sizes = self.raw["bytes"] = self.answer("sizes", models=paths)
        where = f"{self.samples} held-out samples, {self.args.threads} threads, batches of {self.batch}"
        heading(f"Written models, {where}")
        known = {k for q in quality.values() for k, v in q.items() if v is not None}
        columns = [c for c in ("sqnr", "top1_agreement", "accuracy", "perplexity") if c in known]
        titles = ["SQNR dB" if c == "sqnr" else c.replace("_", " ") for c in columns]
        row("model", "MB", "of float", *titles, *(["ms", "of float (quartiles)"] if times else []))
        row("---", *["---:"] * (2 + len(columns) + (2 if times else 0)))
        for name in [*paths, *(["float again"] if times else [])]:
            cells = [name, "", ""]
            if name in sizes:
                cells[1:] = [f"{sizes[name] / 1e6:.2f}", f"{sizes[name] / sizes['float']:.3f}"]
            cells += [value(quality.get(name, {}).get(c), c) for c in columns]
            if times:
                cells += [f"{statistics.median(times[name]) * 1e3:.3g}", paired(times[name], times["float"])]
            row(*cells)
        self.raw["operators"] = self.answer("operators", models=paths)
        print("\nOperators with quantized inputs:\n")
        for name in models:
            kinds = self.raw["operators"][name]
            left = ", ".join(f"{n} {k}" for k, n in kinds["left"].items())
            line = ", ".join(f"{n} {k}" for k, n in kinds["quantized"].items())
            print(f"- {name}: {line}{f'; left in float: {left}' if left else ''}")
        if times and self.first_other():
            lines = []
            for method in self.methods("tailgate"):
                mine = times.get(f"tailgate {method}")
                for tool in self.args.tools:
                    theirs = times.get(f"{tool} {method}")
                    if tool != "tailgate" and mine and theirs:
                        lines.append(f"- {method}, {tool}: {paired(mine, theirs)}")
            if lines:
                print("\nRun time, Tailgate's model to the other:\n", *lines, sep="\n")

    def run(self):
        self.prepare()
        parts = self.args.parts
        if "calibrate" in parts:
            self.calibrate()
        if "memory" in parts:
            self.memory()
        if "quality" in parts or "speed" in parts:
            self.written_table("quality" in parts, "speed" in parts)
        if self.args.json:
            self.args.json.write_text(json.dumps(self.raw, indent=1) + "\n")


# --- Printing

RATIOS = ("time ratio", "CPU ratio", "memory ratio")


def heading(text):
    print(f"\n### {text}\n", flush=True)


def row(*cells):
    print("| " + " | ".join(str(c) for c in cells) + " |", flush=True)


def say(run):
    return run.get("failed") or f"{run['wall']:.2f} s, {run['peak_mb']:.0f} MB {run.get('stages') or ''}".strip()


def collect(runs, tool, method, count, alone):
    key = (tool, method, count, alone)
    return [r for r in runs if (r["tool"], r["method"], r["batches"], r["alone"]) == key]


def number(runs, key, digits):
    failed = [r["failed"] for r in runs if "failed" in r]
    if failed:
        # The whole message is among the raw numbers.
        return re.sub(r"[|\s]+", " ", failed[0])[:70] if key == "wall" else ""
    values = [r[key] for r in runs if r.get(key) is not None]
    return f"{statistics.median(values):.{digits}f}" if values else ""


def ratios(runs, base):
    if not base or any("failed" in r for r in runs + base):
        return [""] * len(RATIOS)
    return [
        f"{statistics.median(r[k] for r in runs) / statistics.median(r[k] for r in base):.2f}"
        for k in ("wall", "cpu", "peak_mb")
    ]


def value(x, kind):
    if x is None:
        return ""
    return f"{x:.2f}" if kind == "sqnr" else f"{x:.4f}"


def paired(times, base):
    """Median and quartiles of the ratios of turns of the same round."""
    each = [a / b for a, b in zip(times, base)]
    if len(each) < 2:
        return f"{each[0]:.3f}"
    low, middle, high = statistics.quantiles(each, n=4, method="inclusive")
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


def arguments():
    def names(allowed):
        def parse(text):
            chosen = text.split(",")
            wrong = [c for c in chosen if c not in allowed]
            if wrong:
                raise argparse.ArgumentTypeError(f"{wrong[0]} is none of {', '.join(allowed)}")
            return chosen

        return parse

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("model", nargs="?", type=pathlib.Path)
    add("--calibration", type=pathlib.Path, help=".npz, arrays named like the inputs")
    add("--data", type=pathlib.Path, help="held-out .npz; labels [N] or [N, T] under `labels`, -100 does not count")
    add("--make-data", type=int, default=0, metavar="N", help="seeded token samples instead: N for calibration")
    add("--task", choices=TASKS, help="a real model with its data below --root")
    add("--root", type=pathlib.Path, help="folder with models/, images/ and text/")
    add("--parts", type=names(PARTS), default=list(PARTS), help="of " + ", ".join(PARTS))
    add("--tools", type=names(("tailgate", *VARIANTS)), default=["ort-u8", "ort-s8", "tailgate"],
        help="of tailgate, " + ", ".join(VARIANTS) + "; ratios are to the first that is not tailgate")
    add("--methods", type=names(METHODS), default=list(METHODS), help="of " + ", ".join(METHODS))
    add("--batches", type=int, default=16, help="calibration batches")
    add("--memory-batches", type=lambda t: [int(n) for n in t.split(",")], default=[4, 16, 64])
    add("--batch-size", type=int, default=8, help="where the model leaves it open")
    add("--samples", type=int, default=256, help="held-out samples, at most")
    add("--sequence-length", type=int, default=128, help="for --make-data")
    add("--vocabulary", type=int, default=30000, help="for --make-data")
    add("--metric", choices=("auto", "causal", "none"), default="auto", help="auto: by labels; causal: next token")
    add("--preprocess", action="store_true", help="quantize the pre-processed model with both tools")
    add("--repeats", type=int, default=3, help="of each run of `calibrate`")
    add("--rounds", type=int, default=40, help="of `speed`")
    add("--floor", type=float, default=0.02, help="seconds a turn lasts at least")
    add("--threads", type=int, default=2, help="for `quality` and `speed`")
    add("--limit-gb", type=float, default=16, help="a run above it is killed")
    add("--timeout", type=int, default=1800, help="seconds after which a run is killed")
    add("--seed", type=int, default=0)
    add("--work", type=pathlib.Path, help="folder for data and models; default: one that is removed")
    add("--json", type=pathlib.Path, help="raw numbers")
    add("--tailgate", default=str(ROOT / "tailgate"))
    add("--tailgate-options", default="", help="further options of tailgate quantize")
    add("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    args = arguments()
    if args.child:
        asked = json.loads(args.child)
        print(json.dumps(globals()["child_" + asked.pop("role")](**asked)))
        return
    folder = args.work or pathlib.Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        Compare(args, folder).run()
    finally:
        if not args.work:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
