"""Tables in Loam: rows grown by `table_model()` and cells filled by it, beside CTGAN, TVAE, SMOTE and scikit-learn's imputers.

Usage: Benchmarks/tables.py [--only iris,...] [--peers ctgan,tvae,smote] [--epochs 300] [--seeds 5] [--rows 30000] [--loam PATH]
[--models mixture,vae,gan,flow] [--model MODEL] [--no-imputation] [--again], or Benchmarks/tables.py --read [ROUNDS] [--lines 1000000]. Each of six tables is split into
training rows (80 %) and test rows. Every generator is trained on the training rows and draws as many, at least 5,000. Printed are, as
means over the seeds:

boosted, linear  the accuracy (R² of diabetes) on the test rows of boosted trees and of a linear model that were trained on generated rows;
                 those trained on real rows are in the line `real`, whose other measures are of training rows drawn with repetition
detection        the area under the ROC of boosted trees between training rows and as many generated ones, in 5-fold cross-validation:
                 0.5 if they cannot be distinguished, less if generated rows are copies
shapes, trends   as SDMetrics defines them, mean over columns and over pairs of columns
nearer           the share of generated rows that are nearer to a training row than to any of as many test rows: more than half means copies
imputation       the mean over columns of the error in hidden cells (10 %) of test rows: in standard deviations for numbers, the share of
                 wrong ones for categories

`--models` chooses what Loam trains: `table_model()`, which is a mixture, or `tabular(vae())`, `tabular(gan())`, `tabular(flow())`; `--model`
replaces the mixture by any other model. Only the mixture is compared with the bars, and with imputers. A measure behind its bar is marked with *. What the peers made is kept in .build-table-peers/kept; --again makes it again.
"""

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

here = Path(__file__).parent
cores = len(os.sched_getaffinity(0))
parser = argparse.ArgumentParser()
parser.add_argument("rounds", nargs="?", type=int, default=5, help="of --read")
parser.add_argument("--only", default="penguins,iris,cancer,wine,diabetes,adult")
parser.add_argument("--peers", default="CTGAN,TVAE,SMOTE", help="separated by commas, or an empty text")
parser.add_argument("--epochs", type=int, default=300, help="of CTGAN and TVAE")
parser.add_argument("--seeds", type=int, default=5, help="splits of each table; a table of more than 5,000 rows is split once")
parser.add_argument("--rows", type=int, default=30_000, help="of the table like that of the census")
parser.add_argument("--again", action="store_true")
parser.add_argument("--no-imputation", action="store_true")
parser.add_argument("--models", default="mixture", help="what Loam trains: any of mixture, vae, gan and flow, separated by commas")
parser.add_argument("--model", default="table_model()", help="the model that is trained as the mixture")
parser.add_argument("--read", action="store_true", help="only read a large file, compared with pandas")
parser.add_argument("--lines", type=int, default=1_000_000, help="of --read")
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
options = parser.parse_args()
options.loam = os.path.abspath(options.loam)
sys.path.insert(0, str(here / "tables"))

if options.read:
    import reading

    reading.compare(options.loam, options.lines, options.rounds)
    sys.exit()

import numpy as np
import pandas as pd

import measures
import peers
import sets
from peers import kept

keep = here.parent / ".build-table-peers/kept"
if options.again:
    shutil.rmtree(keep, ignore_errors=True)

program = """seed({seed})
start = time()
t = csv("train.csv")
m = train({model}, t)
trained = time()
save(sample(m, {count}), "rows.csv")
sampled = time()
print(trained - start, sampled - trained)
"""

filling = """save(impute(csv("holes.csv"), with=m), "filled.csv")
print(time() - sampled)
print(nll(m, csv("test.csv")))
"""

networks = {"vae": "tabular(vae())", "gan": "tabular(gan())", "flow": "tabular(flow())"}


class Failed(Exception):
    pass


def run_loam(folder, text, threads=cores):
    (folder / "program.loam").write_text(text)
    result = subprocess.run(
        [options.loam, "run", "--fresh", "--plain", "program.loam"], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "LOAM_THREADS": str(threads)})
    if result.returncode != 0:
        raise Failed((result.stderr.strip() or result.stdout.strip() or f"exit status {result.returncode}").splitlines()[0])
    return result.stdout.split()


