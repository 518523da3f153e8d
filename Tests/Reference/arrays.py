#!/usr/bin/env python3
"""Makes arrays.txt beside it: files as NumPy writes them, each with what Loam is to read from it.

    python Tests/Reference/arrays.py            writes arrays.txt
    python Tests/Reference/arrays.py FILE...    shows what NumPy reads from files that Loam wrote

A line is a name, the file in hexadecimal, Loam's element type (`texts` for texts, `fault` for what it refuses), the shape,
and the elements, with tabs between. Elements of an .npz stand as NAME=TYPE,SHAPE,SUM.
"""
import io
import os
import sys
import numpy as np

if len(sys.argv) > 1:
    for path in sys.argv[1:]:
        read = np.load(path)
        for name, array in read.items() if path.endswith(".npz") else [(path, read)]:
            print(name, array.dtype, array.shape, array.ravel()[:4], array.sum() if array.dtype.kind in "fiub" else "")
    sys.exit()

lines = []


def text(array):
    flat = np.char.decode(array, "ascii") if array.dtype.kind == "S" else array
    return " ".join(str(x) if flat.dtype.kind == "U" else repr(float(x)) for x in flat.ravel())


def add(name, array, loam, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    lines.append("\t".join([name, file.getvalue().hex(), loam, " ".join(map(str, array.shape)), "" if loam == "fault" else text(array)]))


numbers = np.array([[0, 1.5, -2], [3, 100, -7]])
add("f4", numbers.astype("<f4"), "f32")
add("f8", numbers.astype("<f8") / 3, "f64")
add("f2", numbers.astype("<f2") / 3, "f32")
add("big-f2", np.array([1e-7, 65504, np.inf, -0.0], ">f2"), "f32")
for type, loam in {"i1": "i32", "<i2": "i32", "<i4": "i32", "<i8": "i32", ">f4": "f32", ">f8": "f64", ">i2": "i32", ">i4": "i32", ">i8": "i32"}.items():
    add(f"type-{type}", numbers.astype(type), loam)
for type, loam in {"u1": "u8", "<u2": "i32", "<u4": "i32", ">u8": "i32"}.items():
    add(f"type-{type}", np.abs(numbers).astype(type), loam)
add("bool", numbers > 0, "bool")
add("ends", np.array([-(2**31), 2**31 - 1], "<i8"), "i32")
cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
add("cube", cube, "f32")
add("fortran", np.asfortranarray(cube), "f32")
add("fortran-i8", np.asfortranarray(cube.astype("<i8")), "i32")
add("turned", np.asfortranarray(cube.transpose(1, 2, 0)), "f32")
add("scalar", np.array(2.5), "f64")
add("none", np.zeros((0, 3), "<f4"), "f32")
add("row", np.arange(5, dtype="<i4"), "i32")
add("version-2", cube, "f32", (2, 0))
add("version-3", cube, "f32", (3, 0))
add("words", np.array(["shirt", "", "Straße", "👕"]), "texts")
add("bytes", np.array([b"shirt", b"bag"]), "texts")
add("word", np.array("shirt"), "texts")
add("too-large", np.array([1, 2**31], "<i8"), "fault")
add("too-small", np.array([-(2**31) - 1], "<i8"), "fault")
add("unsigned", np.array([2**64 - 1], "<u8"), "fault")
add("complex", np.array([1j]), "fault")
add("objects", np.array([None, "a"], object), "fault")
add("fields", np.zeros(2, [("a", "<f4"), ("b", "<i4")]), "fault")
add("dates", np.array(["2026-01-01"], "M8[D]"), "fault")
add("grid-of-words", np.array([["a", "b"]]), "fault")


def archive(name, save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    loam = {"f": "f32", "u": "u8", "i": "i32"}
    parts = [f"{key}={loam[value.dtype.kind]},{'x'.join(map(str, value.shape))},{float(value.sum())!r}" for key, value in arrays.items()]
    lines.append("\t".join([name, file.getvalue().hex(), "npz", "", " ".join(parts)]))


pictures = (np.arange(3 * 8 * 8) % 251).astype("u1").reshape(3, 8, 8)
classes = np.array([2, 0, 1], "<i8")
archive("stored", np.savez, images=pictures, labels=classes)
archive("deflated", np.savez_compressed, x_train=pictures, y_train=classes, x_test=pictures[:1], y_test=classes[:1])

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrays.txt"), "w") as out:
    out.write("\n".join(lines) + "\n")
