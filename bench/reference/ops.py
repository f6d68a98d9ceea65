"""Models of one op, or of what one op is spelled out in, and what ONNX Runtime makes of them: writes ops.json, models included.

Inputs are eighths between -2 and 2, exact in few digits, so that several are equal; where an op asks for positive numbers, 2.125
is added.

    /tmp/reference/bin/pip install onnx
    /tmp/reference/bin/python bench/reference/ops.py
"""
import json, pathlib
import numpy as np, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(4)
cases = []


def weights(*shape):
    return (random.random(shape, np.float32) * 2 - 1).astype(np.float32)


def integers(*numbers):
    return np.array(numbers, np.int64)


def case(name, nodes, shape=(1, 4, 5, 4), opset=18, positive=False, **constants):
    """Nodes are (op, inputs, outputs, attributes); the model's input is x, its output y."""
    made = [helper.make_node(op, inputs.split(" "), outputs.split(" "), name=f"{op}.{at}", **attributes)
            for at, (op, inputs, outputs, attributes) in enumerate(nodes)]
    graph = helper.make_graph(
        made, "op", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    x = (random.integers(-16, 17, shape) / 8 + (2.125 if positive else 0)).astype(np.float32)
    y, = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"x": x})
    plain = lambda array: [float(f"{number:.6g}") for number in array.ravel()]
    cases.append({"name": name, "onnx": model.SerializeToString().hex(), "shape": list(shape), "input": plain(x),
                  "outputs": [{"shape": list(y.shape), "values": plain(y)}]})


def one(name, op, inputs="x", shape=(1, 4, 5, 4), opset=18, positive=False, constants={}, **attributes):
    case(name, [(op, inputs, "y", attributes)], shape, opset, positive, **constants)