def of_network(folder, train, count, seed, model):
    """The rows and the seconds of training of a model that fills no cells."""
    sets.write(train, folder / "train.csv")
    words = run_loam(folder, program.format(seed=seed, model=model, count=count))
    trained, sampled = map(float, words)
    return {
        "rows": sets.read(folder / "rows.csv", train), "seconds": trained,
        "text": f"{model}: trained in {trained:.2f} s, {count:,} rows drawn and written in {sampled:.2f} s"}


def of_loam(folder, train, test, holes, count, seed, check):
    """The rows, the filled cells, the seconds of training, and the negative log-likelihood of the test rows."""
    for name, frame in (("train", train), ("test", test), ("holes", holes)):
        sets.write(frame, folder / f"{name}.csv")
    text = program.format(seed=seed, model=options.model, count=count) + filling
    words = run_loam(folder, text)
    if check and cores > 1:
        for name in ("rows.csv", "filled.csv"):
            os.rename(folder / name, folder / f"first-{name}")
        run_loam(folder, text, threads=1)
        same = all(filecmp.cmp(folder / name, folder / f"first-{name}", shallow=False) for name in ("rows.csv", "filled.csv"))
        print(f"same bytes on 1 and {cores} threads: {'yes' if same else 'NO'}")
    trained, sampled, filled = map(float, words[:3])
    return {
        "rows": sets.read(folder / "rows.csv", train), "filled": sets.read(folder / "filled.csv", train), "seconds": trained,
        "text": f"{options.model}: trained in {trained:.2f} s, {count:,} rows drawn and written in {sampled:.2f} s, {len(holes):,} rows filled in {filled:.2f} s, "
        f"nll of test rows {' '.join(words[3:])}"}


def problems(rows, train):
    """The share of rows with a value that no real row could have: a level that is new, a number outside the range or with more digits."""
    bad = np.zeros(len(rows), bool)
    for column in train:
        values, known = rows[column], train[column].dropna()
        there = values.notna().to_numpy()
        if not sets.is_number(train, column):
            bad |= there & ~values.isin(known.unique()).to_numpy()
            continue
        bad |= there & ~values.between(known.min(), known.max()).to_numpy()
        if (known == known.round()).all():
            bad |= there & (values != values.round()).to_numpy()
    return bad.mean()


def quality(train, test, target, rows):
    return {
        **dict(zip(("boosted", "linear"), measures.utility(rows, test, target))), "detection": measures.detection(train, rows),
        "shapes": measures.shapes(train, rows), "trends": measures.trends(train, rows), "nearer": measures.nearer_to_training(train, test, rows),
        "invalid": problems(rows, train)}


generators = {
    "CTGAN": peers.deep("CTGAN", options.epochs), "TVAE": peers.deep("TVAE", options.epochs), "SMOTE": peers.smote,
    "independent": peers.independent, "real": peers.real}
owns = [name.strip() for name in options.models.split(",")]
if unknown := [name for name in owns if name != "mixture" and name not in networks]:
    sys.exit(f"unknown model {unknown[0]}; choose of mixture, {', '.join(networks)}")
wanted = [name for name in generators if name.lower() in [part.strip().lower() for part in options.peers.split(",")]]
columns = ("boosted", "linear", "detection", "shapes", "trends", "nearer", "invalid", "seconds")
verdicts = {}
imputed = {}


def judged(data, results):
    """The names of measures of Loam's that are behind the bar."""
    own, best = results["mixture"], results["real"]
    away = {name: abs(result["detection"] - 0.5) for name, result in results.items()}
    held = {
        "boosted": own["boosted"] >= best["boosted"] - 0.03, "linear": own["linear"] >= best["linear"] - 0.03, "shapes": own["shapes"] >= 0.95,
        "trends": own["trends"] >= 0.93, "detection": all(away["mixture"] <= away[name] for name in ("CTGAN", "TVAE") if name in results),
        "invalid": own["invalid"] == 0, "seconds": "CTGAN" not in results or own["seconds"] * 20 <= results["CTGAN"]["seconds"]}
    for name, fine in held.items():
        verdicts.setdefault(name, {})[data] = fine
    return [name for name, fine in held.items() if not fine]


