"""A table like that of the census: 15 columns of mixed kinds that depend on each other in a known way, with gaps.

Usage: Benchmarks/tables/adult_like.py PATH [--rows 30000] [--seed 1] [--parts]. Writes CSV and prints the share of high incomes and the
accuracy of the Bayes classifier, which knows the probability of each row. --parts makes 100,000 rows at a time, for large files. Only
NumPy is needed.
"""

import argparse

import numpy as np

education_levels = (
    "Preschool 1st-4th 5th-6th 7th-8th 9th 10th 11th 12th HS-grad Some-college Assoc-voc Assoc-acdm Bachelors Masters Prof-school Doctorate").split()
workclasses = "Private Self-emp-not-inc Local-gov State-gov Self-emp-inc Federal-gov Without-pay".split()
occupations = (
    "Exec-managerial Prof-specialty Tech-support Adm-clerical Sales Craft-repair Machine-op-inspct Transport-moving Handlers-cleaners "
    "Other-service Farming-fishing Protective-serv Priv-house-serv Armed-Forces").split()
marital_states = "Married Never-married Divorced Separated Widowed Spouse-absent".split()
relationships = "Husband Wife Not-in-family Own-child Unmarried Other-relative".split()
races = "White Black Asian Indigenous Other".split()
countries = [f"Country-{i:02d}" for i in range(40)]
columns = (
    "age workclass weight education education_years marital occupation relationship race sex capital_gain capital_loss hours country "
    "income").split()


def softmax(scores):
    scores = np.exp(scores - scores.max(1, keepdims=True))
    return scores / scores.sum(1, keepdims=True)


def draw(rng, chances):
    """An index for each row of chances."""
    return (rng.random((len(chances), 1)) > chances.cumsum(1)[:, :-1]).sum(1)


