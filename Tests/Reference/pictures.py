#!/usr/bin/env python3
"""Makes pictures.txt beside it: small JPEG files, each with the pixels that Pillow reads from it.

    python Tests/Reference/pictures.py

A line is a name, the file in hexadecimal, the shape, and the bytes of the pixels in hexadecimal, with tabs between. Files
named `turned-N` carry N as their orientation (EXIF), and Pillow's `exif_transpose` has turned their pixels.
"""
import io
import os
import numpy as np
from PIL import Image, ImageOps

lines = []


def add(name, image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    read = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue()))))
    read = read[..., None] if read.ndim == 2 else read
    lines.append("\t".join([name, file.getvalue().hex(), " ".join(map(str, read.shape)), read.tobytes().hex()]))


def waves(height, width, channels):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return (127.5 + 120 * np.sin(0.5 * x + 0.3 * y * (1 + c) + 2 * c)).astype(np.uint8)


grey = Image.fromarray(waves(9, 11, 1)[..., 0])
colour = Image.fromarray(waves(13, 17, 3))
add("grey", grey, quality=90)
add("colour", colour, quality=90, subsampling="4:4:4")
add("halved", colour, quality=75, subsampling="4:2:0")
add("progressive", colour, quality=75, progressive=True)
add("cmyk", colour.convert("CMYK"), quality=75)
small = Image.fromarray(waves(2, 5, 1)[..., 0])
for number in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = number
    add(f"turned-{number}", small, quality=95, exif=exif)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pictures.txt"), "w") as out:
    out.write("\n".join(lines) + "\n")
