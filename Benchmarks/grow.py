"""`loam grow` folder to folder, compared with a script for OpenCV in several processes, and its memory.

Usage: Benchmarks/grow.py [ROUNDS] [--pictures N] [--side S] [--many N] [--threads T] [--loam PATH]. The recipe is a rotation and a
flip of each picture, PNG to PNG and JPEG to JPEG; reading and writing are included. The script writes PNG as OpenCV does by
default, and, as `stored`, without compression, which is its fastest. Both run in turn in each round; printed are the median of
pictures a second, and the median of the ratios within a round. Then --many small pictures are grown, to show that the peak of
the resident memory does not depend on their number.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import Pool
from pathlib import Path

here = Path(__file__).parent
cores = len(os.sched_getaffinity(0))
parser = argparse.ArgumentParser()
parser.add_argument("rounds", nargs="?", type=int, default=3)
parser.add_argument("--pictures", type=int, default=2000)
parser.add_argument("--side", type=int, default=256)
parser.add_argument("--many", type=int, default=20000)
parser.add_argument("--threads", type=int, default=cores)
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
options = parser.parse_args()

import cv2
import numpy as np

cv2.setNumThreads(1)
RECIPE = "rotate(-15..15) |> flip(chance=0.5)"


def make(folder, count, side, ending):
    """Smooth colours of several scales and a little noise, as in photographs."""
    folder.mkdir()
    generator = np.random.default_rng(1)
    for number in range(count):
        picture = np.full((side, side, 3), 128, np.float32)
        for cells in (4, 8, 16, 32, 64):
            coarse = generator.normal(0, 1, (min(cells, side), min(cells, side), 3)).astype(np.float32)
            picture += cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC) * (40 / (cells / 4) ** 0.7)
        picture += generator.normal(0, 2, picture.shape)
        cv2.imwrite(f"{folder}/{number:06d}.{ending}", np.clip(picture, 0, 255).astype(np.uint8))


def work(task):
    source, target, settings = task
    picture = cv2.imread(source, cv2.IMREAD_UNCHANGED)
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), random.uniform(-15, 15), 1)
    grown = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)
    if random.random() < 0.5:
        grown = cv2.flip(grown, 1)
    cv2.imwrite(target, grown, settings)


def script(source, target, settings):
    target.mkdir()
    tasks = [(f"{source}/{name}", f"{target}/{name}", settings) for name in sorted(os.listdir(source))]
    start = time.perf_counter()
    with Pool(options.threads) as pool:
        for _ in pool.imap_unordered(work, tasks, chunksize=16):
            pass
    return len(tasks) / (time.perf_counter() - start)


def loam(source, target, *more):
    """Pictures a second, and the peak of the resident memory in MB."""
    count = len(os.listdir(source))
    command = [options.loam, "grow", str(source), str(target), "--recipe", RECIPE, "--threads", str(options.threads), *more]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"loam failed: {' '.join(command)}")
    return count / (time.perf_counter() - start), usage.ru_maxrss / 1024


def size(folder):
    return sum(entry.stat().st_size for entry in os.scandir(folder) if entry.name.endswith((".png", ".jpg")))


def compare(folder, ending, name, settings, *more):
    source = folder / f"in-{ending}"
    rates, ratios, sizes = ([], []), [], None
    for number in range(options.rounds):
        # Nothing is removed in between: ext4 searches long for an inode that was not freed within the last five seconds
        # (`recently_deleted` in fs/ext4/ialloc.c), at the cost of whoever writes next.
        mine, theirs = folder / f"{name}-mine-{number}", folder / f"{name}-theirs-{number}"
        ours, _ = loam(source, mine, *more)
        peer = script(source, theirs, settings)
        sizes = size(mine) / size(theirs)
        rates[0].append(ours)
        rates[1].append(peer)
        ratios.append(ours / peer)
    print(
        f"{name:16} {statistics.median(rates[0]):9.0f} {statistics.median(rates[1]):9.0f} {statistics.median(ratios):7.2f} {sizes:7.2f}",
        flush=True)


with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    print(f"{options.pictures} pictures of {options.side}×{options.side}×3, {options.threads} threads or processes, pictures a second")
    print(f"{'':16} {'Loam':>9} {'OpenCV':>9} {'ratio':>7} {'size':>7}")
    make(folder / "in-png", options.pictures, options.side, "png")
    compare(folder, "png", "PNG", [])
    compare(folder, "png", "PNG, stored", [cv2.IMWRITE_PNG_COMPRESSION, 0, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE])
    make(folder / "in-jpg", options.pictures, options.side, "jpg")
    compare(folder, "jpg", "JPEG", [cv2.IMWRITE_JPEG_QUALITY, 85], "--format", "jpg", "--quality", "85")
    print(f"\nPeak of the resident memory, pictures of 64×64×3 in tar shards, {options.threads} threads")
    for count in (options.many // 20, options.many):
        source = folder / f"many-{count}"
        make(source, count, 64, "png")
        rate, memory = loam(source, folder / f"shards-{count}", "--format", "tar", "--copies", "2")
        print(f"{count:7} pictures: {memory:6.0f} MB, {2 * rate:6.0f} results a second", flush=True)