def measure(data):
    target = sets.targets[data]
    frame = sets.table(data, options.rows)
    print(f"\n{data}: {len(frame):,} rows, {len(frame.columns)} columns, {int(frame.isna().sum().sum()):,} gaps")
    runs, errors = {}, {}
    for seed in range(1, (options.seeds if len(frame) <= 5000 else 1) + 1):
        train, test = sets.split(frame, target, seed)
        # Small test parts are repeated with other holes, since a few cells say little.
        whole = pd.concat([test] * max(1, 1000 // len(test)), ignore_index=True).iloc[:2000]
        holes, hidden = sets.with_holes(whole, seed)
        count = max(len(train), 5000)
        for name in owns:
            try:
                with tempfile.TemporaryDirectory() as folder:
                    if name == "mixture":
                        own = of_loam(Path(folder), train, test, holes, count, seed, check=seed == 1)
                    else:
                        own = of_network(Path(folder), train, count, seed, networks[name])
                if seed == 1:
                    print(own["text"])
                runs.setdefault(name, []).append({**quality(train, test, target, own["rows"]), "seconds": own["seconds"]})
                if "filled" in own:
                    errors.setdefault(name, []).append(measures.imputation(whole, hidden, own["filled"]))
            except (Failed, ValueError, OSError) as problem:
                print(f"{name} not measured: {problem}")
        for name in wanted + ["independent", "real"]:
            try:
                rows, seconds = kept(keep, f"{data}-{name}", (train, f"{count} {seed} {options.epochs}"), train,
                    lambda: generators[name](train, target, count, seed))
            except Exception as problem:
                print(f"{name} not measured, {type(problem).__name__}: {str(problem).splitlines()[0][:100]}")
                continue
            result = quality(train, test, target, rows)
            if name == "real":
                result.update(zip(("boosted", "linear"), measures.utility(train, test, target)))
            runs.setdefault(name, []).append({**result, "seconds": seconds})
        if not options.no_imputation:
            for name in ("mean", "kNN", "iterative"):
                filled, _ = kept(keep, f"{data}-{name}", (train, holes), train, lambda: peers.imputer(name)(train, holes))
                errors.setdefault(name, []).append(measures.imputation(whole, hidden, filled))
    results = {name: {key: np.mean([run[key] for run in those]) for key in columns} for name, those in runs.items()}
    missed = judged(data, results) if "mixture" in results else []
    print(f"{'':<13}" + "".join(f"{name:>11}" for name in columns) + f"{'The mixture is':>16}")
    for name, result in results.items():
        ratio = result["seconds"] / results["mixture"]["seconds"] if "mixture" in results and name in wanted else None
        print(f"{name:<13}" + "".join(
            f"{result[key]:>10.{2 if key == 'seconds' else 3}f}" + ("*" if name == "mixture" and key in missed else " ") for key in columns)
            + (f"{ratio:>10.1f} times as fast" if ratio else ""), flush=True)
    imputed[data] = {name: np.mean(values) for name, values in errors.items()}


for data in options.only.split(","):
    measure(data.strip())

if any(imputed.values()) and not options.no_imputation:
    names = ["mixture", "mean", "kNN", "iterative"]
    print("\nimputation   " + "".join(f"{name:>11}" for name in names))
    ahead = 0
    for data, errors in imputed.items():
        best = "mixture" in errors and all(errors["mixture"] < error for name, error in errors.items() if name != "mixture")
        ahead += best
        print(f"{data:<13}" + "".join(f"{errors[name]:>11.3f}" if name in errors else f"{'':>11}" for name in names) + ("" if best else "  *"))
    print(f"Loam's error is the least on {ahead} of {len(imputed)} (bar: 4 of 6)")
if verdicts:
    print("\nbars: boosted and linear within 0.03 of real, shapes 0.95, trends 0.93, detection nearer to 0.5 than CTGAN and TVAE, no invalid row, "
          "20 times as fast as CTGAN")
    for name, held in verdicts.items():
        behind = [data for data, fine in held.items() if not fine]
        print(f"{name:<13}{sum(held.values())} of {len(held)}" + (f", missed on {', '.join(behind)}" if behind else ""))
