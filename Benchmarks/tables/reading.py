"""A large CSV file read by Loam and by pandas' C reader in turn, and the peak of the resident memory."""

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent

own = """start = time()
t = csv("large.csv")
read = time()
summary = describe(t)
described = time()
few = sample_rows(t, 1000)
print(read - start, described - read, time() - described, len(t), len(few))
"""
others = """import time
import pandas
start = time.perf_counter()
t = pandas.read_csv("large.csv", engine="c")
read = time.perf_counter()
summary = t.describe(include="all")
described = time.perf_counter()
few = t.sample(1000)
print(read - start, described - read, time.perf_counter() - described, len(t), len(few))
"""


def run(command, folder):
    """What it prints, and the peak of its resident memory in MB."""
    out, err = Path(folder) / "stdout", Path(folder) / "stderr"
    with open(out, "w") as stdout, open(err, "w") as stderr:
        child = os.posix_spawnp(command[0], command, os.environ, file_actions=[
            (os.POSIX_SPAWN_DUP2, stdout.fileno(), 1), (os.POSIX_SPAWN_DUP2, stderr.fileno(), 2)])
        _, status, usage = os.wait4(child, 0)
    if status != 0:
        message = err.read_text().strip() or out.read_text().strip() or f"exit status {os.waitstatus_to_exitcode(status)}"
        sys.exit(f"{command[0]}: {message.splitlines()[0]}")
    return [float(word) for word in out.read_text().split()], usage.ru_maxrss / 1024


def compare(loam, lines, rounds):
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        # In a process of its own, since Linux counts the peak of this one for its children as well.
        subprocess.run([sys.executable, here / "adult_like.py", "large.csv", "--rows", str(lines), "--parts"], check=True, stdout=subprocess.DEVNULL)
        Path("own.loam").write_text(own)
        size = os.path.getsize("large.csv") / 1e6
        commands = {"loam": [loam, "run", "--fresh", "--plain", "own.loam"], "pandas": [sys.executable, "-c", others]}
        results = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                words, memory = run(command, folder)
                if words[3] != lines or words[4] != 1000:
                    sys.exit(f"{name}: expected {lines} rows and 1000 sampled ones, got {words[3:]}")
                results[name].append((*words[:3], memory))
        import pandas

        print(f"{lines:,} rows, 15 columns, {size:.0f} MB; pandas {pandas.__version__}, {rounds} rounds, medians")
        print(f"{'':<10}{'read':>10}{'MB/s':>8}{'describe':>11}{'sample':>10}{'peak memory':>14}")
        for name, values in results.items():
            read, described, sampled, memory = (statistics.median(column) for column in zip(*values))
            print(f"{name:<10}{read:>8.2f} s{size / read:>8.0f}{described:>9.2f} s{sampled * 1e3:>7.1f} ms{memory:>11.0f} MB")
        for at, what in ((0, "reading"), (1, "describing")):
            ratio = statistics.median(b[at] / a[at] for a, b in zip(results["loam"], results["pandas"]))
            print(f"{what}: {ratio:.2f} of the speed of pandas" + (" (bar 1, missed)" if at == 0 and ratio < 1 else ""))
        print(f"peak memory: {statistics.median(a[3] / b[3] for a, b in zip(results['loam'], results['pandas'])):.2f} of that of pandas")
