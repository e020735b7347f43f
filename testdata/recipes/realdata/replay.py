"""The quantized model that an audit simulated, built anew from the ranges in its result.json."""

import numpy as np
import onnx
from onnx import helper, numpy_helper, version_converter


def replay(model, points):
    """Every point becomes QuantizeLinear and DequantizeLinear in front of the readers of its tensor.

    Of a weight those of the type that the point names: a table of embeddings may also be the head, which stays float.
    """
    model = onnx.load(str(model))
    opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    if opset < 13:  # the first with signed integers, and zero points, in all operators used here
        model = version_converter.convert_version(model, 13)
    graph, behind, renamed, nodes = model.graph, {}, {}, []
    produced = {o for n in graph.node for o in n.output}
    present = produced | {i.name for i in graph.initializer} | {i.name for i in graph.input}
    for point in points:
        name = point["tensor"]
        if name not in present:
            raise RuntimeError(f"result.json quantizes {name}, which the model does not have")
        if point["bits"] != 8:
            raise RuntimeError(f"{name} has {point['bits']} bits, which is not written here")
        kind = np.int8 if point["signed"] else np.uint8
        graph.initializer.extend([
            numpy_helper.from_array(np.float32(point["scale"]), f"{name}/scale"),
            numpy_helper.from_array(np.array(point["zero_point"], kind), f"{name}/zero")])
        pair = [helper.make_node("QuantizeLinear", [name, f"{name}/scale", f"{name}/zero"], [f"{name}/codes"]),
                helper.make_node("DequantizeLinear", [f"{name}/codes", f"{name}/scale", f"{name}/zero"],
                                 [f"{name}/rounded"])]
        types = {n.op_type for n in graph.node if name in n.input}
        renamed[name] = f"{name}/rounded", {point["role"]} & types if point["kind"] == "weight" else set()
        behind[name] = pair
        if name not in produced:
            nodes += pair
    for node in list(graph.node):
        for i, name in enumerate(node.input):
            rounded, types = renamed.get(name, (name, set()))
            node.input[i] = rounded if not types or node.op_type in types else name
        nodes.append(node)
        nodes += [q for o in node.output for q in behind.get(o, ())]
    del graph.node[:]
    graph.node.extend(nodes)
    return model
