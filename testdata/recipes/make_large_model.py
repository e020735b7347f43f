"""Makes a model of 2.1 GB: 32 linear layers of 4096 x 4096 with their weights as external data.

    python make_large_model.py FOLDER
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper


def main(folder, layers=32, width=4096):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(0)
    nodes, weights, value = [], [], "x"
    with open(os.path.join(folder, "large.onnx.data"), "wb") as data:
        for i in range(layers):
            name, size = f"w{i}", width * width * 4
            tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[width, width])
            tensor.data_location = TensorProto.EXTERNAL
            for key, text in (
                ("location", "large.onnx.data"),
                ("offset", str(data.tell())),
                ("length", str(size)),
            ):
                tensor.external_data.add(key=key, value=text)
            data.write((rng.standard_normal((width, width), np.float32) / width**0.5).tobytes())
            weights.append(tensor)
            nodes.append(helper.make_node("MatMul", [value, name], [f"y{i}"]))
            value = f"y{i}"
    shape = ["batch", "sequence", width]
    graph = helper.make_graph(
        nodes,
        "large",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, shape)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with open(os.path.join(folder, "large.onnx"), "wb") as out:
        out.write(model.SerializeToString())


if __name__ == "__main__":
    main(sys.argv[1])
