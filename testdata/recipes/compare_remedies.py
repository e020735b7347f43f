"""What each remedy of `tailgate heal` gives alone, and what --auto makes of them.

    python compare_remedies.py --root FOLDER [--tailgate PATH] [--only NAME,...] [--schemes S,...] [--jobs N] [--work FOLDER]

The models are the vanilla ones of the four built-in families, and trained models with data under FOLDER (see realdata/cases.py).
Prints a Markdown table: the task metric of the float model, of the quantized one, and of the quantized one with each remedy
alone, all on samples that nothing was fitted on; then, on further samples that nothing was chosen by, of the quantized model and of what --auto made.
A number is bold where the 95 % interval of its difference from the plain quantized model, on the same samples, does
not hold 0, and struck through where that difference is for the worse. "-" is a remedy that does not apply.
"""

import argparse
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

from realdata import cases

FAMILIES = {"bert": 256, "opt": 256, "vit": 256, "stanhop": 128}
REAL = ("mameformer_3", "mameformer_5", "vit_2_6", "vit_pgd_2_3_16", "sasrec_beauty", "chessgpt")


def remedies(tailgate):
    text = subprocess.run([tailgate, "heal", "--help"], capture_output=True, text=True, check=True).stdout
    words = " ".join(text.split())
    listed = words.split("helpful or not:")[1].split(". With --auto")[0]
    return [w.strip() for w in listed.split(",")]


def family(resources, name, seed):
    folder = resources / name
    return {"model": folder / f"vanilla-{seed}.onnx", "options": [
        "--data", str(folder / "heldout.npz"), "--calibration-data", str(folder / "calibration.npz"),
        "--samples", str(FAMILIES[name])]}


def real(root, work, name):
    case = cases.CASES[name](root, work)
    same = case.data == case.calibration
    return {"model": case.model, "options": [
        "--data", case.data, *([] if same else ["--calibration-data", case.calibration]), "--samples", "256",
        "--batch-size", str(case.batch), "--calibration-batch-size", str(case.batch),
        "--calibration-batches", str(case.calibration_batches), *case.options]}


def heal(tailgate, case, scheme, treatment, work):
    with tempfile.TemporaryDirectory(dir=work) as out:
        run = subprocess.run(
            [tailgate, "heal", str(case["model"]), *case["options"], "--scheme", scheme, "--no-sensitivity", "--threads", "1",
             "--quiet", "--format", "json", "--out", out, *treatment], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else {"error": run.stderr.strip().split("\n")[0]}


def number(x):
    return f"{float(x):.4g}"


def cell(result, step):
    """The metric with the remedy; without labels the SQNR of the outputs."""
    if step["verdict"] == "not_applicable":
        return "-"
    if result["fp"] is None:
        return number(step["quantized"]["sqnr"]) + " dB"
    return marked(result, step["quantized"], step["gain"])


def marked(result, damage, gain, fp=None):
    text = number(float((fp or result["fp"])["value"]) + float(damage["delta"]["value"]))
    if float(gain["high"]) < 0:
        return f"**{text}**"
    return f"~~{text}~~" if float(gain["low"]) > 0 else text


def plain(fp, damage):
    if fp is None:
        return number(damage["sqnr"]) + " dB"
    delta = damage["delta"]
    return f"{number(float(fp['value']) + float(delta['value']))} ({number(delta['low'])} .. {number(delta['high'])})"


def row(tailgate, name, case, scheme, names, work):
    each = heal(tailgate, case, scheme, ["--each"], work)
    auto = heal(tailgate, case, scheme, ["--auto"], work)
    for result in (each, auto):
        if "error" in result:
            return [name, scheme, result["error"]] + [""] * (4 + len(names))
    steps = {s["remedy"]: s for s in each["steps"]}
    kept = [s["remedy"] for s in auto["steps"] if s["verdict"] == "kept"]
    held = auto["held_out"]
    if not kept:
        last = "nothing kept"
    elif held["fp"] is None:
        last = number(held["after"]["sqnr"]) + " dB"
    else:
        last = marked(auto, held["after"], held["gain"], held["fp"])
    return [name, scheme, each["metric"] or "sqnr", number(each["fp"]["value"]) if each["fp"] else "",
            plain(each["fp"], each["quantized"]), *[cell(each, steps[n]) for n in names],
            plain(held["fp"], held["before"]), last, ", ".join(kept)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path)
    parser.add_argument("--tailgate", default=str(pathlib.Path(__file__).parents[2] / "tailgate"))
    parser.add_argument("--only", default="")
    parser.add_argument("--schemes", default="w8a8,w6a6,w4a8")
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    work = pathlib.Path(options.work or tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    resources = pathlib.Path(__file__).parents[1] / "src/main/resources/dev/tailgate/testdata"
    found = {f"{n} vanilla-{s}": family(resources, n, s) for n in FAMILIES for s in options.seeds.split(",")}
    if options.root:
        found.update({n: real(options.root, work, n) for n in REAL})
    only = [n for n in options.only.split(",") if n]
    names = remedies(options.tailgate)
    print("| model | scheme | metric | float | quantized (95 % of the change) |", " | ".join(names),
          "| held out: quantized (95 %) | held out: auto | kept |")
    print("|" + " --- |" * (8 + len(names)))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        rows = [pool.submit(row, options.tailgate, n, c, s, names, work)
                for n, c in found.items() if not only or n in only for s in options.schemes.split(",")]
        for done in rows:
            print("| " + " | ".join(done.result()) + " |", flush=True)


if __name__ == "__main__":
    main()
