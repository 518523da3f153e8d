"""Checks that onnxruntime computes what Loam does from the `.onnx` files that `save` writes.

Usage: python3 Tests/Reference/onnx_check.py PATH-OF-LOAM [NAME...], with the packages onnxruntime, onnx and NumPy. For every kind of
model and a corpus of operations, Loam saves a function, inputs and its own outputs; the file is checked by onnx and run by
onnxruntime, with another number of examples, too. Prints a line for each; fails at the end if one differs by more than 1e-5.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

loam = str(Path(sys.argv[1]).resolve())
wanted = sys.argv[2:]

PRELUDE = """
seed(5)
few = clothes()[0:60]
small = digits()[0:60]
(w1, w2, w3) = (rand(3, 3, 3, 2), rand(4, 4, 3, 2), rand(3, 2, 3, 4))
(w4, w5, w6, w7, w8) = (rand(3, 2, 4, 3), rand(4, 4, 2, 3), rand(3, 3, 2, 3), rand(5, 5, 1, 3), rand(3, 3))
fn check(name, f, inputs, called) {
  save(f, "{name}.onnx", like=inputs)
  record(name, inputs, called)
}
# `f` of the inputs, and of their first example alone.
fn record(name, inputs, f) {
  for i in 0..len(inputs) { save(inputs[i], "{name}.in{i}.npy") }
  fn outputs(y) { if type(y) == "list" { y } else { (y,) } }
  y = outputs(call_with(f, inputs))
  for i in 0..len(y) { save(y[i], "{name}.out{i}.npy") }
  one = outputs(call_with(f, map(inputs, x -> x[0:1])))
  for i in 0..len(one) { save(one[i], "{name}.one{i}.npy") }
}
fn call_with(f, xs) {
  if len(xs) == 1 { f(xs[0]) } else { if len(xs) == 2 { f(xs[0], xs[1]) } else { f(xs[0], xs[1], xs[2]) } }
}
# A function of a model, which knows its inputs.
fn model_check(name, f, inputs, called) {
  save(f, "{name}.onnx")
  record(name, inputs, called)
}
"""

# Models: the name, the program.
MODELS = {
    "vae": """
m = train(vae(width=4, latent=6), few, epochs=1)
model_check("vae-decode", m, (randn(3, 6),), z -> m.decode(z))
model_check("vae-encode", m.encode, (few.images[0:3],), x -> m.encode(x))
model_check("vae-posterior", m.posterior, (few.images[0:3],), x -> m.posterior(x))
model_check("vae-reconstruct", m.reconstruct, (few.images[0:3],), x -> m.reconstruct(x))
model_check("vae-part", m.encoder, (few.images[0:3],), x -> m.encoder(x))
""",
    "vae-kinds": """
m = train(vae(width=2, latent=3, likelihood="gaussian", labels=true), small, epochs=1)
model_check("vae-labels-decode", m, (randn(3, 13),), z -> m.decode(z))
model_check("vae-labels-encode", m.encode, (small.images[0:3], i32([1, 2, 3])), (x, l) -> m.encode(x, l))
rows = train(vae(hidden=8, latent=2), rescale([[1, 2], [3, 5], [2, 4]]), epochs=1)
model_check("vae-rows", rows, (randn(4, 2),), z -> rows.decode(z))
model_check("vae-rows-encode", rows.encode, (rand(4, 2),), x -> rows.encode(x))
d = train(dense_vae(latent=2, hidden=8), small, epochs=1)
model_check("dense-vae", d, (randn(4, 2),), z -> d.decode(z))
model_check("dense-vae-encode", d.encode, (small.images[0:3],), x -> d.encode(x))
""",
    "gan": """
m = train(gan(width=4, latent=6), few, epochs=2)
model_check("gan", m, (randn(3, 6),), z -> m.decode(z))
model_check("gan-critic", m.critic, (few.images[0:3],), x -> m.critic(x))
l = train(gan(width=4, latent=6, labels=true), dataset(rand(20, 9, 17, 3), labels=i32(arange(20) % 3)), epochs=2)
model_check("gan-labels", l, (randn(3, 9),), z -> l.decode(z))
r = train(gan(hidden=8, latent=3), rand(40, 5), epochs=1)
model_check("gan-rows", r, (randn(3, 3),), z -> r.decode(z))
d = train(dense_gan(hidden=8, latent=3), small, epochs=1)
model_check("dense-gan", d, (randn(3, 3),), z -> d.decode(z))
""",
    "flow": """
