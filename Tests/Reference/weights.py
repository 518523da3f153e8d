"""Runs the Python code of Docs/Language/Files.md on the files that its Loam code writes: weights of `.model` files in PyTorch and
NumPy, and `.onnx` files in onnxruntime. Then compares each kind of layer.

Usage: python3 Tests/Reference/weights.py PATH-OF-LOAM, with the packages torch, safetensors, onnxruntime and NumPy. Fails at the
first difference of more than 1e-5.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file as load_arrays
from safetensors.torch import load_file

loam = str(Path(sys.argv[1]).resolve())
page = (Path(__file__).parents[2] / "Docs/Language/Files.md").read_text()
page = page[page.index("## Weights in other programs") :]

LAYERS = """
seed(4)
fn layer(name, m, x) {
  save(m, "{name}.model")
  save(x, "{name}.x.npy")
  save(m(x), "{name}.y.npy")
}
rows = randn(6, 5)
images = rand(3, 7, 6, 2)
layer("dense", dense(4, relu, shape=(5,)), rows)
layer("conv", conv(3, shape=(7, 6, 2)), images)
layer("strided", conv(3, size=(4, 3), stride=2, padding="valid", shape=(7, 6, 2)), images)
layer("transposed", conv_transpose(3, size=3, stride=2, padding=1, shape=(7, 6, 2)), images)
model normalised() {
  norm = batch_norm()
  fn call(x) { norm(x) }
  fn loss(x) { mean((norm(x) - 1) ^ 2) }
}
layer("norm", train(normalised(), images * 3 + 1, epochs=3), images)
"""


def first(x):
    return torch.from_numpy(x).permute(0, 3, 1, 2)


def last(y):
    return y.permute(0, 2, 3, 1).numpy()


def kernel(weights):
    return torch.from_numpy(weights["kernel"]).permute(3, 2, 0, 1)


COMPUTED = {
    "dense": lambda w, x: np.maximum(x @ w["weight"] + w["bias"], 0),
    "conv": lambda w, x: last(F.conv2d(first(x), kernel(w), torch.from_numpy(w["bias"]), padding=1)),
    "strided": lambda w, x: last(F.conv2d(first(x), kernel(w), torch.from_numpy(w["bias"]), stride=2)),
    "transposed": lambda w, x: last(F.conv_transpose2d(first(x), kernel(w), torch.from_numpy(w["bias"]), stride=2, padding=1)),
    "norm": lambda w, x: last(
        F.batch_norm(first(x), *(torch.from_numpy(w["norm." + name]) for name in ("running_mean", "running_variance", "scale", "offset")))
    ),
}

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    # The cells of the page, in order; those that are to fail are left out.
    cells = re.findall(r"```(loam|python)\n(.*?)```", page, re.S)
    subprocess.run([loam, "-"], input="\n".join(text for kind, text in cells if kind == "loam"), text=True, check=True, capture_output=True)
    codes = [text for kind, text in cells if kind == "python"]
    assert len(codes) == 3, "the page has three programs in Python"
    for code in codes:
        exec(code, {})
    print(f"Files.md: {len(codes)} programs in Python")
    subprocess.run([loam, "-"], input=LAYERS, text=True, check=True, capture_output=True)
    for name, computed in COMPUTED.items():
        x, y = np.load(f"{name}.x.npy"), np.load(f"{name}.y.npy")
        mine = computed(load_arrays(f"{name}.model"), x)
        assert mine.shape == y.shape, f"{name}: {mine.shape} instead of {y.shape}"
        apart = np.abs(mine - y).max()
        assert apart <= 1e-5, f"{name}: {apart} apart"
        print(f"{name}: {apart:.1g} apart")
    assert set(load_file("dense.model")) == {"weight", "bias", "loam"}
