#!/usr/bin/env python3
"""Makes annotations.txt beside it: masks as Pillow writes them, each with the numbers of its pixels.

    python Tests/Reference/annotations.py            writes annotations.txt (needs numpy and Pillow)
    python Tests/Reference/annotations.py FOLDER     compares the annotations.json of a folder that Loam saved with what
                                                     pycocotools reads from it, and its masks with Pillow

A line is a name, the file in hexadecimal, height and width, and the numbers, with tabs between.
"""
import io
import json
import os
import sys
import numpy as np
from PIL import Image

if len(sys.argv) > 1:
    from pycocotools.coco import COCO

    folder = sys.argv[1]
    coco = COCO(os.path.join(folder, "annotations.json"))
    for image in coco.loadImgs(coco.getImgIds()):
        with Image.open(os.path.join(folder, image["file_name"])) as picture:
            assert picture.size == (image["width"], image["height"]), image
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            category = coco.loadCats(annotation["category_id"])[0]
            print(image["file_name"], category["name"], annotation.get("bbox"), annotation.get("keypoints"))
            if "bbox" in annotation:
                left, top, width, height = annotation["bbox"]
                assert width > 0 and height > 0 and ("rotated_bbox" in annotation or (left >= 0 and top >= 0)), annotation
                assert "rotated_bbox" in annotation or (left + width <= image["width"] + 1e-9 and top + height <= image["height"] + 1e-9), annotation
            if "keypoints" in annotation:
                assert len(annotation["keypoints"]) == 3 * len(category["keypoints"]), annotation
    masks = os.path.join(folder, "masks")
    for name in sorted(os.listdir(masks)) if os.path.isdir(masks) else []:
        with Image.open(os.path.join(masks, name)) as mask:
            print(name, mask.mode, np.unique(np.array(mask)).tolist())
    sys.exit()

random = np.random.default_rng(5)
lines = []


def add(name, image, numbers, **options):
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    lines.append("\t".join([name, file.getvalue().hex(), f"{numbers.shape[0]} {numbers.shape[1]}", " ".join(map(str, numbers.ravel()))]))


for bits in (1, 2, 4, 8):
    numbers = random.integers(0, 2**bits, (5, 9)).astype(np.uint8)
    palette = Image.fromarray(numbers, "P")
    palette.putpalette(random.integers(0, 256, 3 * 2**bits).astype(np.uint8).tobytes())
    add(f"palette-{bits}", palette, numbers, bits=bits)
    if bits == 8:
        add("palette-transparent", palette, numbers, transparency=3)
grey = random.integers(0, 256, (6, 7)).astype(np.uint8)
add("grey-8", Image.fromarray(grey, "L"), grey)
add("grey-optimized", Image.fromarray(grey % 3, "L"), grey % 3, optimize=True)
truth = random.integers(0, 2, (3, 11)).astype(bool)
add("grey-1", Image.fromarray(truth), truth.astype(np.uint8))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "annotations.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