m = train(flow(width=4, units=32, moves=3), few, epochs=1)
model_check("flow", m, (randn(3, 7, 7, 4),), z -> m.decode(z))
l = train(flow(width=4, units=32, moves=2, labels=true), small, epochs=1)
model_check("flow-labels", l, (randn(3, 4, 4, 4), i32([2, 7, 1])), (z, y) -> l.decode(z, y))
r = train(flow(units=8, moves=4), rand(40, 5), epochs=1)
model_check("flow-rows", r, (randn(3, 5),), z -> r.decode(z))
""",
    "classifier": """
m = train(classifier(width=4), few, epochs=1)
model_check("classifier", m, (few.images[0:5],), m)
model_check("classifier-predict", m.predict, (few.images[0:5],), x -> m.predict(x))
model_check("classifier-probabilities", m.probabilities, (few.images[0:5],), x -> m.probabilities(x))
model_check("classifier-encode", m.encode, (few.images[0:5],), x -> m.encode(x))
d = train(classifier(hidden=8), small, epochs=1)
model_check("classifier-dense", d, (small.images[0:5],), d)
rows = dataset(rand(30, 4), labels=i32(arange(30) % 3), names=("a", "b \\"c\\"", "d"))
r = train(classifier(hidden=8), rows, epochs=1)
model_check("classifier-rows", r, (rand(5, 4),), r)
""",
    "own": """
model net(units=6) {
  layers = chain(conv(4, size=3, padding="same", activation=gelu), batch_norm(), max_pool(2), conv(5, stride=2, activation=silu), mean_pool(2),
    layer_norm(), flatten(), dropout(0.4), dense(units, elu))
  fn call(x) { layers(x) }
  fn loss(x) { mean(call(x) ^ 2) }
  fn both(x) { {mean: mean(call(x), axis=1), best: softmax(call(x))} }
}
m = train(net(), rand(20, 14, 12, 2), epochs=2)
model_check("own", m, (rand(4, 14, 12, 2),), m)
model_check("own-record", m.both, (rand(4, 14, 12, 2),), x -> { r = m.both(x); (r.mean, r.best) })
check("own-function", x -> softmax(m(x / 255)), (255 * rand(4, 14, 12, 2),), x -> softmax(m(x / 255)))
e = embedding(7, 3, shape=())
check("embedding", e, (i32([1, 6, 0]),), e)
t = conv_transpose(3, shape=(5, 4, 2))
model_check("conv-transpose", t, (rand(3, 5, 4, 2),), t)
a = dense(3, tanh, shape=(4,))
model_check("dense", a, (rand(3, 4),), a)
model attention(units=4) {
  (q, k, v) = (dense(units), dense(units), dense(units))
  fn call(x) { softmax(q(x) @ transpose(k(x), (0, 2, 1)) / 2) @ v(x) }
}
b = attention(shape=(5, 4))
model_check("attention", b, (rand(3, 5, 4),), b)
model score() {
  net = chain(flatten(), dense(6, tanh), dense(1))
  fn call(x) { grad(v -> sum(net(v)))(x) }
}
c = score(shape=(3, 2))
model_check("gradient", c, (rand(4, 3, 2),), c)
k = conv(3, shape=(8, 8, 2))
check("conv-gradient", x -> grad(v -> sum(k(v) ^ 2))(x), (rand(2, 8, 8, 2),), x -> grad(v -> sum(k(v) ^ 2))(x))
g = w -> sum(conv2d(few.images[0:2], w, stride=2, padding=1) ^ 2)
check("kernel-gradient", w -> grad(v -> sum(conv2d(w, v, stride=2, padding=1) ^ 2))(ones(3, 3, 2, 2)) + 0 * sum(w), (rand(2, 8, 7, 2),),
  w -> grad(v -> sum(conv2d(w, v, stride=2, padding=1) ^ 2))(ones(3, 3, 2, 2)) + 0 * sum(w))
