#!/usr/bin/env python3
"""Makes images.npz beside it: a small picture and what growing makes of it, computed in float64 from the definitions.

    $(Scripts/image-peers) Tests/Reference/images.py

`picture` is u8[24, 32, 3]. Each other array is the result of the operation that images.txt has for its name: u8 where pixels
are copied; otherwise f32, 0 to 1, with -9 where a pixel depends on what is outside the picture. Positions are measured from the outer corner, x to the
right and y down, and angles are counter-clockwise as seen. The definitions are compared with OpenCV, Pillow and scipy where
these mean the same; the script fails if they disagree.
"""
import os
import cv2
import numpy as np
from PIL import Image
from scipy import ndimage

rng = np.random.default_rng(13)


def photograph(height, width):
    """Sky, a shaded disc with a hard edge, a dark corner and a little grain."""
    y, x = np.mgrid[0:height, 0:width] + 0.5
    colour = np.stack([90 + 3 * y, 140 + 2 * y, 220 - 2 * y + 0.5 * x], -1)
    away = np.hypot(y - 13, x - 18)
    shade = np.clip(1.1 - np.hypot(y - 10, x - 15) / 16, 0, 1)
    colour = np.where((away < 8)[..., None], shade[..., None] * [235, 120, 40], colour)
    colour = np.where(((y > 19) & (x < 11))[..., None], [20, 40, 25] + 30 * np.sin(2 * x + y)[..., None], colour)
    return np.clip(colour + rng.normal(0, 5, colour.shape), 0, 255).round().astype(np.uint8)


picture = photograph(24, 32)
source = picture / 255

# Forward maps as matrices of (x, y, 1).


def about(matrix, x, y):
    to, back = np.eye(3), np.eye(3)
    to[:2, 2], back[:2, 2] = (-x, -y), (x, y)
    full = np.eye(3)
    full[:2, :2] = matrix
    return back @ full @ to


def rotation(degrees, x=16, y=12):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return about([[c, s], [-s, c]], x, y)


def scaling(factor, x=16, y=12):
    return about([[factor, 0], [0, factor]], x, y)


def shearing(horizontal, vertical, x=16, y=12):
    return about([[1, np.tan(np.radians(horizontal))], [np.tan(np.radians(vertical)), 1]], x, y)


def shifting(down, right):
    return np.array([[1, 0, right], [0, 1, down], [0, 0, 1.0]])


mirroring = lambda width: np.array([[-1, 0, width], [0, 1, 0], [0, 0, 1.0]])


def tent(t):
    return np.maximum(0, 1 - abs(t))


def keys(t, a=-0.5):
    """R. Keys, "Cubic convolution interpolation", 1981."""
    t = abs(t)
    return np.where(t < 1, (a + 2) * t**3 - (a + 3) * t**2 + 1, np.where(t < 2, a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a, 0))


def continued(i, n, fill):
    """The index inside, or -1 for the constant."""
    if fill == "edge":
        return np.clip(i, 0, n - 1)
    if fill == "wrap":
        return i % n
    if fill == "reflect":
        i = abs(i) % (2 * n - 2)
        return np.where(i < n, i, 2 * n - 2 - i)
    return np.where((i >= 0) & (i < n), i, -1)


def sampled(image, forward, size, way, fill=None, a=-0.5):
    """Each pixel is the sum over the pixels around its source; without a fill, -9 where one of them is outside."""
    height, width = image.shape[:2]
    y, x = np.mgrid[0 : size[0], 0 : size[1]] + 0.5
    back = np.linalg.inv(forward) @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    column, row = back[0] / back[2] - 0.5, back[1] / back[2] - 0.5
    weight, reach = (tent, 1) if way == "bilinear" else (lambda t: keys(t, a), 2)
    result = np.zeros((x.size, image.shape[2]))
    outside = np.zeros(x.size, bool)
    for down in range(1 - reach, reach + 1):
        for right in range(1 - reach, reach + 1):
            r, c = np.floor(row).astype(int) + down, np.floor(column).astype(int) + right
            share = weight(row - r) * weight(column - c)
            outside |= (abs(share) > 1e-9) & ((r < 0) | (r >= height) | (c < 0) | (c >= width))
            r, c = continued(r, height, fill), continued(c, width, fill)
            value = np.where(((r < 0) | (c < 0))[:, None], fill if isinstance(fill, (int, float)) else 0, image[r, c])
            result += share[:, None] * value
    if fill is None:
        result[outside] = -9
    return result.reshape(*size, -1)


