"""Rewrites every ONNX model of a folder by one method, verified, and prints a Markdown table.

    python testdata/recipes/rewrite_table.py FOLDER [--method M] [--options "..."]

Where the folder has an expected.json, as export_architectures.py writes it, the number of sites is
compared with what the configuration says. A model with an .npz of its name beside it is run on that
data, others on made-up inputs.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def rewrite(model, args, out):
    command = [str(ROOT / "tailgate"), "rewrite", str(model), "--method", args.method]
    command += ["-o", str(out / "rewritten.onnx"), "--format", "json", "--quiet"]
    command += shlex.split(args.options)
    if not args.no_verify:
        command += ["--verify", "--samples", "4", "--sequence-length", "16", "--batch-size", "2"]
        data = model.with_suffix(".npz")
        if data.exists():
            command += ["--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=args.timeout)
    if done.returncode:
        return None, f"exit {done.returncode}: " + done.stderr.strip().removeprefix("tailgate: ")
    return json.loads(done.stdout), ""


def row(name, expected, result, refusal):
    if result is None:
        return [name, expected, "", "", "", refusal[:170].replace("|", "/").replace("\n", " ")]
    sites = result["sites"]
    checks = [site["check"] for site in sites if site.get("check")]
    # JSON has no infinity: what is not finite comes as a string.
    differences = [float(c["max_difference"]) for c in checks if "max_difference" in c]
    rules = sorted({rule for site in sites for rule in site["rules"]})
    left = sorted({site["reason"] for site in sites if not site["rewritten"]})
    difference = f"{max(differences):.1e}" if differences else "-"
    note = "; ".join(rules + left)[:170]
    return [name, expected, len(sites), result["rewritten"], difference, note]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--method", default="outeffhop")
    parser.add_argument("--options", default="")
    parser.add_argument("--no-verify", action="store_true")
    parser.add_argument("--timeout", type=int, default=300)
    args = parser.parse_args()
    expected_file = args.folder / "expected.json"
    expected = json.loads(expected_file.read_text())["files"] if expected_file.exists() else {}
    print("| model | expected | found | rewritten | max difference | |")
    print("|---|---:|---:|---:|---:|---|")
    wrong = 0
    with tempfile.TemporaryDirectory() as out:
        for model in sorted(args.folder.rglob("*.onnx")):
            name = str(model.relative_to(args.folder))
            wanted = expected.get(name, {}).get("sites", "")
            try:
                result, refusal = rewrite(model, args, pathlib.Path(out))
            except subprocess.TimeoutExpired:
                result, refusal = None, f"no end after {args.timeout} s"
            cells = row(name, wanted, result, refusal)
            wrong += wanted != "" and not (cells[1] == cells[2] == cells[3])
            print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
    if expected:
        print(f"\n{wrong} models differ from what their configuration says.")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