check("pool-gradient", x -> grad(v -> sum(max(windows(v, 2, stride=1), axis=3) ^ 2))(x), (rand(2, 5, 6, 3),),
  x -> grad(v -> sum(max(windows(v, 2, stride=1), axis=3) ^ 2))(x))
""",
}

# Operations: the name, the function, its inputs. `x` is f32 [4, 3], `i` i32, `b` bytes, `t` booleans, `d` doubles.
F, I, B, T, D = "2 * randn(4, 3)", "i32(5 * randn(4, 3))", "u8(255 * rand(4, 3))", "randn(4, 3) > 0", "f64(2 * randn(4, 3))"
IMAGE = "rand(2, 7, 6, 3)"
OPERATIONS = {}
for kind, value in {"f32": F, "i32": I, "u8": B, "bool": T, "f64": D}.items():
    for name, function in {
        "arithmetic": "(x, y) -> (x + y, x - y, x * y, -x, abs(x))",
        "division": "(x, y) -> (x / y, x // y, x % y)",
        "comparison": "(x, y) -> (x == y, x != y, x < y, x <= y, x > y, x >= y)",
        "logic": "(x, y) -> (x > 0 and y > 0, x > 0 or y > 0, not (x > 0))",
        "choice": "(x, y) -> (where(x > 1, x, y), minimum(x, y), maximum(x, y), where(x > 1, 0, y))",
        "reductions": "x -> (sum(x, axis=1), max(x, axis=1), min(x, axis=1), mean(x, axis=1), argmax(x, axis=1), argmin(x, axis=1))",
        "whole": "x -> (sum(x), max(x), min(x), mean(x), argmax(x), product(minimum(x, 2)), product(minimum(x, 2), axis=0), sum(x, axis=0), argmax(x, axis=0))",
        "casts": "x -> (f32(x), f64(x), i32(x), u8(abs(x)), x > 0, i32(x > 0))",
        "rounding": "x -> (floor(x), ceil(x), round(x), sign(x))",
        "functions": "x -> (exp(x / 300), tanh(x), sigmoid(x), softplus(x), relu(x), sin(x), cos(x), erf(x), atan2(x, x + 1))",
        "roots": "x -> (sqrt(abs(x)), log(abs(x) + 1), log1p(abs(x) / 1000), x ^ 2, (abs(x) + 1) ^ 0.5, 1 / (abs(x) + 1), is_finite(x))",
        "shapes": "x -> (reshape(x, -1), transpose(x), x[:, 1], x[:, ::-1], x[::-1], x[:, ::2], concat((x, x), axis=1), concat((x, x[1:])), cumsum(x, axis=1))",
        "indices": "x -> (take(x, i32([0, 0])), one_hot(argmax(x, axis=1), 3), stack((x, x), axis=1), flip_rows(x), reshape(x, len(x), 3, 1) * [1, 2])",
    }.items():
        inputs = f"({value}, {value})" if function.startswith("(x, y)") else f"({value},)"
        OPERATIONS[f"{name}-{kind}"] = (function, inputs)
OPERATIONS |= {
    "mixed": ("(x, y) -> (x + y, x * y, x / y, x < y, where(x > 0, x, y), maximum(x, y))", f"({I}, {F})"),
    "mixed-bytes": ("(x, y) -> (x + y, x * y, x == y, where(x > 0, x, y))", f"({T}, {B})"),
    "mixed-double": ("(x, y) -> (x + y, x @ f64(w8) + y)", f"({D}, {F})"),
    "signs": ("(x, y) -> (x % y, x // y, atan2(x, y))", "([[5, -5, 5, -5, 0, 0, 0]], [[3, 3, -3, -3, 1, -1, 0]])"),
    "integer-signs": ("(x, y) -> (x % y, x // y)", "(i32([[5, -5, 5, -5, 7, 0]]), i32([[3, 3, -3, -3, 0, 0]]))"),
    "infinities": ("x -> (is_finite(x), maximum(x, 0), minimum(x, 0), softplus(x), sigmoid(x), relu(x))", "([[1 / zeros(1)[0], -1 / zeros(1)[0], 1]],)"),
    "counted": ("x -> (mean(x, axis=0), x / len(x), x - mean(x), std(x), var(x, axis=0), arange(len(x)) * x[:, 0], ones(len(x), 2) * 3)", f"({F},)"),
    "softmax": ("x -> (softmax(x), log_softmax(x), log_sum_exp(x))", f"({F},)"),
    "products": ("(x, y) -> (x @ transpose(y), transpose(x) @ y, x @ [1, 2, 3], [1, 2, 3] @ transpose(x))", f"({F}, {F})"),
    "batched-products": ("(x, y) -> (x @ y, [[1, 2, 3, 4]] @ x, x @ zeros(3, 2))", "(rand(2, 4, 3), rand(2, 3, 5))"),
    "conv": ("x -> (conv2d(x, w3), conv2d(x, w1, stride=2, padding=1), conv2d(x, w2, stride=(2, 3), padding=\"same\"))", f"({IMAGE},)"),
    "conv-kernel": ("(x, w) -> conv2d(x, transpose(w, (1, 2, 3, 0)), padding=1)", f"({IMAGE}, rand(2, 3, 3, 3))"),
    "conv-double": ("x -> conv2d(x, f64(w1))", f"(f64({IMAGE}),)"),
    "transposed": (
        "x -> (conv2d_transpose(x, w4), conv2d_transpose(x, w5, stride=2, padding=\"same\"), "
        "conv2d_transpose(x, w6, stride=2, padding=1, extra=1), conv2d_transpose(x, w7, stride=3))",
        f"({IMAGE},)"),
    "windows": ("x -> (windows(x, 2), windows(x, (3, 2), stride=(2, 1)), max(windows(x, 2), axis=3), mean(windows(x, 3, stride=2), axis=3), min(windows(x, 2), axis=3))", f"({IMAGE},)"),
    "pooling": ("x -> (max_pool(3, stride=2)(x), mean_pool(2)(x), upsample(2)(x), upsample((1, 3))(x), max_pool(2)(f64(x)))", f"({IMAGE},)"),
    "pooling-gradients": (
        "x -> (grad(v -> sum(mean_pool(2, stride=1)(v) ^ 2))(x), grad(v -> sum(upsample(2)(v) ^ 2))(x), grad(v -> sum(max_pool(2)(v) ^ 2))(x))",
        f"({IMAGE},)"),
    "groups": (
        "x -> (conv2d(x, ones(3, 3, 1, 6), padding=1, groups=3), conv2d_transpose(x, ones(3, 3, 2, 3), stride=2, groups=3), "
        "grad(v -> sum(conv2d(x, v, groups=3) ^ 2))(ones(2, 2, 1, 6)), grad(v -> sum(conv2d(v, ones(2, 2, 1, 3), groups=3) ^ 2))(x))",
        f"({IMAGE},)"),
    "slices": ("x -> (x[:, 1:3, ::-2], x[..., 0], x[:, -1], x[1:], x[:-1], x[0], x[-1], x[:, 2:2])", f"({IMAGE},)"),
    "every-second": ("x -> x[::2]", f"({F},)"),
    "slice-gradients": (
        "x -> (grad(v -> sum(v[:, 1:6:2, ::-2] ^ 2))(x), grad(v -> sum(v[:, ::-1] ^ 3))(x), grad(v -> sum(v[1:] ^ 2))(x), grad(v -> sum(v[:, 5:0:-3] ^ 2))(x))",
        f"({IMAGE},)"),
    "take-gradient": ("x -> grad(v -> sum(take(transpose(v), i32([1, 1, 0])) ^ 2))(x)", f"({F},)"),
    "function-gradients": (
        "x -> grad(v -> sum(sqrt(abs(v)) + log(v ^ 2 + 1) + tanh(v) * sin(v) + where(v > 0, v, v * v) + maximum(v, 0.5) / (1 + exp(v)) + (abs(v) + 1) ^ 1.5))(x)",
        f"({F},)"),
    "reduction-gradients": ("x -> (grad(v -> sum(max(v, axis=1) ^ 2))(x), grad(v -> sum(product(v, axis=1)))(x), grad(v -> sum(cumsum(v, axis=1) ^ 2))(x))", f"({F},)"),
    "broadcasts": ("x -> (reshape(x, len(x), 1, 3) + zeros(len(x), 5, 3), x + zeros(len(x), 1), x * ones(2, 1, 3))", f"({F},)"),
    "axes": ("x -> (sum(x, axis=(1, 2)), max(x, axis=(1, 3)), argmax(reshape(x, len(x), -1), axis=1), mean(x, axis=(0, 1, 2)), transpose(x, (3, 0, 2, 1)))", f"({IMAGE},)"),
    "constants": ("x -> (zeros(3, 4) + 0 * sum(x), x * 0 + 7)", f"({F},)"),
    "identity": ("x -> (x, x, [1, 2, 3])", f"({F},)"),
}

# What a fixed number of examples, or nothing, is expected of.
FIXED = {"every-second"}


def program():
    parts = [PRELUDE]
    for name, text in MODELS.items():
        if not wanted or name in wanted:
            parts.append(text)
    parts.append("fn flip_rows(x) { x[:, ::-1] }\n")
    for name, (function, inputs) in OPERATIONS.items():
        if not wanted or name in wanted:
            parts.append(f"f = {function}\ntry {{ check(\"{name}\", f, {inputs}, f) }} catch e {{ print(\"{name}: \", e.message) }}\n")
    return "\n".join(parts)


def difference(mine, theirs):
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        return f"{mine.dtype}{list(mine.shape)} instead of {theirs.dtype}{list(theirs.shape)}"
    a, b = mine.astype(np.float64), theirs.astype(np.float64)
    with np.errstate(invalid="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= 1e-5 * np.maximum(1, np.abs(b)))
    return "" if same.all() else f"{np.nanmax(np.abs(a - b)):.2g} apart: {a[~same][:3]} for {b[~same][:3]}"


def load(folder, name, kind):
    arrays = []
    while (folder / f"{name}.{kind}{len(arrays)}.npy").exists():
        arrays.append(np.load(folder / f"{name}.{kind}{len(arrays)}.npy"))
    return arrays


failures = 0
print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__}")
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    (folder / "all.loam").write_text(program())
    done = subprocess.run([loam, "all.loam"], cwd=folder, capture_output=True, text=True)
    notes = [line for line in (done.stdout + done.stderr).splitlines() if "epoch" not in line]
    print("\n".join(notes))
    if done.returncode != 0:
        sys.exit("loam failed")
    for path in sorted(folder.glob("*.onnx")):
        name = path.stem
        try:
            model = onnx.load(path)
            onnx.checker.check_model(model, full_check=True)
            session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
            isFixed = any(isinstance(size, int) for size in [session.get_inputs()[0].shape[0]])
            problems = []
            for kind in ["out"] if isFixed else ["out", "one"]:
                inputs = load(folder, name, "in")
                if kind == "one":
                    inputs = [array[0:1] for array in inputs]
                feeds = {value.name: array for value, array in zip(session.get_inputs(), inputs)}
                results = session.run(None, feeds)
                expected = load(folder, name, kind)
                assert len(results) == len(expected), f"{len(results)} outputs instead of {len(expected)}"
                problems += [f"{kind} {number}: {text}" for number, pair in enumerate(zip(results, expected)) if (text := difference(*pair))]
        except Exception as error:
            problems = [f"{type(error).__name__}: {str(error)[:300]}"]
            isFixed = False
        if isFixed and name not in FIXED:
            problems.append("the number of examples is not free")
        failures += bool(problems)
        print(f"{'FAILED' if problems else 'ok'} {name} ({len(model.graph.node)} nodes, {path.stat().st_size} bytes)" + "".join("\n    " + text for text in problems))
sys.exit(f"{failures} functions differ" if failures else 0)
