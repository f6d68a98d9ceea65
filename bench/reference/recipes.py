"""How a picture is prepared for a model and how its outputs are read, from models/manifest.toml, with Pillow, NumPy and
ONNX Runtime only: the reference that the Rust core is measured against. Nothing here is shared with the core.

    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install onnxruntime numpy pillow pycocotools
"""
import math, os, pathlib, tomllib
import numpy as np
import onnxruntime
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("IIA_SHARED", ROOT.parent / "shared"))
MANIFEST = tomllib.loads((ROOT / "models/manifest.toml").read_text())
MODELS = {m["name"]: m for m in MANIFEST["model"]}
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


LEVEL = onnxruntime.GraphOptimizationLevel


def session(name, level=LEVEL.ORT_ENABLE_BASIC):
    """Beyond the basic level ONNX Runtime trades accuracy of 8-bit weights for speed (2.8e-3 of MobileNetV2's logits)."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(SHARED / "models" / MODELS[name]["file"]), options, ["CPUExecutionProvider"])


def normalise(pixels, spec):
    """Pixels [h, w, 3] RGB, 0 to 255, to [1, 3, h, w]."""
    x = pixels.astype(np.float32)
    if spec["channels"] == "bgr":
        x = x[:, :, ::-1]
    x = (x - np.array(spec["mean"], np.float32)) / np.array(spec["std"], np.float32)
    return np.ascontiguousarray(x.transpose(2, 0, 1)[None])


def prepare(picture, spec):
    """The tensor, and the factors (x, y) from model pixels to image pixels."""
    w, h, (W, H), how = spec["width"], spec["height"], picture.size, FILTERS[spec["filter"]]
    kind = spec["fit"]["kind"]
    if kind == "stretch":
        return normalise(np.asarray(picture.resize((w, h), how)), spec), (W / w, H / h)
    if kind == "letterbox_top_left":
        r = min(w / W, h / H)
        nw, nh = (min(max(int(math.floor(s * r + 0.5)), 1), m) for s, m in ((W, w), (H, h)))
        canvas = np.full((h, w, 3), spec["fit"]["pad"], np.float32)
        canvas[:nh, :nw] = np.asarray(picture.resize((nw, nh), how))
        return normalise(canvas, spec), (W / nw, H / nh)
    short = spec["fit"]["short_side"]
    nw, nh = (short, short * H // W) if W <= H else (short * W // H, short)
    x0, y0 = (nw - w + 1) // 2, (nh - h + 1) // 2
    crop = picture.resize((nw, nh), how).crop((x0, y0, x0 + w, y0 + h))
    return normalise(np.asarray(crop), spec), None


def iou(box, others):
    lt, rb = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:4], others[:, 2:4])
    shared = np.prod(np.clip(rb - lt, 0, None), axis=1)
    area = lambda b: (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    return shared / np.maximum(area(box) + area(others) - shared, 1e-9)


def nms(rows, limit, candidates=1000, most=100):
    """Rows of x0, y0, x1, y1, score, class; greedy within each class."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")][:candidates]
    kept = []
    for row in rows:
        same = np.array([k for k in kept if k[5] == row[5]])
        if len(kept) < most and (not len(same) or iou(row, same).max() <= limit):
            kept.append(row)
    return np.array(kept).reshape(-1, 6)


def classes_above(boxes, scores, threshold):
    cell, label = np.nonzero(scores > threshold)
    return np.concatenate([boxes[cell], scores[cell, label][:, None], label[:, None].astype(np.float32)], 1)


def clipped(rows, size):
    rows[:, [0, 2]] = rows[:, [0, 2]].clip(0, size[0])
    rows[:, [1, 3]] = rows[:, [1, 3]].clip(0, size[1])
    return rows[(rows[:, 2] > rows[:, 0]) & (rows[:, 3] > rows[:, 1])]


def grid(w, h, stride):
    y, x = np.mgrid[0 : math.ceil(h / stride), 0 : math.ceil(w / stride)]
    return np.stack([x.ravel(), y.ravel()], 1).astype(np.float32)


