"""Checks the tap statistics of a result against NumPy in double precision on the same activations.

    python check_statistics.py MODEL.onnx RESULT.json INPUTS.npz [BATCH]

Runs the model in ONNX Runtime with every tap of the result as an output, computes kurtosis, infinity
norm, absolute maximum and 6-sigma count from their formulas, and prints the largest relative
difference of each. The model must read the arrays of INPUTS.npz under their own names; padding is not
handled.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime as ort


def rows(x, per_token):
    x = np.asarray(x, np.float64)
    return x.reshape(-1, x.shape[-1]) if per_token else x.reshape(x.shape[0], -1)


def main(model_path, result_path, inputs_path, batch=8):
    result = json.load(open(result_path))
    model = onnx.load(model_path)
    have = {o.name for o in model.graph.output}
    taps = result["taps"]
    for tap in taps:
        if tap["tensor"] not in have:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(tap["tensor"]))
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    arrays = dict(np.load(inputs_path))
    names = [i.name for i in session.get_inputs() if i.name in arrays]
    count = min(len(arrays[names[0]]), result["run"]["samples"])
    opt = result["run"]["tap_preset"] == "opt"
    sums = {t["tensor"]: [0.0, 0.0, 0, 0.0, 0] for t in taps}
    for start in range(0, count, int(batch)):
        feed = {n: arrays[n][start : min(count, start + int(batch))] for n in names}
        for tap, value in zip(taps, session.run([t["tensor"] for t in taps], feed)):
            x = rows(value, opt and tap["role"] in ("ffn_out", "ffn_layernorm_out"))
            mean, s = x.mean(1, keepdims=True), x.std(1, ddof=1)
            kurtosis = ((x - mean) ** 4).mean(1) / (s**4 + 1e-6)
            whole = np.asarray(value, np.float64).reshape(len(value), -1)
            centred = np.abs(whole - whole.mean(1, keepdims=True))
            acc = sums[tap["tensor"]]
            acc[0] += kurtosis.sum()
            acc[1] += np.abs(x).max(1).sum()
            acc[2] += len(x)
            acc[3] = max(acc[3], np.abs(x).max())
            acc[4] += int((centred > 6 * whole.std(1, keepdims=True)).sum())
    worst = {"kurtosis": 0.0, "max_inf_norm": 0.0, "abs_max": 0.0, "outliers_6sigma": 0.0}
    for tap in taps:
        k, norm, n, top, outliers = sums[tap["tensor"]]
        for key, expected in (
            ("kurtosis", k / n),
            ("max_inf_norm", norm / n),
            ("abs_max", top),
            ("outliers_6sigma", outliers),
        ):
            difference = abs(tap[key] - expected) / max(abs(expected), 1e-12)
            worst[key] = max(worst[key], difference if expected or tap[key] else 0.0)
    print(f"{len(taps)} taps, {count} samples, largest relative differences:")
    for key, value in worst.items():
        print(f"  {key:16s} {value:.2e}")


if __name__ == "__main__":
    main(*sys.argv[1:])
