#!/usr/bin/env python3
"""Makes segmentations.txt beside it: segmentations in COCO's format, and the pixels that pycocotools decodes from them.

    python Tests/Reference/segmentations.py            (needs numpy and pycocotools)

A line is a kind, a segmentation as JSON, height and width, and the pixels, row by row, as 0 and 1, with tabs between. The
kinds are `exact`, for runs and for polygons whose corners are whole pixels and whose edges are upright, and `close`, for
polygons of which pixels on the edge may differ.
"""
import json
import os
import numpy as np
from pycocotools import mask as coco

random = np.random.default_rng(3)
lines = []


def add(kind, segmentation, height, width):
    runs = coco.frPyObjects(segmentation, height, width) if isinstance(segmentation, list) or isinstance(segmentation["counts"], list) else segmentation
    pixels = coco.decode(coco.merge(runs) if isinstance(runs, list) else runs)
    lines.append("\t".join([kind, json.dumps(segmentation), f"{height} {width}", "".join(map(str, pixels.ravel()))]))


def plain(pixels):
    """The uncompressed counts of a mask."""
    flat = pixels.ravel(order="F")
    ends = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff(np.concatenate([[0], ends, [flat.size]])).tolist()
    return ([0] if flat[0] else []) + counts


for number in range(24):
    height, width = (int(n) for n in random.integers(1, 30, 2))
    pixels = np.asfortranarray((random.random((height, width)) < random.choice([0, 0.02, 0.5, 0.97, 1])).astype(np.uint8))
    if number == 0:
        height, width = 300, 200
        pixels = np.zeros((height, width), np.uint8, order="F")
        pixels[20:280, 5:190] = 1
    counts = coco.encode(pixels)["counts"].decode()
    add("exact", {"size": [height, width], "counts": counts}, height, width)
    if number > 0:
        add("exact", {"size": [height, width], "counts": plain(pixels)}, height, width)
# Rectangles, alone, apart, overlapping, and beyond the edges.
rectangle = lambda top, left, bottom, right: [left, top, right, top, right, bottom, left, bottom]
add("exact", [rectangle(1, 2, 5, 9)], 7, 12)
add("exact", [rectangle(0, 0, 7, 12)], 7, 12)
add("exact", [rectangle(1, 2, 5, 6), rectangle(3, 4, 6, 9), rectangle(0, 10, 1, 11)], 7, 12)
add("exact", [rectangle(-3, -2, 5, 40)], 7, 12)
# A polygon that crosses itself: a square within a square, both clockwise, joined by an edge; the inner one is outside.
add("exact", [[1, 1, 9, 1, 9, 9, 1, 9, 1, 1, 3, 3, 7, 3, 7, 7, 3, 7, 3, 3]], 10, 10)
for number in range(40):
    height, width, corners = (int(n) for n in random.integers(6, 26, 3))
    corners = 3 + corners % 7
    points = random.uniform(-3, 27, (corners, 2))
    if number % 2:
        angles = np.sort(random.uniform(0, 2 * np.pi, corners))
        points = np.stack([width * (0.5 + 0.45 * np.cos(angles)), height * (0.5 + 0.45 * np.sin(angles))], 1)
    add("close", [points.round(2).ravel().tolist()], height, width)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "segmentations.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