def resized(image, height, width):
    """A triangle as wide as a pixel of the coarser grid, along rows and columns; -9 where it reaches beyond the edge."""
    def along(n, to):
        scale = n / to
        reach = max(1, scale)
        centre = (np.arange(to) + 0.5) * scale - 0.5
        weights = tent((np.arange(n)[None] - centre[:, None]) / reach)
        # A tap one before the first pixel or one after the last counts if its weight is not 0.
        beyond = (centre - reach < -1 + 1e-9) | (centre + reach > n - 1e-9)
        return weights / weights.sum(1, keepdims=True), beyond
    (rows, above), (columns, beside) = along(image.shape[0], height), along(image.shape[1], width)
    result = np.einsum("yr,xc,rck->yxk", rows, columns, image)
    result[above] = -9
    result[:, beside] = -9
    return result


cases = {}
operations = []


def add(name, operation, result):
    assert (result != -9).mean() > 0.15, name
    name = name.replace(" ", "_").replace(".", "_")
    cases[name] = result if result.dtype == np.uint8 else result.astype(np.float32)
    operations.append(f"{name}\t{operation}\n")


composed = shifting(-3, -5) @ mirroring(32) @ shearing(8, 0) @ scaling(1.2) @ rotation(17)
for way in ("bilinear", "bicubic"):
    last = "" if way == "bilinear" else f', interpolation="{way}"'
    for name, operation, forward in [
        ("rotate", "rotate(17{})", rotation(17)),
        ("rotate far", "rotate(-123.4{})", rotation(-123.4)),
        ("rotate beyond", "rotate(400{})", rotation(400)),
        ("rotate about", 'rotate(25, about="bottom-right"{})', rotation(25, 32, 24)),
        ("rotate point", "rotate(-10, about=(3, 20){})", rotation(-10, 20, 3)),
        ("shift", "shift(2.3, -4.6{})", shifting(2.3, -4.6)),
        ("enlarge", "scale(1.3{})", scaling(1.3)),
        ("shrink", "scale(0.8{})", scaling(0.8)),
        ("shear", "shear(12, -5{})", shearing(12, -5)),
        ("composed", 'rotate(17{}) |> scale(1.2) |> shear(8) |> flip() |> crop(18, 20, at=(3, 5))', composed),
    ]:
        size = (18, 20) if name == "composed" else (24, 32)
        add(f"{name} {way}", operation.format(last), sampled(source, forward, size, way))
    for fill in ("edge", "reflect", "wrap", 0.5):
        shown = fill if isinstance(fill, float) else f'"{fill}"'
        forward = shifting(1.7, -2.2) @ rotation(33)
        add(f"filled {fill} {way}", f"rotate(33) |> shift(1.7, -2.2, fill={shown}{last})", sampled(source, forward, (24, 32), way, fill))
    expanded = (int(np.ceil(24 * np.cos(np.pi / 6) + 32 * 0.5 - 1e-6)), int(np.ceil(32 * np.cos(np.pi / 6) + 24 * 0.5 - 1e-6)))
    centred = shifting((expanded[0] - 24) / 2, (expanded[1] - 32) / 2) @ rotation(30)
    add(f"expanded {way}", f"rotate(30, expand=true{last})", sampled(source, centred, expanded, way))
for height, width in ((12, 16), (10, 13), (48, 64), (31, 20), (5, 32)):
    add(f"resized {height} {width}", f"resize({height}, {width})", resized(source, height, width))

# Copies, by NumPy.
for name, operation, result in [
    ("mirrored", "flip()", picture[:, ::-1]),
    ("upside down", 'flip("vertical")', picture[::-1]),
    ("half turn", 'flip("both")', picture[::-1, ::-1]),
    ("rotate 180", "rotate(-540)", picture[::-1, ::-1]),
    ("quarter", "quarter_turn(1)", np.rot90(picture)),
    ("quarters", "quarter_turn(-5)", np.rot90(picture, -5)),
    ("transposed", "transpose_image()", picture.transpose(1, 0, 2)),
    ("cut", "crop(7, 9, at=(4, 6))", picture[4:11, 6:15]),
    ("moved", "shift(3, -4)", np.pad(picture, ((3, 0), (0, 4), (0, 0)))[:24, 4:]),
    ("padded edge", 'pad_image((1, 2, 3, 4), fill="edge")', np.pad(picture, ((1, 2), (3, 4), (0, 0)), "edge")),
    ("padded reflect", 'pad_image((1, 2, 3, 4), fill="reflect")', np.pad(picture, ((1, 2), (3, 4), (0, 0)), "reflect")),
    ("padded wrap", 'pad_image((1, 2, 3, 4), fill="wrap")', np.pad(picture, ((1, 2), (3, 4), (0, 0)), "wrap")),
    ("moves composed", "quarter_turn() |> flip() |> crop(20, 20, at=(8, 2)) |> transpose_image() |> rotate(90)",
     np.rot90(np.rot90(picture)[:, ::-1][8:28, 2:22].transpose(1, 0, 2))),
]:
    add("copied " + name, operation, result)


