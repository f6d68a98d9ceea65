"""The peer of `engine`: runs models under ONNX Runtime with all its optimisations, one command a line, one answer a line.

    python bench/reference/engine.py          then, as JSON lines on standard input:
    {"load": FILE, "shape": [1, 3, 224, 224], "threads": 1}     -> {"version": "1.32.0"}
    {"run": 1}                                                  -> {"ms": 7.3}
    {"peak": FILE, "shape": [1, 3, 224, 224], "threads": 1}     -> {"version": "1.32.0", "bytes": 50000000}, the most memory beyond
        that before, while the model is loaded and run three times; once in a process
"""
import json, sys, time
import numpy as np
import onnxruntime


def status(field):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def peak(command):
    # The most that the process had in memory is counted anew from here on.
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before = status("VmRSS:")
    session, inputs = load({**command, "load": command["peak"]})
    for _ in range(3):
        session.run(None, inputs)
    return status("VmHWM:") - before


def load(command):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = command["threads"]
    options.log_severity_level = 3
    # Threads that wait busily between runs would slow our turn down.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0" if command["threads"] == 1 else "1")
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(command["load"], options, ["CPUExecutionProvider"])
    shape = command["shape"]
    # The same numbers as bench/src/bin/engine: the times of some ops follow their values.
    numbers = (np.arange(np.prod(shape), dtype=np.int64) * 7919 % 255).astype(np.float32) / 255
    return session, {session.get_inputs()[0].name: numbers.reshape(shape)}


def main():
    session = inputs = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if "load" in command:
                session, inputs = load(command)
                answer = {"version": onnxruntime.__version__}
            elif "peak" in command:
                answer = {"version": onnxruntime.__version__, "bytes": peak(command)}
            else:
                start = time.perf_counter()
                session.run(None, inputs)
                answer = {"ms": (time.perf_counter() - start) * 1000}
        except Exception as error:
            answer = {"error": str(error).splitlines()[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
