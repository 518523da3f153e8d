"""The language beside Lua and Python: the same eleven programs, run in turn, whole processes.

Usage: Benchmarks/language.py [ROUNDS]. Prints the median of each program's time and the median of its
ratios to the peers in the same round, so that a slow minute of the machine touches all alike; then the
start-up of each. Every program must print the same in all three languages.
"""

import math
import statistics
import subprocess
import sys
import time
from pathlib import Path

here = Path(__file__).parent
loam = str(here.parent / ".build/static/release/loam")
programs = [
    "fib", "loops", "mandelbrot", "sieve", "strings", "closures", "ackermann", "bubble", "collatz", "newton", "composed",
]
peers = {"loam": ([loam], "loam"), "lua": (["lua5.4"], "lua"), "python": (["python3"], "py")}


def run(command):
    """Seconds from start to exit, and what was printed."""
    start = time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.PIPE)
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, process.stdout


def peak_memory(command):
    """In MB, as GNU time tells: asked from here, it would be at least this process's own."""
    process = subprocess.run(["/usr/bin/time", "-f", "%M"] + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return int(process.stderr.split()[-1]) / 1024


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def speed(rounds):
    print(f"{'program':<12}{'loam s':>9}{'lua s':>9}{'python s':>10}{'loam/lua':>10}{'loam/python':>13}")
    ratios = {"lua": [], "python": []}
    for program in programs:
        times = {name: [] for name in peers}
        printed = set()
        for _ in range(rounds):
            for name, (command, ending) in peers.items():
                seconds, output = run(command + [str(here / "language" / f"{program}.{ending}")])
                times[name].append(seconds)
                printed.add(output)
        if len(printed) != 1:
            sys.exit(f"{program}: the languages print different results: {printed}")
        own = {
            peer: statistics.median(a / b for a, b in zip(times["loam"], times[peer])) for peer in ratios
        }
        for peer in ratios:
            ratios[peer].append(own[peer])
        median = {name: statistics.median(values) for name, values in times.items()}
        print(
            f"{program:<12}{median['loam']:>9.3f}{median['lua']:>9.3f}{median['python']:>10.3f}"
            f"{own['lua']:>10.2f}{own['python']:>13.2f}"
        )
    print(
        f"{'geometric mean':<40}{geometric_mean(ratios['lua']):>10.2f}{geometric_mean(ratios['python']):>13.2f}"
    )
    print("bars: loam/lua at most 0.75 in the mean and 1.00 each; loam/python at most 0.35 in the mean")


def peek(rounds):
    """A loop that reads through a function and writes in place: twice the passes in twice the time."""
    program = str(here / "language" / "peek.loam")
    ratios = []
    for _ in range(rounds):
        once, twice, start_up = (run([loam, program, n])[0] for n in ("2000000", "4000000", "0"))
        ratios.append((twice - start_up) / (once - start_up))
    print(f"\npeek, 4 million passes to 2 million: {statistics.median(ratios):.2f} times as long (2 is linear)")


def start(rounds):
    one = {
        "loam": [loam, "-e", "1"],
        "lua": ["lua5.4", "-e", "print(1)"],
        "python": ["python3", "-c", "print(1)"],
    }
    times = {name: [] for name in one}
    memory = {name: 0.0 for name in one}
    for _ in range(rounds):
        for name, command in one.items():
            times[name].append(run(command)[0])
            memory[name] = max(memory[name], peak_memory(command))
    print(f"\n{'start to exit':<16}{'median ms':>10}{'least ms':>10}{'peak MB':>9}")
    for name in one:
        milliseconds = [1000 * value for value in times[name]]
        print(f"{name:<16}{statistics.median(milliseconds):>10.1f}{min(milliseconds):>10.1f}{memory[name]:>9.1f}")
    print("bars: loam at most 8 ms and 25 MB")


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
speed(rounds)
peek(rounds)
start(rounds * 5)

