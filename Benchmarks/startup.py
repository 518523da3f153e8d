"""How long it takes until somebody can type: from the start of the process to the first prompt on a terminal.

Usage: Benchmarks/startup.py [ROUNDS]. Every prompt runs on a pseudo-terminal of its own, each in its turn within a
round, so that a slow minute of the machine touches all alike; printed are the medians, and the medians of the
ratios within a round. Loam has a history of 2,000 lines. Below: one expression, from start to exit.
"""

import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

here = Path(__file__).parent
loam = str(here.parent / ".build/static/release/loam")
ipython = os.environ.get("IPYTHON", "ipython3")

# What each prints when it waits for the first line.
prompts = {
    "loam": ([loam], b"> "),
    "lua": (["lua5.4"], b"> "),
    "python": ([sys.executable, "-q"], b">>> "),
    "ipython": ([ipython, "--no-banner"], b"In ["),
}
expressions = {
    "loam": [loam, "-e", "1"],
    "lua": ["lua5.4", "-e", "print(1)"],
    "python": [sys.executable, "-c", "print(1)"],
}


def first_prompt(command, shown, environment):
    """Seconds until the terminal has been sent the prompt."""
    start = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(command[0], command, environment)
    seen = b""
    try:
        while shown not in seen:
            if not select.select([terminal], [], [], 60)[0]:
                sys.exit(f"{command[0]}: no prompt within a minute: {seen!r}")
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                sys.exit(f"{command[0]} ended without a prompt: {seen!r}")
        return time.perf_counter() - start
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def whole(command):
    """Seconds from start to exit."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def table(title, names, rounds, measure):
    for name in names:  # what the first start reads from the disk is not meant
        measure(name)
    times = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            times[name].append(measure(name))
    print(f"\n{title:<26}{'median ms':>10}{'least ms':>10}{'loam/it':>9}")
    for name in names:
        milliseconds = [1000 * value for value in times[name]]
        ratio = statistics.median(a / b for a, b in zip(times["loam"], times[name]))
        print(f"{name:<26}{statistics.median(milliseconds):>10.1f}{min(milliseconds):>10.1f}{ratio:>9.2f}")
    return 1000 * statistics.median(times["loam"])


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
with tempfile.TemporaryDirectory() as home:
    Path(home, "history").write_text("".join(f"x{number} = sum(rand({number}, 3))\n" for number in range(2000)))
    environment = os.environ | {"HOME": home, "LOAM_HISTORY": f"{home}/history", "TERM": "xterm-256color"}
    median = table(
        "start to the first prompt", prompts, rounds, lambda name: first_prompt(*prompts[name], environment))
    table("start to exit of `1`", expressions, rounds, lambda name: whole(expressions[name]))
print(f"\nbar: loam's first prompt within 10 ms: {'met' if median <= 10 else 'missed'}")
