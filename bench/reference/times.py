"""The peer of `bench`: the same stages with Pillow and ONNX Runtime, one thread; prints records as JSON.

    python bench/reference/times.py PICTURE RUNS
"""
import json, statistics, sys, time
from PIL import Image
import recipes as r


def timed(runs, work):
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times[1:]), 2)


def main(path, runs):
    decoded = Image.open(path).convert("RGB")
    records = [{"place": "onnxruntime", "stage": "decode", "ms": timed(runs, lambda: Image.open(path).convert("RGB"))}]
    for name, model in r.MODELS.items():
        if not model["profiles"]:
            continue
        run = r.session(name, r.LEVEL.ORT_ENABLE_ALL)
        key, (tensor, _) = run.get_inputs()[0].name, r.prepare(decoded, model["input"])
        records.append({"place": "onnxruntime", "stage": f"prepare:{name}", "ms": timed(runs, lambda: r.prepare(decoded, model["input"]))})
        records.append({"place": "onnxruntime", "stage": f"run:{name}", "ms": timed(runs, lambda: run.run(None, {key: tensor}))})
    print(json.dumps(records))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
