"""Makes a model of 2.1 GB whose weights are external data.

    python make_large_model.py FOLDER [--attention]

32 linear layers of 4096 x 4096 in large.onnx; with --attention, 32 layers of self-attention of width 2048
with 16 heads in large-attention.onnx.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Writer:
    """A graph being made, its weights going to the data file at once."""

    def __init__(self, data, location):
        self.data, self.location = data, location
        self.rng = np.random.default_rng(0)
        self.nodes, self.weights = [], []

    def weight(self, name, width):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[width, width])
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in (
            ("location", self.location),
            ("offset", str(self.data.tell())),
            ("length", str(width * width * 4)),
        ):
            tensor.external_data.add(key=key, value=text)
        values = self.rng.standard_normal((width, width), np.float32) / width**0.5
        self.data.write(values.tobytes())
        self.weights.append(tensor)
        return name

    def constant(self, name, values):
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def node(self, op, output, *inputs, **attributes):
        self.nodes.append(helper.make_node(op, list(inputs), [output], name=output, **attributes))
        return output


def linear(writer, layer, value, width):
    return writer.node("MatMul", f"y{layer}", value, writer.weight(f"w{layer}", width))


def attention(writer, layer, value, width, heads=16):
    def project(part):
        product = writer.node(
            "MatMul", f"{part}{layer}", value, writer.weight(f"w{part}{layer}", width)
        )
        split = writer.node("Reshape", f"{product}_split", product, "by_head")
        perm = [0, 2, 3, 1] if part == "k" else [0, 2, 1, 3]
        return writer.node("Transpose", f"{product}_heads", split, perm=perm)

    if layer == 0:
        writer.constant("by_head", np.array([0, 0, heads, width // heads], np.int64))
        writer.constant("joined", np.array([0, 0, width], np.int64))
        writer.constant("scale", np.float32((width // heads) ** -0.5))
    scores = writer.node("MatMul", f"scores{layer}", project("q"), project("k"))
    scaled = writer.node("Mul", f"scaled{layer}", scores, "scale")
    probs = writer.node("Softmax", f"probs{layer}", scaled, axis=-1)
    context = writer.node("MatMul", f"context{layer}", probs, project("v"))
    turned = writer.node("Transpose", f"turned{layer}", context, perm=[0, 2, 1, 3])
    hidden = writer.node("Reshape", f"hidden{layer}", turned, "joined")
    output = writer.node("MatMul", f"o{layer}", hidden, writer.weight(f"wo{layer}", width))
    return writer.node("Add", f"y{layer}", value, output)


def main(folder, name, width, block, layers=32):
    os.makedirs(folder, exist_ok=True)
    value = "x"
    with open(os.path.join(folder, name + ".data"), "wb") as data:
        writer = Writer(data, name + ".data")
        for layer in range(layers):
            value = block(writer, layer, value, width)
    shape = ["batch", "sequence", width]
    graph = helper.make_graph(
        writer.nodes,
        "large",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape)],
        writer.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(model.SerializeToString())


if __name__ == "__main__":
    if "--attention" in sys.argv[2:]:
        main(sys.argv[1], "large-attention.onnx", 2048, attention)
    else:
        main(sys.argv[1], "large.onnx", 4096, linear)
