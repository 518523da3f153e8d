#!/usr/bin/env python3
"""Makes area.txt beside it: small images, and what SciPy, OpenCV and Pillow make of them.

    python Tests/Reference/area.py      (needs numpy, scipy, pillow, opencv-python-headless)

A line is a name, the shape, the pixels in hexadecimal, the result as f32 in hexadecimal (the low byte first; bytes are divided
by 255), and the largest difference that is allowed, with tabs between.
"""
import io
import os
import cv2
import numpy as np
import scipy.ndimage
import scipy.sparse
import scipy.sparse.linalg
from PIL import Image, ImageOps

lines = []


def picture(height, width, channels, seed):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    noise = np.random.default_rng(seed).normal(0, 12, (height, width, channels))
    return np.clip(110 + 70 * np.sin(0.5 * x + 0.3 * y * (1 + c) + 2 * c) + noise, 0, 255).round().astype(np.uint8)


def add(name, pixels, result, tolerance):
    result = np.asarray(result, dtype="<f4").reshape(pixels.shape)
    lines.append("\t".join([name, " ".join(map(str, pixels.shape)), pixels.tobytes().hex(), result.tobytes().hex(), repr(tolerance)]))


def gaussian(pixels, sigma):
    return scipy.ndimage.gaussian_filter(pixels / 255.0, sigma, truncate=3.5, mode="mirror", axes=(0, 1))


def correlated(pixels, kernel):
    return np.stack([scipy.ndimage.correlate(pixels[..., k] / 255.0, kernel, mode="mirror") for k in range(pixels.shape[2])], axis=2)


def line(length, degrees):
    """Points along a line, each of them shared by four pixels."""
    count, reach = int(np.ceil(length)), int(length)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for along in np.linspace(-0.5, 0.5, count) * (length - 1):
        row, column = -along * np.sin(np.radians(degrees)), along * np.cos(np.radians(degrees))
        for y in range(-reach, reach + 1):
            for x in range(-reach, reach + 1):
                kernel[y + reach, x + reach] += max(0, 1 - abs(row - y)) * max(0, 1 - abs(column - x)) / count
    return kernel


def joined(pixels, change):
    return np.stack([change(np.ascontiguousarray(pixels[..., k])) for k in range(pixels.shape[2])], axis=2) / 255.0


def by_pillow(pixels, change):
    image = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    return np.asarray(change(image)) / 255.0


def jpeg(image, quality):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=2)
    return Image.open(io.BytesIO(file.getvalue()))


def means(pixels, deviation, search, patch):
    """Non-local means by their definition."""
    values, (height, width, channels) = pixels / 255.0, pixels.shape
    wide = np.pad(values, ((search + patch,) * 2, (search + patch,) * 2, (0, 0)), mode="reflect")
    sums, total = np.zeros(values.shape), np.zeros((height, width, 1))
    for down in range(-search, search + 1):
        for right in range(-search, search + 1):
            far = np.zeros((height, width))
            for i in range(-patch, patch + 1):
                for j in range(-patch, patch + 1):
                    a = wide[search + patch + i:, search + patch + j:][:height, :width]
                    b = wide[search + patch + down + i:, search + patch + right + j:][:height, :width]
                    far += ((a - b) ** 2).mean(axis=2) / (2 * patch + 1) ** 2
            weight = np.exp(-np.maximum(far - 2 * deviation**2, 0) / (0.5 * deviation) ** 2)[..., None]
            sums += weight * wide[search + patch + down:, search + patch + right:][:height, :width]
            total += weight
    return sums / total