def detect(outputs, model, factors, size):
    spec, out = model["input"], model["output"]
    rule, w, h, found = out["detect"], spec["width"], spec["height"], []
    if out["decoder"] == "picodet":
        n, bins = len(out["strides"]), out["bins"]
        for stride, scores, sides in zip(out["strides"], outputs[:n], outputs[n:]):
            logits = sides[0].reshape(-1, 4, bins)
            e = np.exp(logits - logits.max(-1, keepdims=True))
            distance = (e / e.sum(-1, keepdims=True) * np.arange(bins)).sum(-1) * stride
            centre = (grid(w, h, stride) + 0.5) * stride
            boxes = np.concatenate([centre - distance[:, :2], centre + distance[:, 2:]], 1)
            found.append(classes_above(boxes, scores[0], rule["keep_above"]))
    else:
        strides = np.concatenate([np.full((len(grid(w, h, s)), 1), s, np.float32) for s in out["strides"]])
        o = outputs[0][0]
        centre = (o[:, :2] + np.concatenate([grid(w, h, s) for s in out["strides"]])) * strides
        half = np.exp(o[:, 2:4]) * strides / 2
        found.append(classes_above(np.concatenate([centre - half, centre + half], 1), o[:, 4:5] * o[:, 5:], rule["keep_above"]))
    rows = np.concatenate(found)
    rows[:, [0, 2]] *= factors[0]
    rows[:, [1, 3]] *= factors[1]
    return nms(clipped(rows, size), rule["nms_iou"])


def faces(outputs, model, factors, size):
    """Rows of x0, y0, x1, y1, score, 0 and ten landmark numbers."""
    out, spec, n, found = model["output"], model["input"], len(model["output"]["strides"]), []
    for stride, cls, obj, box, kps in zip(out["strides"], outputs[:n], outputs[n:], outputs[2 * n :], outputs[3 * n :]):
        cell = grid(spec["width"], spec["height"], stride)
        score = np.sqrt(cls[0].clip(0, 1) * obj[0].clip(0, 1))
        centre, half = (cell + box[0][:, :2]) * stride, np.exp(box[0][:, 2:]) * stride / 2
        marks = (kps[0].reshape(-1, 5, 2) + cell[:, None]) * stride * np.array(factors, np.float32)
        rows = np.concatenate([centre - half, centre + half, score, np.zeros_like(score), marks.reshape(-1, 10)], 1)
        found.append(rows[score[:, 0] > out["keep_above"]])
    rows = np.concatenate(found)
    rows[:, [0, 2]] *= factors[0]
    rows[:, [1, 3]] *= factors[1]
    rows = clipped(rows, size)
    kept = []
    for row in rows[np.argsort(-rows[:, 4], kind="stable")]:
        if not kept or iou(row, np.array(kept)).max() <= out["nms_iou"]:
            kept.append(row)
    return np.array(kept).reshape(-1, 16)


def fuse(by_model, limit):
    """Weighted box fusion of the best box of each model; rows as in `nms`."""
    seen = sorted(((i, row) for i, rows in enumerate(by_model) for row in rows), key=lambda s: -s[1][4])
    clusters = []
    for model, row in seen:
        same = [c for c in clusters if c["label"] == row[5]]
        overlap = iou(row, np.array([c["box"] for c in same])) if same else np.zeros(0)
        if len(overlap) and overlap.max() > limit:
            c = same[int(overlap.argmax())]
            if model in c["scores"]:
                continue
        else:
            c = {"label": row[5], "scores": {}, "sum": np.zeros(4)}
            clusters.append(c)
        c["scores"][model] = row[4]
        c["sum"] = c["sum"] + row[4] * row[:4]
        c["box"] = c["sum"] / sum(c["scores"].values())
    rows = [[*c["box"], sum(c["scores"].values()) / len(by_model), c["label"]] for c in clusters]
    return np.array(sorted(rows, key=lambda r: -r[4])).reshape(-1, 6)