# The definitions beside OpenCV, Pillow and scipy, where these mean the same.
def check(what, own, other, tolerance):
    inside = own != -9
    worst = abs(own - other)[inside].max()
    print(f"{what:<46}{worst * 255:10.6f} grey levels at most, of {inside.mean():.0%} of the pixels")
    assert inside.mean() > 0.15 and worst < tolerance, what


def centres(forward):
    """The map between pixel centres, as OpenCV counts."""
    half = shifting(0.5, 0.5)
    return np.linalg.inv(half) @ forward @ half


single = source.astype(np.float32)
borders = {"edge": cv2.BORDER_REPLICATE, "reflect": cv2.BORDER_REFLECT_101, "wrap": cv2.BORDER_WRAP, 0.5: cv2.BORDER_CONSTANT}
for name, forward in (("rotation", rotation(17)), ("shear", shearing(12, -5)), ("all of them", composed)):
    y, x = np.mgrid[0:24, 0:32] + 0.5
    back = np.linalg.inv(forward) @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    places = np.stack([back[1] - 0.5, back[0] - 0.5])
    theirs = np.stack([ndimage.map_coordinates(source[..., k], places, order=1) for k in range(3)], -1).reshape(24, 32, 3)
    check(f"bilinear {name}, scipy", sampled(source, forward, (24, 32), "bilinear"), theirs, 1e-9)
    for way, flag in (("bilinear", cv2.INTER_LINEAR), ("bicubic", cv2.INTER_CUBIC)):
        own = sampled(source, forward, (24, 32), way, a=-0.75)
        check(f"{way} {name} (a = -3/4), OpenCV" if way == "bicubic" else f"{way} {name}, OpenCV", own, cv2.warpAffine(single, centres(forward)[:2], (32, 24), flags=flag), 1e-5)
for fill, border in borders.items():
    forward = shifting(1.7, -2.2) @ rotation(33)
    own = sampled(source, forward, (24, 32), "bilinear", fill)
    theirs = cv2.warpAffine(single, centres(forward)[:2], (32, 24), flags=cv2.INTER_LINEAR, borderMode=border, borderValue=(0.5,) * 3)
    check(f"bilinear fill {fill}, OpenCV", own, theirs, 1e-5)
matrix = cv2.getRotationMatrix2D((15.5, 11.5), 17, 1)
assert np.allclose(matrix, centres(rotation(17))[:2])
layers = [Image.fromarray(single[..., k]) for k in range(3)]
back = np.linalg.inv(rotation(17))
theirs = np.stack([layer.transform((32, 24), Image.Transform.AFFINE, back[:2].ravel(), Image.Resampling.BILINEAR) for layer in layers], -1)
check("bilinear rotation, Pillow", sampled(source, rotation(17), (24, 32), "bilinear"), theirs, 1e-5)
theirs = np.stack([layer.transform((32, 24), Image.Transform.AFFINE, back[:2].ravel(), Image.Resampling.BICUBIC) for layer in layers], -1)
check("bicubic rotation (a = -1), Pillow", sampled(source, rotation(17), (24, 32), "bicubic", a=-1), theirs, 1e-5)
theirs = np.stack([layer.resize((64, 48), Image.Resampling.BICUBIC) for layer in layers], -1)
check("bicubic (a = -1/2) to twice the size, Pillow", sampled(source, np.diag([2, 2, 1.0]), (48, 64), "bicubic"), theirs, 1e-5)
for height, width in ((12, 16), (10, 13), (48, 64), (31, 20), (5, 32)):
    theirs = np.stack([layer.resize((width, height), Image.Resampling.BILINEAR) for layer in layers], -1)
    check(f"resized to {height} × {width}, Pillow", resized(source, height, width), theirs, 1e-5)

folder = os.path.dirname(os.path.abspath(__file__))
np.savez_compressed(os.path.join(folder, "images.npz"), picture=picture, **cases)
with open(os.path.join(folder, "images.txt"), "w") as out:
    out.writelines(operations)
