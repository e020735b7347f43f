"""Writes everything.onnx and everything.tsv: each construct of the format once, by onnx 1.23.1.

The .tsv holds, for each initialiser, what NumPy reads from it: name, type, dimensions, raw bytes
in hexadecimal. It is the independent expectation of RoundTripTest.
"""
import numpy as np
import onnx
from onnx import TensorProto as T, helper as h, numpy_helper

rng = np.random.default_rng(7)
initializers = [
    numpy_helper.from_array(rng.standard_normal((16, 32)).astype(np.float32), "raw_float"),
    h.make_tensor("typed_float", T.FLOAT, [24, 16], rng.standard_normal(384).astype(np.float32)),
    h.make_tensor("typed_double", T.DOUBLE, [200], rng.standard_normal(200)),
    h.make_tensor("typed_int64", T.INT64, [4], [-1, 0, 2**62, -(2**63)]),
    h.make_tensor("typed_int32", T.INT32, [3], [-5, 0, 2**31 - 1]),
    h.make_tensor("typed_uint64", T.UINT64, [2], [2**64 - 1, 3]),
    h.make_tensor("typed_uint32", T.UINT32, [2], [2**32 - 1, 3]),
    h.make_tensor("typed_half", T.FLOAT16, [4], np.array([1.5, -0.25, 65504, 6e-8], np.float16)),
    h.make_tensor("typed_bool", T.BOOL, [3], [True, False, True]),
    h.make_tensor("typed_int8", T.INT8, [4], [-128, -1, 0, 127]),
    h.make_tensor("typed_int16", T.INT16, [2], [-300, 300]),
    h.make_tensor("typed_complex", T.COMPLEX64, [2], [1 + 2j, -3.5j]),
    h.make_tensor("typed_int4", T.INT4, [5], [-8, -1, 0, 3, 7]),
    h.make_tensor("scalar", T.FLOAT, [], [2.5]),
    h.make_tensor("nothing", T.FLOAT, [0, 4], []),
    numpy_helper.from_array(np.zeros((3, 0), np.int64), "nothing_raw"),
    h.make_tensor("words", T.STRING, [2], [b"one", "zw\u00f6lf".encode()]),
    numpy_helper.from_array(np.array([0.5], np.float32), "also_input"),
]
dense = numpy_helper.from_array(np.array([3, 4], np.float32), "sparse")
where = numpy_helper.from_array(np.array([1, 5], np.int64), "sparse_indices")

captured = h.make_node("Add", ["x", "inner_weight"], ["inner_sum"])
then = h.make_graph(
    [captured], "then", [], [h.make_tensor_value_info("inner_sum", T.FLOAT, ["n", 4])],
    [numpy_helper.from_array(np.ones(4, np.float32), "inner_weight")])
other = h.make_graph(
    [h.make_node("Identity", ["scaled"], ["other_out"])], "else", [],
    [h.make_tensor_value_info("other_out", T.FLOAT, ["n", 4])])
nodes = [
    h.make_node("Mul", ["x", "scalar"], ["scaled"], name="same"),
    h.make_node("Clip", ["scaled", "", "scalar"], ["clipped"], name="same"),
    h.make_node("If", ["flag"], ["chosen"], then_branch=then, else_branch=other),
    h.make_node("Dropout", ["chosen"], ["dropped", ""]),
    h.make_node("Twice", ["dropped"], ["twice"], domain="local", factor=3.0),
    h.make_node("Constant", [], ["c"], value=numpy_helper.from_array(np.arange(400, dtype=np.float32), "")),
    h.make_node("ReduceSum", ["c"], ["c_sum"]),
    h.make_node("Add", ["twice", "c_sum"], ["shifted"]),
    h.make_node("Add", ["shifted", "also_input"], ["y"]),
]
graph = h.make_graph(
    nodes, "everything",
    [h.make_tensor_value_info("x", T.FLOAT, ["n", 4]), h.make_tensor_value_info("flag", T.BOOL, []),
     h.make_tensor_value_info("also_input", T.FLOAT, [1])],
    [h.make_tensor_value_info("y", T.FLOAT, ["n", 4])],
    initializers, doc_string="a graph", value_info=[h.make_tensor_value_info("scaled", T.FLOAT, ["n", 4])],
    sparse_initializer=[h.make_sparse_tensor(dense, where, [8])])
graph.quantization_annotation.add(tensor_name="scaled").quant_parameter_tensor_names.add(
    key="SCALE_TENSOR", value="scalar")
body = [
    h.make_node("Constant", [], ["two"]),
    h.make_node("Mul", ["a", "two"], ["b"]),
]
factor = body[0].attribute.add(name="value_float", type=onnx.AttributeProto.FLOAT)
factor.ref_attr_name = "factor"
function = h.make_function("local", "Twice", ["a"], ["b"], body, [h.make_opsetid("", 21)], ["factor"])
model = h.make_model(
    graph, functions=[function], producer_name="fixture", producer_version="1", ir_version=10,
    opset_imports=[h.make_opsetid("", 21), h.make_opsetid("local", 1)])
h.set_model_props(model, {"key": "value"})
info = model.training_info.add()
info.algorithm.CopyFrom(h.make_graph([h.make_node("Neg", ["y"], ["grad"])], "step", [], []))
info.update_binding.add(key="raw_float", value="grad")
onnx.checker.check_model(model, full_check=True)
# Field 2000 of the model and of the graph: written by a later version of the format.
model.graph.MergeFromString(bytes([0x82, 0x7D, 3]) + b"new")
model.MergeFromString(bytes([0x82, 0x7D, 5]) + b"newer")
with open("everything.onnx", "wb") as out:
    out.write(model.SerializeToString())
with open("everything.tsv", "w", encoding="utf-8") as out:
    for tensor in initializers:
        if tensor.data_type == T.STRING:
            continue
        array = numpy_helper.to_array(tensor)
        if tensor.data_type == T.INT4:
            flat = [int(v) & 15 for v in array.ravel()] + [0]
            raw = bytes(flat[i] | flat[i + 1] << 4 for i in range(0, 6, 2))
        else:
            raw = array.tobytes()
        out.write(f"{tensor.name}\t{T.DataType.Name(tensor.data_type)}\t{list(array.shape)}\t{raw.hex()}\n")
