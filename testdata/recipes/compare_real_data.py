"""Compares the task metrics that `tailgate audit` gives on real data with the same ones computed by NumPy.

    python compare_real_data.py --root FOLDER [--tailgate PATH] [--only NAME] [--trained FOLDER] [--work FOLDER]

FOLDER holds the models and data sets. For each case the data is put into a form Tailgate reads, and
audited in float and W8A8 (defaults: the papers' placement, running min-max). The same samples are read here
in another way, run in onnxruntime's Python, and scored by NumPy: for W8A8 the float model with a QuantizeLinear and
a DequantizeLinear wherever result.json has a range, with all optimizations off, so that each quantizer is
computed as ONNX defines it. Ranges are Tailgate's own; what follows from them is not. Prints a Markdown table.
With --trained also the small models of `reference.train`, see realdata/trained.py.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime as ort

from realdata import cases, scores, trained
from realdata.replay import replay

HEAD = ("model", "data", "samples", "metric", "tailgate FP", "reference FP", "tailgate W8A8", "reference W8A8",
        "95 % CI FP", "95 % CI W8A8")


def session(model, optimized):
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    if not optimized:
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def predictions(model, inputs, batch, optimized):
    """The first output of a model for all samples. Inputs of the past that no data gives are empty."""
    running, outputs = session(model, optimized), []
    for start in range(0, len(next(iter(inputs.values()))), batch):
        feed = {}
        for node in running.get_inputs():
            if node.name in inputs:
                kind = {"tensor(int64)": np.int64, "tensor(float)": np.float32}[node.type]
                feed[node.name] = inputs[node.name][start : start + batch].astype(kind)
            elif "past" in node.name:
                shape = [n if isinstance(n, int) else 0 if "past" in n else batch for n in node.shape]
                feed[node.name] = np.zeros(shape, np.float32)
            elif "mask" in node.name:
                feed[node.name] = np.ones_like(next(iter(feed.values())))
            else:
                ids = next(iter(feed.values()))
                feed[node.name] = np.broadcast_to(np.arange(ids.shape[1]), ids.shape).copy()
        outputs.append(running.run(None, feed)[0])
    return np.concatenate(outputs)


def tailgate(path, *arguments):
    done = subprocess.run([str(path), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def measured(case, path, folder):
    """Table rows of one case."""
    common = [case.model, "--data", case.data, "--calibration-data", case.calibration, "--samples", case.samples,
              "--batch-size", case.batch, "--calibration-batch-size", case.batch, "--calibration-batches", case.calibration_batches, *case.options, "--quiet"]
    result = json.loads(tailgate(path, "audit", *common, "--format", "json", "--out", folder / "report"))
    quantized = folder / "w8a8.onnx"
    onnx.save(replay(case.model, result["points"]), quantized)
    if result["run"]["samples"] != case.samples:
        print(f"{case.name}: {result['run']['samples']} samples, not {case.samples}", file=sys.stderr)
    floats = predictions(case.model, case.inputs, case.batch, True)
    rounded = predictions(quantized, case.inputs, case.batch, False)
    expected, simulated = case.score(floats), case.score(rounded)
    simulated["sqnr"] = scores.sqnr(floats, rounded)
    found = {m["id"]: m for m in result["task"]["metrics"]}
    found["sqnr"] = {"quantized": next(m for m in result["task"]["agreement"] if m["id"] == "sqnr")}
    for name in simulated:
        if name in case.known and abs(case.known[name] - expected[name]) > 1e-5 * abs(expected[name]):
            print(f"{case.name}: {name} {expected[name]}, known as {case.known[name]}", file=sys.stderr)
        cells = {}
        for which, reference in (("fp", expected), ("quantized", simulated)):
            ours = found.get(name, {}).get(which, {})
            cells[which] = number(ours.get("value")), number(reference.get(name)), interval(ours)
        yield (case.name, case.words, str(result["run"]["samples"]), name, *cells["fp"][:2], *cells["quantized"][:2],
               cells["fp"][2], cells["quantized"][2])


def number(value):
    return f"{value:.6g}" if isinstance(value, float) else "-"


def interval(entry):
    ends = number(entry.get("low")), number(entry.get("high"))
    return "-" if "-" in ends else " to ".join(ends)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--tailgate", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2] / "tailgate")
    parser.add_argument("--only", action="append")
    parser.add_argument("--trained", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, help="keep the files here")
    a = parser.parse_args()
    known = {**cases.CASES, **(trained.cases(a.trained) if a.trained else {})}
    if unknown := set(a.only or ()) - set(known):
        parser.error(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print("| " + " | ".join(HEAD) + " |\n|---|---|" + "---:|---|" + "---:|" * 6)
    notes, failed = [], False
    with tempfile.TemporaryDirectory() as temporary:
        for name in a.only or known:
            folder = (a.work or pathlib.Path(temporary)) / name
            folder.mkdir(parents=True, exist_ok=True)
            try:
                case = known[name](a.root.resolve(), folder.resolve())
                for row in measured(case, a.tailgate, folder.resolve()):
                    print("| " + " | ".join(row) + " |", flush=True)
                if case.note:
                    notes.append(f"{case.name}: {case.note}")
            except RuntimeError as e:
                failed = True
                print(f"| {name} | failed: {str(e).replace('|', '/')} |" + " |" * (len(HEAD) - 2), flush=True)
    if not a.only:
        notes += [f"{model}: {why}" for model, why in cases.NONE.items()]
    print("\n" + "\n".join(f"- {note}" for note in notes))
    sys.exit(failed)


if __name__ == "__main__":
    main()