def make(rows=30_000, seed=1):
    """The columns as arrays, in objects with None for gaps, and the probability of a high income of each row."""
    rng = np.random.default_rng(seed)
    age = np.floor(np.clip(17 + rng.gamma(2.6, 8.6, rows), 17, 90)).astype(int)
    male = rng.random(rows) < 0.67
    race = draw(rng, np.tile([0.854, 0.096, 0.031, 0.010, 0.009], (rows, 1)))
    # Most come from one country; which other one depends on the race.
    others = 1 / np.arange(1, 40) ** 1.1
    chances = np.zeros((rows, 40))
    chances[:, 0] = np.array([0.93, 0.90, 0.25, 0.97, 0.45])[race]
    rolled = np.stack([np.roll(others / others.sum(), 8 * r) for r in range(5)])
    chances[:, 1:] = (1 - chances[:, :1]) * rolled[race]
    country = draw(rng, chances)

    # Education: a latent level with age and race, cut into 16 levels with the spikes of real ones.
    prior = np.log(np.array([0.2, 0.5, 1, 2, 1.6, 2.9, 3.6, 1.3, 32.3, 22.3, 4.2, 3.3, 16.4, 5.4, 1.8, 1.3]))
    rank = np.arange(16) - 9.0
    ability = rng.normal(0, 1, rows) + np.array([0, -0.35, 0.6, -0.5, -0.3])[race] - 0.5 * (country > 0) * (country % 3 == 1)
    young = np.where(age[:, None] < 22, -3.0 * (rank >= 3), 0)
    education = draw(rng, softmax(prior + 0.2 * rank * ability[:, None] + young))
    years = education + 1

    # Marriage by age and sex; relationship by marriage, age and sex.
    a = (age - 38.0) / 12
    states = np.stack([
        0.9 + 0.7 * np.tanh(2 * (a + 0.8)) - 0.15 * a**2 + 0.55 * male, 0.9 - 2.1 * a, -0.2 + 0.35 * a - 0.35 * a**2 - 0.2 * male,
        -1.7 - 0.1 * a - 0.3 * male, -3.5 + 1.5 * a - 0.9 * male, np.full(rows, -2.2)], 1)
    marital = draw(rng, softmax(states))
    married = marital == 0
    single = np.stack([
        np.full(rows, -9.0), np.full(rows, -9.0), 1.0 + 0.2 * a, np.where(marital == 1, 1.0, -1.5) - 1.6 * a,
        np.where(marital == 1, -1.0, 0.6) - 0.6 * male, np.full(rows, -1.3) - 0.4 * a], 1)
    paired = np.full((rows, 6), -9.0)
    paired[:, 0], paired[:, 1], paired[:, 3], paired[:, 5] = np.where(male, 5, -9), np.where(male, -9, 5), -a - 1, 0.3
    relationship = draw(rng, softmax(np.where(married[:, None], paired, single)))

    # Occupation by education and sex; kind of work by occupation and age.
    e = (years - 10.0) / 2.5
    lean = np.array([0.75, 1.6, 0.5, 0.1, 0.25, -0.45, -0.8, -0.6, -0.8, -0.6, -0.75, 0.1, -1.1, 0])
    base = np.array([1.0, 0.6, -0.3, 1.1, 1.0, 1.15, 0.4, 0.25, 0.1, 1.0, -0.3, -0.6, -2.2, -5])
    manly = np.array([0.2, -0.1, 0.1, -1.5, 0.2, 2.2, 0.5, 2.0, 1.2, -0.8, 1.8, 1.2, -3, 2])
    occupation = draw(rng, softmax(base + lean * e[:, None] + manly * (male[:, None] - 0.5) - 0.1 * manly**2 * (~male[:, None])))
    own = np.isin(occupation, [0, 4, 5, 10])
    public = np.isin(occupation, [1, 11, 3])
    work = np.stack([
        np.full(rows, 2.2), -1.0 + 0.6 * a + 1.2 * own, -1.1 + 1.5 * public + 0.2 * a, -1.4 + 1.2 * public, -2.1 + 0.7 * a + 1.3 * own,
        -1.7 + 0.9 * public + 0.2 * a, np.full(rows, -5.5)], 1)
    workclass = draw(rng, softmax(work))

    # Hours with a spike at 40, and fewer for the young.
    usual = rng.random(rows) < 0.47 - 0.12 * np.isin(workclass, [1, 4]) - 0.2 * (age < 22)
    other = rng.normal(42 + 4 * male + 2.5 * np.isin(workclass, [1, 4]) + 1.2 * e - 14 * (age < 22) - 12 * (age > 64), 11)
    rounded = np.where(rng.random(rows) < 0.7, 5 * np.round(other / 5), np.round(other))
    hours = np.where(usual, 40, np.clip(rounded, 1, 99)).astype(int)

    # Gains and losses: mostly 0, else skewed, with a few favourite values.
    wealth = 0.5 * e + 0.4 * a + 0.3 * married + 0.5 * np.isin(workclass, [4])
    gains = rng.random(rows) < 1 / (1 + np.exp(3.0 - 0.75 * wealth))
    favourite = np.array([3103, 5178, 7298, 7688, 15024, 99999])
    which = draw(rng, np.tile([0.14, 0.15, 0.24, 0.28, 0.14, 0.05], (rows, 1)))
    amount = np.where(rng.random(rows) < 0.45, favourite[which], np.exp(rng.normal(8.1 + 0.35 * wealth, 0.8)))
    gain = np.where(gains, np.clip(amount, 100, 99999).astype(int), 0)
    losses = ~gains & (rng.random(rows) < 1 / (1 + np.exp(3.2 - 0.4 * wealth)))
    loss = np.where(losses, np.clip(rng.normal(1870 + 40 * wealth, 330), 150, 4356).astype(int), 0)
    weight = np.exp(rng.normal(12.0 + 0.12 * (race == 1) - 0.002 * (age - 38), 0.5)).astype(int)

    # The target, with interactions: being married counts for more with education; age has a peak.
    skill = np.array([1.0, 0.75, 0.6, 0, 0.35, 0.05, -0.3, -0.15, -0.8, -1.1, -1.0, 0.4, -2, 0])[occupation]
    score = (
        -3.2 + 2.3 * married + 0.85 * e + 0.4 * married * e + 0.9 * np.tanh(a + 0.3) - 0.35 * a**2 + 1.1 * skill + 0.035 * (hours - 40)
        + 0.00042 * np.minimum(gain, 15_000) * (gain > 5000) - 0.8 * (gain > 0) * (gain <= 5000) + 0.0007 * loss * (loss > 1700)
        + 0.2 * male + 0.35 * (workclass == 4) + 0.3 * (workclass == 5) - 0.3 * (country > 0) - 0.2 * (race == 1))
    chance = 1 / (1 + np.exp(-score))
    income = rng.random(rows) < chance

    def words(names, index):
        return np.array(names, object)[index]

    table = dict(zip(columns, [
        age.astype(object), words(workclasses, workclass), weight.astype(object), words(education_levels, education), years.astype(object),
        words(marital_states, marital), words(occupations, occupation), words(relationships, relationship), words(races, race),
        words(["Female", "Male"], male.astype(int)), gain.astype(object), loss.astype(object), hours.astype(object),
        words(countries, country), words(["<=50K", ">50K"], income.astype(int))]))
    # Work and occupation are missing together, mostly for the young and the old; others by chance.
    without = rng.random(rows) < 0.03 + 0.12 * (age < 20) + 0.2 * (age > 66)
    for name, gaps in (
        ("workclass", without), ("occupation", without), ("country", rng.random(rows) < 0.018), ("hours", rng.random(rows) < 0.01)):
        table[name][gaps] = None
    return table, chance


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--rows", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", action="store_true")
    options = parser.parse_args()
    size = 100_000 if options.parts else options.rows
    high = right = 0
    with open(options.path, "w") as file:
        file.write(",".join(columns) + "\n")
        for start in range(0, options.rows, size):
            table, chance = make(min(size, options.rows - start), options.seed + start)
            for row in zip(*table.values()):
                file.write(",".join("" if value is None else str(value) for value in row) + "\n")
            high += (table["income"] == ">50K").sum()
            right += np.maximum(chance, 1 - chance).sum()
    print(f"{high / options.rows:.1%} of high income; the Bayes classifier is right in {right / options.rows:.2%}")
