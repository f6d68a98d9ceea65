"""The peer of `engine` on a CUDA card: runs models under PyTorch in half precision, one command a line, one answer a line.

    python bench/reference/card.py          then, as JSON lines on standard input:
    {"load": FILE, "shape": [1, 3, 224, 224], "batch": 8}   -> {"version": "2.11.0", "device": "NVIDIA H100", "graph": true}
        the model as it is, op by op, and captured as a CUDA graph where it can be
    {"run": "eager"} or {"run": "graph"}                    -> {"ms": 2.1}, from pictures in f32 in the processor's memory to answers
        in f32 there, all pictures together

Weights are read by onnx2torch. Convolutions lie with channels last and are searched for the fastest (`cudnn.benchmark`).
"""
import json, sys, tempfile, time, warnings
import numpy as np
import onnx, onnx.numpy_helper, onnx.shape_inference
import onnxruntime
import torch
from onnx2torch import convert

warnings.filterwarnings("ignore")


def prepared(command):
    """The model in words that onnx2torch knows, for so many pictures: ONNX Runtime works out what is constant (and fuses nothing),
    padding becomes numbers, and reshapes of one picture become those of all."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    options.log_severity_level = 3
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        options.optimized_model_filepath = file.name
        onnxruntime.InferenceSession(command["load"], options, ["CPUExecutionProvider"])
        model = onnx.load(file.name)
    for value, of_axis in zip(model.graph.input[0].type.tensor_type.shape.dim, command["shape"]):
        value.Clear()
        value.dim_value = of_axis
    model = onnx.shape_inference.infer_shapes(model)
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    known = [*model.graph.input, *model.graph.value_info]
    shapes = {value.name: [axis.dim_value for axis in value.type.tensor_type.shape.dim] for value in known}
    for node in model.graph.node:
        attributes = {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute}
        if attributes.get("auto_pad", b"NOTSET").startswith(b"SAME"):
            set_padding(node, attributes, shapes[node.input[0]][2:])
        if node.op_type == "Reshape" and node.input[1] in constants:
            shape = constants[node.input[1]].copy()
            if shape[0] == 1:
                shape[0] = command["batch"]
                name = f"{node.output[0]} of all pictures"
                model.graph.initializer.append(onnx.numpy_helper.from_array(shape, name))
                node.input[1] = name
    return model


def set_padding(node, attributes, size):
    window = attributes["kernel_shape"]
    strides = attributes.get("strides", [1] * len(window))
    before, after = [], []
    for extent, kernel, stride in zip(size, window, strides):
        all_of_it = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
        less = all_of_it // 2
        first_less = attributes["auto_pad"] == b"SAME_UPPER"
        before.append(less if first_less else all_of_it - less)
        after.append(all_of_it - before[-1])
    kept = [attribute for attribute in node.attribute if attribute.name not in ("auto_pad", "pads")]
    del node.attribute[:]
    node.attribute.extend(kept)
    node.attribute.append(onnx.helper.make_attribute("pads", before + after))


class Model:
    def __init__(self, command):
        torch.backends.cudnn.benchmark = True
        shape = [command["batch"], *command["shape"][1:]]
        self.model = convert(prepared(command)).eval().cuda().half().to(memory_format=torch.channels_last)
        # The same numbers as bench/src/bin/engine: the times of some ops follow their values.
        numbers = np.arange(np.prod(command["shape"]), dtype=np.int64) * 7919 % 255
        one = numbers.astype(np.float32).reshape(command["shape"]) / 255
        self.pictures = torch.from_numpy(np.ascontiguousarray(np.broadcast_to(one, shape)))
        self.pinned = torch.empty(shape, pin_memory=True)
        self.input = torch.empty(shape, device="cuda", dtype=torch.float16).to(memory_format=torch.channels_last)
        self.graph = None
        with torch.inference_mode():
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                self.bring()
                for _ in range(3):
                    self.model(self.input)
            torch.cuda.current_stream().wait_stream(stream)
            torch.cuda.synchronize()
            try:
                graph = torch.cuda.CUDAGraph()
                with torch.cuda.graph(graph):
                    self.captured = self.model(self.input)
                self.graph = graph
            except Exception:
                torch.cuda.synchronize()

    def bring(self):
        self.pinned.copy_(self.pictures)
        self.input.copy_(self.pinned.to("cuda", non_blocking=True))

    def run(self, how):
        with torch.inference_mode():
            self.bring()
            if how == "graph":
                self.graph.replay()
                outputs = self.captured
            else:
                outputs = self.model(self.input)
            outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
            return [output.float().cpu() for output in outputs]


def main():
    model = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if "load" in command:
                model = None
                torch.cuda.empty_cache()
                model = Model(command)
                name = torch.cuda.get_device_name()
                answer = {"version": torch.__version__, "device": name, "graph": model.graph is not None}
            else:
                start = time.perf_counter()
                model.run(command["run"])
                answer = {"ms": (time.perf_counter() - start) * 1000}
        except Exception as error:
            answer = {"error": " ".join(str(error).split())[:300] or type(error).__name__}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
