"""Writes the node tests of ONNX for the quantization operators as data that Java can read.

    python quantize_vectors.py quantize_vectors.json

ONNX generates small models of one node, each with inputs and the outputs they must give. This takes
those of QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear and writes one line of JSON a case:

    {"name", "op", "opset", "attributes", "inputs": [tensor], "outputs": [tensor]}
    tensor: {"name", "type", "shape", "values", "codes"}

"opset" is what the case's model imports; nothing says that the case needs one so new. Values are in
row-major order. A float is written as the shortest decimal that reads back as the same double, so that
parsing it as a double and narrowing loses nothing; what JSON has no number for is a string ("NaN",
"Infinity", "-Infinity"). Types narrower than a byte, and those of 8-bit floats, have "codes" too: the
bits of each element as an unsigned integer, not packed. A tensor of shape [] is a scalar with one value.

The expanded variants (the same function out of other operators) are left out.
"""

import json
import math
import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

OPERATORS = ("quantizelinear", "dequantizelinear", "dynamicquantizelinear")
# Bits of the types that are written with their codes.
CODED = {"uint4": 4, "int4": 4, "float4e2m1": 4, "uint2": 2, "int2": 2}
CODED |= {"float8" + kind: 8 for kind in ("e4m3fn", "e4m3fnuz", "e5m2", "e5m2fnuz", "e8m0")}


def number(value):
    """A Python number, or the name of a float that JSON cannot write."""
    if isinstance(value, int):
        return value
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def tensor(name, declared, data):
    """One input or output; `declared` is the type that the model gives it."""
    array = numpy_helper.to_array(data) if isinstance(data, onnx.TensorProto) else np.asarray(data)
    code = declared.type.tensor_type.elem_type
    kind = onnx.TensorProto.DataType.Name(code).lower()
    if array.dtype != helper.tensor_dtype_to_np_dtype(code):
        raise ValueError(f"{name} is declared {kind} and holds {array.dtype}")
    flat = array.reshape(-1)
    values = flat.astype(np.float64 if kind.startswith("float") else np.int64).tolist()
    facts = {
        "name": name,
        "type": kind,
        "shape": list(array.shape),
        "values": [number(v) for v in values],
    }
    if kind in CODED:
        facts["codes"] = [int(c) & (1 << CODED[kind]) - 1 for c in flat.view(np.uint8)]
    return facts


def case(test):
    graph = test.model.graph
    (node,) = graph.node
    ((inputs, outputs),) = test.data_sets
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if not all(isinstance(value, int) for value in attributes.values()):
        raise ValueError(f"{test.name} has an attribute that is no integer: {attributes}")
    if [i.name for i in graph.input] != list(node.input) or graph.initializer:
        raise ValueError(f"{test.name} does not feed all inputs of its node, in order")
    (opset,) = test.model.opset_import
    return {
        "name": test.name,
        "op": node.op_type,
        "opset": opset.version,
        "attributes": attributes,
        "inputs": [tensor(i.name, i, d) for i, d in zip(graph.input, inputs, strict=True)],
        "outputs": [tensor(o.name, o, d) for o, d in zip(graph.output, outputs, strict=True)],
    }


def main(target):
    with np.errstate(all="ignore"):  # cases of other operators overflow on purpose
        collected = collect_testcases(None)
    tests = [
        t
        for t in collected
        if t.name.startswith(tuple("test_" + op for op in OPERATORS))
        and not t.name.endswith("_expanded")
    ]
    lines = [json.dumps(case(t), allow_nan=False) for t in sorted(tests, key=lambda t: t.name)]
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        source = json.dumps(f"node tests of onnx {onnx.__version__}")
        file.write('{"source": ' + source + ',\n"cases": [\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{len(lines)} cases", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
