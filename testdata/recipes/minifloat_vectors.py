"""Writes what ml_dtypes makes of float32 values in formats of 8 bits and fewer, as text for Java.

    python minifloat_vectors.py minifloat_vectors.txt

Each format begins with its name (exponent and mantissa bits), then has one line a code and one a value:

    format e4m3
    code 7e 448.0
    cast 43dfffff 7e
    cast 43e80001 7f 7e

A code is followed by the number it stands for; nan and inf are numbers here. A cast has the bits of a
float32, the code ml_dtypes gives it, and, where that is another, the code of the value after it was
clipped to the largest number: ONNX saturates, while ml_dtypes overflows to what the format has beyond it.

Values are, of both signs: the middle between each two neighbours, where the mantissa must be even, and
the float32 numbers beside it; the same for the first value that overflows; the ends of the float32 range;
and random ones over all magnitudes. Numbers themselves are not repeated: each must give its own code.
"""

import sys

import ml_dtypes
import numpy as np

FORMATS = {
    "e4m3": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
    "e2m1": ml_dtypes.float4_e2m1fn,
    "e3m2": ml_dtypes.float6_e3m2fn,
    "e2m3": ml_dtypes.float6_e2m3fn,
}
RANDOM = 100


def casts(dtype, info):
    largest = np.float32(info.max)
    codes = np.arange(1 << info.bits, dtype=np.uint8)
    numbers = np.unique(np.abs(codes.view(dtype).astype(np.float32)))
    numbers = numbers[np.isfinite(numbers)]
    beyond = 2 * numbers[-1] - numbers[-2]
    middles = (numbers + np.append(numbers[1:], beyond)) / np.float32(2)
    up, down = np.float32(np.inf), np.float32(-np.inf)
    with np.errstate(under="ignore"):
        near = [np.nextafter(middles, up), np.nextafter(middles, down)]
    limits = np.finfo(np.float32)
    ends = [0, limits.smallest_subnormal, limits.tiny, limits.max, np.inf]
    rng = np.random.default_rng(1)
    exponents = rng.integers(info.minexp - info.nmant - 3, info.maxexp + 3, RANDOM)
    scattered = np.ldexp(rng.uniform(1, 2, RANDOM), exponents)
    magnitudes = np.concatenate([middles, *near, ends, scattered]).astype(np.float32)
    values = np.concatenate([magnitudes, -magnitudes, [np.float32(np.nan)]]).astype(np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        given = values.astype(dtype).view(np.uint8)
        clipped = np.clip(values, -largest, largest).astype(dtype).view(np.uint8)
    return zip(values.view(np.uint32), given, clipped, strict=True)


def main():
    with open(sys.argv[1], "w", encoding="ascii", newline="\n") as out:
        for name, dtype in FORMATS.items():
            info = ml_dtypes.finfo(dtype)
            print("format", name, file=out)
            for code in range(1 << info.bits):
                number = np.array(code, dtype=np.uint8).view(dtype).astype(np.float32)
                print(f"code {code:02x} {number}", file=out)
            for bits, given, clipped in casts(dtype, info):
                saturated = "" if clipped == given else f" {clipped:02x}"
                print(f"cast {bits:08x} {given:02x}{saturated}", file=out)


if __name__ == "__main__":
    main()
