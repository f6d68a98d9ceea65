"""Reference outputs of ONNX Runtime for each model on fixed inputs: writes tensors.json and boxes.json.

A tensor's input is a picture that may be shipped, laid edge to edge from the top left corner until it fills the model's
input, at its own size: no resampling, no lossy decoding, so that both sides feed exactly the same numbers. Of each
output the shape, the largest magnitude, evenly spread values and the largest ones are kept.

    IIA_SHARED=../shared /tmp/reference/bin/python bench/reference/tensors.py
"""
import json
import numpy as np, onnxruntime
from PIL import Image
import recipes as r

PICTURES = ["astronaut.png", "cat_chelsea.png", "coffee.png"]
SPREAD, LARGEST = 24, 8


def tiled(picture, spec):
    pixels = np.asarray(picture)
    y, x = np.mgrid[0 : spec["height"], 0 : spec["width"]]
    return r.normalise(pixels[y % pixels.shape[0], x % pixels.shape[1]], spec)


def sampled(values):
    flat = values.ravel()
    spread = np.linspace(0, flat.size - 1, min(SPREAD, flat.size)).astype(int)
    largest = np.argsort(-np.abs(flat), kind="stable")[:LARGEST]
    at = sorted({int(i) for i in (*spread, *largest)})
    return {"shape": list(values.shape), "largest": float(f"{np.abs(flat).max():.7g}"), "at": at,
            "values": [float(f"{flat[i]:.7g}") for i in at]}


def opened(name):
    return Image.open(r.SHARED / "images" / name).convert("RGB")


def main():
    tensors, boxes = [], []
    for name, model in r.MODELS.items():
        if not (r.SHARED / "models" / model["file"]).exists():
            continue
        run = r.session(name)
        ask = lambda tensor: run.run(None, {run.get_inputs()[0].name: tensor})
        picture = PICTURES[len(tensors) % len(PICTURES)]
        outputs = [sampled(o) for o in ask(tiled(opened(picture), model["input"]))]
        tensors.append({"model": name, "sha256": model["sha256"], "picture": picture, "outputs": outputs})
        for picture in PICTURES:
            if model["task"] == "tags":
                continue
            tensor, factors = r.prepare(opened(picture), model["input"])
            read = r.detect if model["task"] == "objects" else r.faces
            rows = read(ask(tensor), model, factors, opened(picture).size)
            sure = model["output"].get("detect", model["output"]).get("show_above", model["output"].get("keep_above"))
            rows = [[round(float(v), 2) for v in row[:4]] + [round(float(row[4]), 4), int(row[5])] + [round(float(v), 2) for v in row[6:]]
                    for row in rows if row[4] > sure]
            boxes.append({"model": name, "picture": picture, "rows": rows})
    head = {"onnxruntime": onnxruntime.__version__}
    lines = lambda key, rows: json.dumps(head)[:-1] + f', "{key}": [\n' + ",\n".join(json.dumps(x) for x in rows) + "\n]}\n"
    (r.HERE / "tensors.json").write_text(lines("tensors", tensors))
    (r.HERE / "boxes.json").write_text(lines("boxes", boxes))


if __name__ == "__main__":
    main()