def harmonic(pixels, is_missing):
    """Laplace's equation for the missing pixels, solved directly."""
    result = pixels / 255.0
    height, width, channels = pixels.shape
    for k in range(channels):
        places = {tuple(at): i for i, at in enumerate(np.argwhere(is_missing[..., k]))}
        matrix, right = scipy.sparse.lil_matrix((len(places), len(places))), np.zeros(len(places))
        for (y, x), i in places.items():
            for at in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]:
                if 0 <= at[0] < height and 0 <= at[1] < width:
                    matrix[i, i] += 1
                    if at in places:
                        matrix[i, places[at]] -= 1
                    else:
                        right[i] += result[at[0], at[1], k]
        for at, value in zip(places, scipy.sparse.linalg.spsolve(matrix.tocsr(), right)):
            result[at[0], at[1], k] = value
    return result


grey, colour, tall, one, row = picture(13, 18, 1, 1), picture(11, 17, 3, 2), picture(20, 5, 3, 3), picture(1, 1, 3, 4), picture(1, 9, 1, 5)
for index, pixels in enumerate([grey, colour, tall, one, row]):
    for sigma in [0.4, 0.8, 2, 30]:
        add(f"blur {sigma} {index}", pixels, gaussian(pixels, sigma), 1e-6)
    for radius in [1, 4, 12]:
        add(f"box_blur {radius} {index}", pixels, scipy.ndimage.uniform_filter(pixels / 255.0, 2 * radius + 1, mode="mirror", axes=(0, 1)), 1e-6)
    for length, degrees in [(5, 0), (4, 90), (7.5, 30), (9, -120)]:
        add(f"motion_blur {length} {degrees} {index}", pixels, correlated(pixels, line(length, degrees)), 1e-6)
    sharper = pixels / 255.0 + 1.5 * (pixels / 255.0 - gaussian(pixels, 1.2))
    add(f"sharpen {index}", pixels, np.clip(sharper, 0, 1), 2e-6)
    add(f"median {index}", pixels, joined(pixels, lambda plane: cv2.medianBlur(plane, 3)), 1e-6)
    for cutoff in [0, 3, 20]:
        add(f"autocontrast {cutoff} {index}", pixels, by_pillow(pixels, lambda image: ImageOps.autocontrast(image, cutoff)), 1e-6)
    add(f"equalize {index}", pixels, by_pillow(pixels, ImageOps.equalize), 1e-6)
large = picture(40, 35, 3, 6)
add("equalize 5", large, by_pillow(large, ImageOps.equalize), 1e-6)
for limit, tiles in [(2, 8), (4, 3), (0, 1)]:
    add(f"clahe {limit} {tiles}", grey, joined(grey, lambda plane: cv2.createCLAHE(limit, (tiles, tiles)).apply(plane)), 1.001 / 255)
    add(f"clahe {limit} {tiles} large", large[..., :1].copy(), joined(large[..., :1], lambda plane: cv2.createCLAHE(limit, (tiles, tiles)).apply(plane)),
        1.001 / 255)
for quality in [1, 30, 95]:
    add(f"jpeg_damage {quality} grey", grey, by_pillow(grey, lambda image: jpeg(image, quality)), 1.001 / 255)
    add(f"jpeg_damage {quality} colour", colour, by_pillow(colour, lambda image: jpeg(image, quality)), 1.001 / 255)
add("denoise 0.05 grey", grey, means(grey, 0.05, 10, 2), 1e-5)
add("denoise 0.05 colour", colour, means(colour, 0.05, 10, 1), 1e-5)
add("denoise 0.1 colour", colour, means(colour, 0.1, 12, 2), 1e-5)
hole = np.zeros(colour.shape, bool)
hole[3:9, 5:12] = True
add("fill_missing hole", np.where(hole, 0, colour).astype(np.uint8), harmonic(colour, hole), 0.01)
holes = np.random.default_rng(7).random(grey.shape) < 0.4
add("fill_missing holes", np.where(holes, 0, np.maximum(grey, 1)).astype(np.uint8), harmonic(np.maximum(grey, 1), holes), 0.002)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "area.txt"), "w") as file:
    file.write("\n".join(lines) + "\n")
print(len(lines), "lines")
