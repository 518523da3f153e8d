"""Growing images in Loam and in OpenCV, albumentations, Pillow and Kornia, measured in turn.

Usage: Benchmarks/images.py [ROUNDS] [--only NAMES] [--sizes 28,224,1024] [--threads 1,2] [--seconds S] [--loam PATH].
Printed are images a second, the medians of the rounds, and the medians of the ratios within the rounds, so that a slow
minute of the machine touches all alike; a measurement is the fastest of its passes. `composed` is OpenCV with the maps of a
chain multiplied by hand and its colours in one table; `memcpy` copies the same bytes from one batch to another. The other peers drop
each result, so that the next one is written to the same memory, which stays in a cache; Loam's results stay in a batch. `into batch` is
OpenCV writing its results into one, too. On several threads, each peer runs in as many processes, which pass no result on: the best that workers can do.
"""

import argparse
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

here = Path(__file__).parent
cores = len(os.sched_getaffinity(0))
parser = argparse.ArgumentParser()
parser.add_argument("rounds", nargs="?", type=int, default=3)
parser.add_argument("--only", default="", help="names of rows, separated by commas")
parser.add_argument("--sizes", default="28,224,1024")
parser.add_argument("--threads", default=",".join(map(str, sorted({1, cores}))))
parser.add_argument("--seconds", type=float, default=0.2, help="for each measurement")
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
options = parser.parse_args()
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import cv2
import numpy as np
from PIL import Image

cv2.setNumThreads(1)
sys.path.insert(0, str(here / "images"))
import rows as table

if table.K is not None:
    table.torch.set_num_threads(1)

counts = {28: 8192, 224: 64, 1024: 6}
order = ["opencv", "albumentations", "pillow", "kornia", "composed", "memcpy", "into batch"]


