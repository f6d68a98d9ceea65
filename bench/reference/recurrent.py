"""Small recurrent layers and what ONNX Runtime makes of them: writes recurrent.json, models included.

Each model's input is [steps, 1, sequences, numbers]; the second axis is dropped before the layer, because models here take
inputs of four axes. Weights and inputs are seeded noise.

    /tmp/reference/bin/pip install onnx
    /tmp/reference/bin/python bench/reference/recurrent.py
"""
import json, pathlib
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper

GATES = {"LSTM": 4, "GRU": 3}
# Kind, direction, steps, sequences, numbers, hidden, bias, GRU's linear_before_reset.
CASES = [
    ("LSTM", "forward", 7, 1, 5, 6, True, 0),
    ("LSTM", "reverse", 6, 2, 3, 5, True, 0),
    ("LSTM", "bidirectional", 5, 1, 4, 9, True, 0),
    ("LSTM", "bidirectional", 4, 3, 4, 8, False, 0),
    ("LSTM", "forward", 1, 2, 4, 3, True, 0),
    ("GRU", "forward", 7, 1, 5, 6, True, 0),
    ("GRU", "reverse", 5, 2, 3, 7, True, 1),
    ("GRU", "bidirectional", 6, 1, 4, 9, True, 1),
    ("GRU", "bidirectional", 6, 2, 4, 5, False, 0),
    ("GRU", "forward", 2, 2, 4, 8, True, 1),
    ("GRU", "bidirectional", 3, 1, 4, 4, True, 0),
]


def model(kind, direction, steps, sequences, numbers, hidden, bias, linear, noise):
    ways, gates = (2 if direction == "bidirectional" else 1), GATES[kind]
    weights = {"W": noise(ways, gates * hidden, numbers), "R": noise(ways, gates * hidden, hidden)}
    if bias:
        weights["B"] = noise(ways, 2 * gates * hidden)
    weights["axis"] = np.array([1])
    attributes = {"hidden_size": hidden, "direction": direction}
    if kind == "GRU":
        attributes["linear_before_reset"] = linear
    layer = ["sequence", "W", "R"] + (["B"] if bias else [])
    nodes = [helper.make_node("Squeeze", ["x", "axis"], ["sequence"]),
             helper.make_node(kind, layer, ["y", "last"], name="layer", **attributes)]
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        nodes, "layer", [value("x", [steps, 1, sequences, numbers])],
        [value("y", [steps, ways, sequences, hidden]), value("last", [ways, sequences, hidden])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(made)
    return made.SerializeToString()


def main():
    random = np.random.default_rng(1)
    noise = lambda *shape: (random.random(shape, np.float32) * 2 - 1).astype(np.float32)
    plain = lambda array: [float(f"{number:.7g}") for number in array.ravel()]
    lines = []
    for case in CASES:
        kind, direction, steps, sequences, numbers, *_, linear = case
        bytes_ = model(*case, noise)
        x = noise(steps, 1, sequences, numbers)
        outputs = onnxruntime.InferenceSession(bytes_, providers=["CPUExecutionProvider"]).run(None, {"x": x})
        name = f"{kind} {direction}" + (" linear_before_reset" if linear else "") + f", {steps} steps of {sequences}"
        lines.append(json.dumps({"name": name, "onnx": bytes_.hex(), "shape": list(x.shape), "input": plain(x),
                                 "outputs": [{"shape": list(o.shape), "values": plain(o)} for o in outputs]}))
    head = json.dumps({"onnxruntime": onnxruntime.__version__})[:-1] + ', "cases": [\n'
    pathlib.Path(__file__).with_name("recurrent.json").write_text(head + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main()
