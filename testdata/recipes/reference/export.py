"""Export to ONNX (opset 17) and proof that ONNX Runtime computes what PyTorch computes."""
import warnings

import numpy as np
import onnx
import onnxruntime
import torch

TOLERANCE = 2e-4


def export(model, family, arrays, path):
    """Write `path` and give the worst absolute difference over several shapes."""
    axes = getattr(family, "AXES", {0: "batch"})
    names = [*family.INPUTS, family.OUTPUT]
    example = tuple(torch.from_numpy(arrays[n][:2]) for n in family.INPUTS)
    model.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own deprecation note and tracer notes on constant shapes
        torch.onnx.export(model, example, str(path), dynamo=False, opset_version=17,
                          input_names=list(family.INPUTS), output_names=[family.OUTPUT],
                          dynamic_axes={n: dict(axes) for n in names})
    graph = readable(onnx.load(str(path)))
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, str(path))
    return compare(model, family, arrays, path, axes)


def readable(model):
    """Drop stack traces and give folded weights the name of the module that owns them."""
    weights, taken = {i.name: i for i in model.graph.initializer}, {i.name for i in model.graph.initializer}
    uses = {}
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        for name in node.input:
            uses[name] = uses.get(name, 0) + 1
    for node in model.graph.node:
        for i, name in enumerate(node.input):
            if name.startswith("onnx::") and name in weights and uses[name] == 1:
                module = node.name.strip("/").replace("/", ".").rsplit(".", 1)[0]
                new = f"{module}.weight" if node.op_type == "MatMul" else f"{module}.{node.op_type.lower()}_{i}"
                if new not in taken:
                    taken.add(new)
                    weights[name].name = node.input[i] = new
    model.doc_string = model.graph.doc_string = ""
    return model


@torch.no_grad()
def compare(model, family, arrays, path, axes):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    inputs, worst = [arrays[n] for n in family.INPUTS], 0.0
    shapes = [(1, None), (3, None), (32, None)]
    if 1 in axes:
        shapes += [(3, 7), (16, 2)]
    for count, length in shapes:
        cut = [np.ascontiguousarray(x[:count] if length is None else x[:count, :length]) for x in inputs]
        got = session.run(None, dict(zip(family.INPUTS, cut)))[0]
        worst = max(worst, float(np.abs(got - model(*map(torch.from_numpy, cut)).numpy()).max()))
    if not worst < TOLERANCE:
        raise SystemExit(f"{path}: the export differs from the model by {worst}")
    return worst
