"""Single operations in Loam and in PyTorch on the CPU, measured in turn: forward, and with the gradient.

Usage: Benchmarks/operations.py [ROUNDS] [--threads N] [--only NAMES]. Printed are medians in milliseconds; PyTorch's images are in its
usual order (`eager`) and with channels last (`channels`), which is Loam's. Each result of Loam includes about a quarter of a
millisecond for planning, which a training needs once.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("rounds", nargs="?", type=int, default=5)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--only", default="")
parser.add_argument("--loam", default=str(Path(__file__).parent.parent / ".build/static/release/loam"))
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["LOAM_THREADS"] = str(options.threads)

import torch
import torch.nn.functional as F

torch.set_num_threads(options.threads)
IMAGES, SMALL, WIDE = (256, 28, 28, 32), (256, 14, 14, 32), (1_000_000,)
# Name: the shapes of x and y, the expression in Loam, the function in PyTorch.
operations = {
    "max pool": (IMAGES, None, "max_pool(2)(x)", lambda x, y: F.max_pool2d(x, 2)),
    "overlapping max pool": (IMAGES, None, "max_pool(3, stride=2)(x)", lambda x, y: F.max_pool2d(x, 3, 2)),
    "mean pool": (IMAGES, None, "mean_pool(2)(x)", lambda x, y: F.avg_pool2d(x, 2)),
    "upsample": (SMALL, None, "upsample(2)(x)", lambda x, y: F.interpolate(x, scale_factor=2)),
    "convolution in 4 groups": (IMAGES, (3, 3, 8, 32), "conv2d(x, y, padding=1, groups=4)", lambda x, y: F.conv2d(x, y, padding=1, groups=4)),
    "convolution by channel": (IMAGES, (3, 3, 1, 32), "conv2d(x, y, padding=1, groups=32)", lambda x, y: F.conv2d(x, y, padding=1, groups=32)),
    "matrix by column": ((4096, 1024), (1024, 1), "x @ y", lambda x, y: x @ y),
    "row by matrix": ((1, 4096), (4096, 1024), "x @ y", lambda x, y: x @ y),
    "column by row": ((4096, 1), (1, 1024), "x @ y", lambda x, y: x @ y),
    "tanh": (WIDE, None, "tanh(x)", lambda x, y: torch.tanh(x)),
    "sigmoid": (WIDE, None, "sigmoid(x)", lambda x, y: torch.sigmoid(x)),
    "division": (WIDE, WIDE, "x / (y ^ 2 + 1)", lambda x, y: x / (y**2 + 1)),
    "division by a number": (WIDE, None, "x / 3", lambda x, y: x / 3),
}


def loam(shapes, expression, with_gradient):
    names = [name for name, shape in zip("xy", shapes) if shape]
    given = "\n".join(f"{name} = randn{shape if len(shape) > 1 else f'({shape[0]})'}" for name, shape in zip("xy", shapes) if shape)
    if with_gradient:
        body = "\n".join(f"g = grad({name} -> sum(({expression}) ^ 2))({name})\nif reshape(g, size(g))[0] > 1e30 {{ print(1) }}" for name in names)
    else:
        body = f"r = {expression}\nif reshape(r, size(r))[0] > 1e30 {{ print(1) }}"
    program = f"{given}\nfn run(n) {{ for i in 0..n {{\n{body}\n}} }}\nrun(2)\nt = time()\nrun(3)\nn = int(3 + 0.9 / (time() - t + 1e-6))\nt = time()\nrun(n)\nprint((time() - t) / n * 1000)"
    result = subprocess.run([options.loam, "--fresh", "-e", program], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return float(result.stdout)


def peer(shapes, function, with_gradient, layout):
    """A function that does the same; as of Loam, one gradient for each operand."""
    def numbers(shape, order):
        if not shape:
            return None
        x = torch.randn(shape)
        return x if len(shape) != 4 else x.permute(order).contiguous(memory_format=layout)

    # Images and kernels.
    operands = [numbers(shape, order) for shape, order in zip(shapes, ((0, 3, 1, 2), (3, 2, 0, 1)))]
    def run():
        if not with_gradient:
            with torch.no_grad():
                return function(*operands)
        for operand in operands:
            if operand is not None:
                operand.requires_grad_(True)
                operand.grad = None
                (function(*operands) ** 2).sum().backward()
                operand.requires_grad_(False)
    return run


def seconds_each(step, wanted=0.3):
    step()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < wanted:
        step()
        count += 1
    return 1000 * (time.perf_counter() - start) / count


print(f"{options.threads} thread(s), {options.rounds} rounds, PyTorch {torch.__version__}")
print(f"{'':<34}{'loam':>9}{'eager':>9}{'channels':>10}   the best / loam")
for name, (x, y, expression, function) in operations.items():
    if options.only and name not in options.only.split(","):
        continue
    for with_gradient in (False, True):
        layouts = [torch.contiguous_format] + ([torch.channels_last] if len(x) == 4 else [])
        steps = [peer((x, y), function, with_gradient, layout) for layout in layouts]
        rows = [[loam((x, y), expression, with_gradient)] + [seconds_each(step) for step in steps] for _ in range(options.rounds)]
        middle = [statistics.median(column) for column in zip(*rows)] + [None] * (2 - len(layouts))
        ratio = statistics.median(min(row[1:]) / row[0] for row in rows)
        shown = "".join(f"{value:>{9 + (i == 2)}.3f}" if value is not None else " " * 10 for i, value in enumerate(middle))
        print(f"{name + (', gradient' if with_gradient else ''):<34}{shown}   {ratio:.2f}", flush=True)