def photographs(count, size, channels):
    """Smooth colours, edges and a little noise: neither the cheapest nor the dearest to compress or to equalize."""
    rng = np.random.default_rng(size)
    small = rng.integers(0, 256, (count, 4, 4, channels), np.uint8)
    large = np.stack([cv2.resize(image, (size, size), interpolation=cv2.INTER_CUBIC).reshape(size, size, channels) for image in small])
    large[:, size // 4 : size // 2, size // 3 : size // 2] //= 2
    return np.clip(large.astype(np.int16) + rng.integers(-6, 7, large.shape, np.int16), 0, 255).astype(np.uint8)


def rate(function, items, images_each, seconds):
    """Images a second, in the fastest pass of about 20 ms."""
    start = time.perf_counter()
    function(items[0])
    calls = max(1, int(0.02 / (time.perf_counter() - start)))
    best, at = 0, 0
    while True:
        begin = time.perf_counter()
        for _ in range(calls):
            function(items[at])
            at = at + 1 if at + 1 < len(items) else 0
        end = time.perf_counter()
        best = max(best, calls * images_each / (end - begin))
        if end - start >= seconds:
            return best


def worker(barrier, results, *given):
    barrier.wait()
    results.put(rate(*given))


def rate_on(threads, *given):
    if threads == 1:
        return rate(*given)
    fork = multiprocessing.get_context("fork")
    barrier, results = fork.Barrier(threads), fork.SimpleQueue()
    workers = [fork.Process(target=worker, args=(barrier, results, *given)) for _ in range(threads)]
    for process in workers:
        process.start()
    total = sum(results.get() for _ in workers)
    for process in workers:
        process.join()
    return total


program = """few = dataset(load("{path}"))
fn pass() {{
  start = time()
  (few |> {recipe}).{field}
  len(few) / (time() - start)
}}
for warm in 0..3 {{ pass() }}                # until memory is reused
start = time()
best = pass()
while time() - start < {seconds} {{ best = max((best, pass())) }}
print(best)"""


def run_loam(threads, **given):
    """Images a second, without the start of the process and the first passes; or the message of an error."""
    result = subprocess.run(
        [options.loam, "--fresh", "--plain", "-e", program.format(**given)], capture_output=True, text=True,
        env={**os.environ, "LOAM_THREADS": str(threads)})
    return float(result.stdout) if result.returncode == 0 else result.stderr.strip().splitlines()[0]


def kind_of(peer):
    """What it is given."""
    return {"memcpy": "batch", "into batch": "batch", "pillow": "pillow", "kornia": "kornia"}.get(peer, "arrays")


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def line(row, threads, rates, own_first):
    own = rates["loam"]
    cells = "".join(f"{number(statistics.median(rates[name])) if name in rates else '':>{width}}" for name, width in zip(["loam"] + order, widths))
    ratios = []
    for peers, bar in row.bars:
        present = [name for name in peers if name in rates]
        if not present:
            continue
        ratio = statistics.median(value / max(rates[name][i] for name in present) for i, value in enumerate(own))
        label = "the best" if len(peers) > 1 else peers[0]
        wanted = "" if not bar else f" (bar {bar})" if ratio >= bar else f" (bar {bar}, missed)"
        ratios.append(f"{ratio:.2f} of {label}{wanted}")
    if own_first:
        ratios.append(f"{statistics.median(a / b for a, b in zip(own, own_first)):.2f} of 1 thread")
    print(f"{row.name:<16}{threads:>3}{cells}   {', '.join(ratios)}", flush=True)


def measure(row, path, size, sources):
    """All thread counts and all peers once in each round."""
    field = "images" if row.is_float else u8_field
    all_rates = {threads: {} for threads in thread_counts}
    for _ in range(options.rounds):
        for threads, rates in all_rates.items():
            own = run_loam(threads, path=path, recipe=row.loam, field=field, seconds=options.seconds)
            if isinstance(own, str):
                if "unknown name" in own:
                    unknown.append(row.name)
                else:
                    print(f"{row.name:<16}    not measured: {own}", flush=True)
                return
            rates.setdefault("loam", []).append(own)
            for name, function in row.peers.items():
                items, each = sources[kind_of(name)]
                rates.setdefault(name, []).append(rate_on(threads, function, items, each, options.seconds / 2))
    first = all_rates[thread_counts[0]]["loam"] if thread_counts[0] == 1 else None
    for threads, rates in all_rates.items():
        line(row, threads, rates, first if threads != 1 else None)


def usable(row):
    """A peer that cannot do it on these images is left out, by name."""
    for name in list(row.peers):
        items, _ = sources[kind_of(name)]
        try:
            row.peers[name](items[0])
        except Exception as problem:
            print(f"{row.name}: {name} not measured, {type(problem).__name__}: {str(problem).splitlines()[0][:90]}")
            del row.peers[name]


thread_counts = [int(part) for part in options.threads.split(",")]
wanted = [part.strip() for part in options.only.split(",") if part.strip()]
widths = [12, 12, 15, 12, 12, 12, 14, 12]
with tempfile.TemporaryDirectory() as folder:
    probe = Path(folder) / "probe.npy"
    np.save(probe, photographs(2, 28, 1))
    u8_field = "images" if isinstance(run_loam(1, path=probe, recipe="flip()", field="bytes", seconds=0), str) else "bytes"
    import albumentations

    print(f"images a second, {options.rounds} rounds; OpenCV {cv2.__version__}, albumentations {albumentations.__version__}, Pillow {Image.__version__}"
          + (f", Kornia {__import__('kornia').__version__}" if table.K else ", no Kornia") + f"; Loam computes `.{u8_field}`")
    for size in map(int, options.sizes.split(",")):
        channels = 1 if size == 28 else 3
        images = photographs(counts.get(size, max(1, 10_000_000 // (size * size * 3))), size, channels)
        path = Path(folder) / f"{size}.npy"
        np.save(path, images)
        arrays = list(images if channels == 3 else images[..., 0])
        sources = {"arrays": (arrays, 1), "batch": ([images], len(images)), "pillow": ([Image.fromarray(image) for image in arrays[:64]], 1)}
        if table.K is not None:
            batch = table.torch.from_numpy(images[: max(2, 512 * 784 // (size * size))].transpose(0, 3, 1, 2).astype(np.float32) / 255)
            sources["kornia"] = ([batch], len(batch))
        print(f"\n{f'{size}×{size}×{channels}':<16}{'':>3}"
              + "".join(f"{name:>{width}}" for name, width in zip(["loam"] + order, widths)))
        unknown = []
        for row in table.rows(size, channels, images):
            if (not wanted or row.name in wanted) and (channels == 3 or not row.colour):
                usable(row)
                measure(row, path, size, sources)
        if unknown:
            print(f"not in this Loam: {', '.join(unknown)}")
