"""The figures of the models under ONNX Runtime on ../shared/eval, with the recipe of the manifest: writes figures.json.

    IIA_SHARED=../shared /tmp/reference/bin/python bench/reference/figures.py
"""
import csv, io, json, contextlib
import numpy as np, onnxruntime
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
import recipes as r


def average_precision(truth, found):
    """found: image id -> rows of x0, y0, x1, y1, score, class (0 to 79)."""
    ids = sorted(truth.getCatIds())
    results = [
        {"image_id": i, "category_id": ids[int(row[5])] if len(ids) == 80 else int(row[5]), "score": float(row[4]),
         "bbox": [float(row[0]), float(row[1]), float(row[2] - row[0]), float(row[3] - row[1])]}
        for i, rows in found.items() for row in rows
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate(), evaluation.accumulate(), evaluation.summarize()
    return float(evaluation.stats[0]), float(evaluation.stats[1])


def detections(name, truth, folder):
    model, run, found = r.MODELS[name], r.session(name), {}
    for image in truth.loadImgs(truth.getImgIds()):
        picture = Image.open(folder / "images" / image["file_name"]).convert("RGB")
        tensor, factors = r.prepare(picture, model["input"])
        found[image["id"]] = r.detect(run.run(None, {run.get_inputs()[0].name: tensor}), model, factors, picture.size)
    return found


def objects(which):
    folder = r.SHARED / "eval" / which
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(folder / "instances.json")
        for a in truth.dataset["annotations"]:
            a.setdefault("iscrowd", 0)
    names = [n for n, m in r.MODELS.items() if m["task"] == "objects" and (r.SHARED / "models" / m["file"]).exists()]
    found = {n: detections(n, truth, folder) for n in names}
    groups = {n: [n] for n in names}
    groups["fused"] = [n for n in names if "authority" in r.MODELS[n]["profiles"]]
    for label, members in groups.items():
        joined = found[members[0]] if len(members) == 1 else {
            i: r.fuse([found[m][i] for m in members], r.MANIFEST["fusion"]["iou"]) for i in found[members[0]]}
        ap, ap50 = average_precision(truth, joined)
        print(which, label, members, round(ap, 4), round(ap50, 4), flush=True)
        yield {"set": which, "metric": f"AP {label}", "reference": round(ap, 4)}
        yield {"set": which, "metric": f"AP50 {label}", "reference": round(ap50, 4)}


def tags():
    with open(r.SHARED / "eval/imagenet500/labels.csv") as lines:
        rows = [(row["file"], int(row["index"])) for row in csv.DictReader(lines)]
    for name, model in r.MODELS.items():
        if model["task"] != "tags" or not (r.SHARED / "models" / model["file"]).exists():
            continue
        run, hits, among = r.session(name), 0, 0
        for row in rows:
            picture = Image.open(r.SHARED / "eval/imagenet500" / row[0]).convert("RGB")
            tensor, _ = r.prepare(picture, model["input"])
            logits = run.run(None, {run.get_inputs()[0].name: tensor})[0][0]
            best = np.argsort(-logits)[:5]
            hits, among = hits + (best[0] == row[1]), among + (row[1] in best)
        print(name, hits / len(rows), among / len(rows), flush=True)
        yield {"set": "imagenet500", "metric": f"top-1 {name}", "reference": round(hits / len(rows), 4)}
        yield {"set": "imagenet500", "metric": f"top-5 {name}", "reference": round(among / len(rows), 4)}


if __name__ == "__main__":
    records = [*objects("coco64"), *objects("captions80"), *tags()]
    document = {"onnxruntime": onnxruntime.__version__, "records": records}
    (r.HERE / "figures.json").write_text(json.dumps(document, indent=1) + "\n")