def convolutions():
    for name, sizes, attributes in [
        ("of one pixel", (6, 4, 1, 1), {}),
        ("3 x 3 with padding", (6, 4, 3, 3), {"pads": [1, 1, 1, 1]}),
        ("with another padding on each side, strides, dilation and groups", (6, 2, 3, 2),
         {"pads": [0, 1, 2, 0], "strides": [2, 1], "dilations": [1, 2], "group": 2}),
        ("of a row", (3, 4, 1, 3), {"pads": [0, 0, 0, 2]}),
        ("depthwise", (4, 1, 3, 3), {"pads": [1, 1, 1, 1], "group": 4}),
        ("depthwise, two for each channel", (8, 1, 3, 3), {"pads": [1, 0, 0, 1], "strides": [2, 2], "group": 4}),
        ("padded at the end to the same size", (6, 4, 2, 2), {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
        ("padded at the beginning to the same size", (6, 4, 2, 2), {"auto_pad": "SAME_LOWER"}),
        ("inside alone", (6, 4, 2, 3), {"auto_pad": "VALID"}),
    ]:
        one(f"Conv {name}", "Conv", "x w b", constants={"w": weights(*sizes), "b": weights(sizes[0])}, **attributes)
    for name, sizes, attributes in [
        ("with a stride", (4, 3, 2, 2), {"strides": [2, 2]}),
        ("with groups", (4, 3, 3, 3), {"strides": [2, 2], "group": 2}),
        ("with strides, dilations and padding of their own", (4, 3, 3, 2),
         {"strides": [2, 1], "dilations": [2, 1], "pads": [1, 0, 1, 0]}),
        ("with another padding on each side", (4, 3, 3, 3), {"strides": [2, 2], "pads": [0, 1, 1, 0]}),
        ("with a row more at the end", (4, 3, 3, 3), {"strides": [2, 2], "pads": [1, 1, 1, 1], "output_padding": [1, 1]}),
        ("with a stride larger than the kernel", (4, 2, 2, 2), {"strides": [3, 3]}),
        ("of a row", (4, 2, 1, 3), {"strides": [1, 2]}),
    ]:
        one(f"ConvTranspose {name}", "ConvTranspose", "x w", constants={"w": weights(*sizes)}, **attributes)


def fusions():
    conv = ("Conv", "x w", "c", {"pads": [1, 1, 1, 1]})
    w = weights(4, 4, 3, 3)
    norm = {name: weights(4) for name in "sbm"} | {"v": abs(weights(4)) + .1}
    case("Conv, batch norm, relu", [conv, ("BatchNormalization", "c s b m v", "n", {}), ("Relu", "n", "y", {})], w=w, **norm)
    case("batch norm alone", [("BatchNormalization", "x s b m v", "y", {})], **norm)
    of_channel = lambda: weights(4, 1, 1) + 2
    for op, inputs in [("Mul", "c k"), ("Mul", "k c"), ("Div", "c k"), ("Div", "k c"), ("Add", "k c"), ("Sub", "c k"), ("Sub", "k c")]:
        # Nothing near zero, that a number is divided by.
        case(f"Conv, {op} of {inputs}", [conv, (op, inputs, "y", {})], positive=True, w=abs(w), k=of_channel())
    case("Conv plus what it read, relu", [conv, ("Add", "c x", "s", {}), ("Relu", "s", "y", {})], w=w)
    case("what a Conv read plus its relu", [conv, ("Relu", "c", "r", {}), ("Add", "x r", "y", {})], w=w)
    case("Conv that two read", [conv, ("Relu", "c", "r", {}), ("Mul", "c r", "y", {})], w=w)
    case("Conv, groups, scaled", [("Conv", "x w", "c", {"group": 2}), ("Mul", "c k", "y", {})], w=weights(4, 2, 1, 1), k=of_channel())
    case("ConvTranspose, scaled, shifted, relu",
         [("ConvTranspose", "x w", "c", {"strides": [2, 2]}), ("Mul", "c k", "m", {}), ("Add", "m k", "a", {}), ("Relu", "a", "y", {})],
         w=weights(4, 4, 2, 2), k=of_channel())
    for op, attributes, constants in [
        ("Relu", {}, ""), ("LeakyRelu", {"alpha": .1}, ""), ("HardSwish", {}, ""), ("HardSigmoid", {"alpha": .2, "beta": .4}, ""),
        ("Sigmoid", {}, ""), ("Tanh", {}, ""), ("Clip", {}, " low high"), ("Gelu", {}, ""), ("Gelu", {"approximate": "tanh"}, ""),
    ]:
        numbers = {"low": np.float32(-.5), "high": np.float32(.75)} if constants else {}
        name = f"Conv, {op}" + ("" if not attributes else f" {attributes}")
        case(name, [conv, (op, f"c{constants}", "y", attributes)], opset=20, w=w, **numbers)
    case("Conv, silu", [conv, ("Sigmoid", "c", "s", {}), ("Mul", "c s", "y", {})], w=w)
    case("clip to numbers beyond a million", [("Mul", "x k", "m", {}), ("Clip", "m low", "y", {})], k=np.float32(1e7), low=np.float32(-1.5e6))


def products():
    one("MatMul with weights", "MatMul", "x w", constants={"w": weights(4, 7)})
    one("MatMul with weights for each", "MatMul", "x w", constants={"w": weights(1, 4, 4, 3)})
    case("MatMul with itself", [("Transpose", "x", "t", {"perm": [0, 1, 3, 2]}), ("MatMul", "x t", "y", {})])
    for transposed in (0, 1):
        sizes = (7, 80) if transposed else (80, 7)
        case(f"Gemm, transB {transposed}", [("Flatten", "x", "f", {}), ("Gemm", "f w b", "y", {"transB": transposed, "alpha": .5, "beta": 2.0})],
             w=weights(*sizes), b=weights(7))


def pools():
    for op, more in [("MaxPool", {}), ("AveragePool", {"count_include_pad": 0}), ("AveragePool", {"count_include_pad": 1})]:
        for attributes in [{"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 0, 1, 1]}, {"kernel_shape": [2, 2], "strides": [2, 2], "ceil_mode": 1}]:
            one(f"{op} {more | attributes}", op, **more, **attributes)
    one("MaxPool dilated", "MaxPool", kernel_shape=[2, 2], dilations=[2, 2])
    one("GlobalAveragePool", "GlobalAveragePool")
    one("GlobalMaxPool", "GlobalMaxPool")


def resizes():
    ways = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric"]
    small = (1, 1, 5, 4)
    for way in ways + ["tf_half_pixel_for_nn"]:
        for mode, nearest in [("linear", None)] + [("nearest", n) for n in ["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"]]:
            attributes = {"mode": mode, "coordinate_transformation_mode": way} | ({"nearest_mode": nearest} if nearest else {})
            for scale in [[1.75, 1.5], [.7, .5]]:
                # tf_half_pixel_for_nn is of an older form of the op.
                opset = 11 if way == "tf_half_pixel_for_nn" else 19
                inputs = "x roi s" if opset == 11 else "x  s"
                roi = {"roi": np.array([], np.float32)} if opset == 11 else {}
                one(f"Resize {mode} {nearest or ''} {way} by {scale}", "Resize", inputs, small, opset,
                    constants={"s": np.array([1, 1] + scale, np.float32)} | roi, **attributes)
    for way in ways[:4]:
        one(f"Resize linear {way} to a size", "Resize", "x   s", small, constants={"s": integers(1, 1, 7, 1)}, mode="linear",
            coordinate_transformation_mode=way)
    one("Resize as it is by default", "Resize", "x  s", small, constants={"s": np.array([1, 1, 1.75, 2], np.float32)})
    one("Resize of the first form", "Resize", "x s", small, 10, constants={"s": np.array([1, 1, 2, 1.5], np.float32)})


def shapes():
    case("Concat", [("Relu", "x", "r", {}), ("Concat", "x r x", "y", {"axis": 1})])
    for start, end, step in [(1, 4, 1), (0, 5, 2), (4, -100, -1), (4, -100, -2)]:
        one(f"Slice {start}:{end}:{step}", "Slice", "x s e a t",
            constants=dict(zip("seat", map(integers, (start, end, 2, step)))))
    case("Split", [("Split", "x", "a b", {"axis": 1, "num_outputs": 2}), ("Sub", "a b", "y", {})])
    one("Transpose", "Transpose", perm=[0, 3, 1, 2])
    one("Reshape", "Reshape", "x s", constants={"s": integers(1, 2, 10, 4)})
    case("Reshape of a transpose", [("Transpose", "x", "t", {"perm": [0, 2, 3, 1]}), ("Reshape", "t s", "y", {})], s=integers(1, -1, 8))
    case("Squeeze, Unsqueeze", [("Squeeze", "x a", "s", {}), ("Unsqueeze", "s b", "y", {})], a=integers(0), b=integers(1))
    one("Expand", "Expand", "x s", (1, 4, 1, 4), constants={"s": integers(1, 4, 3, 4)})
    for mode in ["constant", "reflect", "edge"]:
        one(f"Pad {mode}", "Pad", "x p", constants={"p": integers(0, 0, 1, 2, 0, 1 if mode != "reflect" else 0, 3, 0)}, mode=mode)
    for name, places in [("one", np.int64(2)), ("one from the end", np.int64(-1)), ("several", integers(2, 0, -1, 2)), ("a list of one", integers(1))]:
        one(f"Gather {name}", "Gather", "x i", constants={"i": places}, axis=1)
    one("DepthToSpace", "DepthToSpace", blocksize=2)
    one("SpaceToDepth", "SpaceToDepth", shape=(1, 2, 4, 6), blocksize=2)


def along_axes():
    for op in ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL2"]:
        for keep in (0, 1):
            one(f"{op} keepdims {keep}", op, "x a", constants={"a": integers(2, 3)}, keepdims=keep)
    one("ReduceMean of channels", "ReduceMean", "x a", constants={"a": integers(1)})
    for axis in (1, 3):
        one(f"Softmax {axis}", "Softmax", axis=axis)
        for op in ["ArgMax", "ArgMin"]:
            for keep in (0, 1):
                case(f"{op} {axis} keepdims {keep}", [(op, "x", "i", {"axis": axis, "keepdims": keep}), ("Cast", "i", "y", {"to": 1})])
    for axis in (-1, 1):
        sizes = (4,) if axis == -1 else (4, 5, 4)
        one(f"LayerNormalization {axis}", "LayerNormalization", "x s b", constants={"s": weights(*sizes), "b": weights(*sizes)}, axis=axis)
    one("InstanceNormalization", "InstanceNormalization", "x s b", constants={"s": weights(4), "b": weights(4)})
    one("GroupNormalization", "GroupNormalization", "x s b", opset=21, constants={"s": weights(4), "b": weights(4)}, num_groups=2)
    case("layer norm in steps", [
        ("ReduceMean", "x a", "m", {}), ("Sub", "x m", "d", {}), ("Pow", "d two", "q", {}), ("ReduceMean", "q a", "v", {}),
        ("Add", "v e", "w", {}), ("Sqrt", "w", "r", {}), ("Div", "d r", "n", {}), ("Mul", "n s", "y", {}),
    ], a=integers(3), two=np.float32(2), e=np.float32(1e-5), s=weights(4))


def element_wise():
    for op in ["Relu", "Sigmoid", "HardSwish", "HardSigmoid", "LeakyRelu", "Tanh", "Erf", "Exp", "Neg", "Abs", "Reciprocal", "Log", "Sqrt"]:
        one(op, op, positive=op in ("Reciprocal", "Log", "Sqrt"))
    for approximate in ["none", "tanh"]:
        one(f"Gelu {approximate}", "Gelu", opset=20, approximate=approximate)
    for op in ["Add", "Sub", "Mul", "Div", "Min", "Max", "Pow"]:
        k = np.float32(1.5) if op == "Pow" else weights(4, 1, 1) + 2
        case(f"{op}, hard-swish", [(op, "x k", "s", {}), ("HardSwish", "s", "y", {})], positive=op == "Pow", k=k)
    case("a product that two read, sigmoid", [("Mul", "x x", "s", {}), ("Sigmoid", "s", "t", {}), ("Add", "s t", "y", {})])
    for op in ["Add", "Sub", "Mul", "Div", "Min", "Max"]:
        for name, sizes in [("a number per channel", (1, 4, 1, 1)), ("a number per column", (4,)), ("as many numbers", (1, 4, 5, 4))]:
            for inputs in ["x k", "k x"]:
                one(f"{op} {inputs}, {name}", op, inputs, positive=op == "Div", constants={"k": weights(*sizes)})
    for exponent in [.5, 2, 3]:
        one(f"Pow {exponent}", "Pow", "x k", positive=True, constants={"k": np.float32(exponent)})
    one("Pow of a number", "Pow", "k x", constants={"k": np.float32(1.5)})


for part in [convolutions, fusions, products, pools, resizes, shapes, along_axes, element_wise]:
    part()
head = json.dumps({"onnxruntime": onnxruntime.__version__})[:-1] + ', "cases": [\n'
path = pathlib.Path(__file__).with_name("ops.json")
path.write_text(head + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]}\n")
print(f"{len(cases)} cases")
