"""Whole training steps in Loam and in PyTorch on the CPU, measured in turn.

Usage: Benchmarks/training.py [ROUNDS] [--threads N] [--only NAMES]. In each round every program of a model
runs for about half a second, one after the other, and ratios are taken within the round, so that a slow
minute of the machine touches all alike; printed are their medians. Both sides draw their batches from 640 or
1,280 examples in an order that is shuffled for each epoch, and use Adam. Loam's losses are of logits.
The rows `default_` are Loam's own `vae()`, `gan()`, `flow()` and `classifier()` for images, with PyTorch's in defaults.py.
PyTorch runs as its tutorials write these models (`eager`: sigmoid and binary cross-entropy), with losses of
logits (`logits`), and, with these, as `fused` (fused Adam), `channels` (fused, channels last) and `compiled`
(fused, torch.compile).
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("rounds", nargs="?", type=int, default=7)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--only", default="vae,gan,dcgan,cvae,chain,product,default_vae,default_gan,default_flow,default_classifier")
parser.add_argument("--memory-of", help=argparse.SUPPRESS)
options = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = os.environ["LOAM_THREADS"] = str(options.threads)
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")

import torch
import torch.nn.functional as F
from torch import nn

import defaults

torch.set_num_threads(options.threads)
torch.manual_seed(0)
here = Path(__file__).parent
loam = str(here.parent / ".build/static/release/loam")


class DenseVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(784, 400), nn.ReLU())
        self.to_mean, self.to_log_variance = nn.Linear(400, 20), nn.Linear(400, 20)
        self.decoder = nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784))


class ConvolutionalVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten())
        self.to_mean, self.to_log_variance = nn.Linear(3136, 20), nn.Linear(3136, 20)
        self.decoder = nn.Sequential(
            nn.Linear(20, 3136), nn.ReLU(), nn.Unflatten(1, (64, 7, 7)),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))


def vae_loss(model, x, of_logits):
    h = model.trunk(x)
    mean, log_variance = model.to_mean(h), model.to_log_variance(h)
    z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    if of_logits:
        reconstruction = F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum")
    else:
        reconstruction = F.binary_cross_entropy(torch.sigmoid(model.decoder(z)), x, reduction="sum")
    return reconstruction - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())


def dense(*sizes, last=()):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1], *last)


def dense_game():
    return dense(100, 256, 512, 1024, 784, last=(nn.Tanh(),)), dense(784, 1024, 512, 256, 1)


def convolutional_game():
    generator = nn.Sequential(
        nn.Linear(100, 6272, bias=False), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())
    critic = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, 2, 1, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(6272, 1))
    return generator, critic


class Batches:
    """Shuffled anew for each epoch, without end."""

    def __init__(self, data, size):
        self.data, self.size, self.at = data, size, len(data)

    def next(self):
        if self.at >= len(self.data):
            self.order, self.at = torch.randperm(len(self.data)), 0
        batch = self.data[self.order[self.at : self.at + self.size]]
        self.at += self.size
        return batch


def step_of(name, variant):
    """A function that trains one step, as PyTorch's users write it."""
    if name.startswith("default_"):
        return defaults.step_of(name, variant, Batches)
    wrap = torch.compile if variant == "compiled" else lambda f: f
    layout = {"memory_format": torch.channels_last} if variant == "channels" else {}
    adam = lambda parameters: torch.optim.Adam(parameters, lr=1e-3, **({} if variant in ("eager", "logits") else {"fused": True}))
    if name in ("vae", "cvae"):
        model = (DenseVAE() if name == "vae" else ConvolutionalVAE()).to(**layout)
        data = torch.rand(1280, 784) if name == "vae" else torch.rand(640, 1, 28, 28).to(**layout)
        batches, optimizer = Batches(data, 128 if name == "vae" else 64), adam(model.parameters())
        loss_of = wrap(lambda x: vae_loss(model, x, variant != "eager"))

        def step():
            optimizer.zero_grad()
            loss = loss_of(batches.next())
            loss.backward()
            optimizer.step()
            return loss.item()

        return step
    generator, critic = (part.to(**layout) for part in (dense_game() if name == "gan" else convolutional_game()))
    data = (torch.rand(640, 784) if name == "gan" else torch.rand(640, 1, 28, 28).to(**layout)) * 2 - 1
    batches = Batches(data, 64)
    for_generator, for_critic = adam(generator.parameters()), adam(critic.parameters())
    make = wrap(lambda z: generator(z))
    one, zero = torch.ones(64, 1), torch.zeros(64, 1)
    judged = (lambda logits, is_real: F.binary_cross_entropy(torch.sigmoid(logits), is_real)) if variant == "eager" else F.binary_cross_entropy_with_logits
    critic_loss = wrap(lambda x, fake: judged(critic(x), one) + judged(critic(fake), zero))
    generator_loss = wrap(lambda fake: judged(critic(fake), one))

    def step():
        fake = make(torch.randn(64, 100))
        for_critic.zero_grad()
        loss = critic_loss(batches.next(), fake.detach())
        loss.backward()
        for_critic.step()
        for_generator.zero_grad()
        second = generator_loss(fake)
        second.backward()
        for_generator.step()
        return loss.item() + second.item()

    return step


def run_loam(program):
    result = subprocess.run([loam, "--fresh", "-e", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return [float(line) for line in result.stdout.split()]


def peak_megabytes(command):
    """As GNU time tells: asked from here, it would be at least this process's own."""
    process = subprocess.run(["/usr/bin/time", "-f", "%M"] + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(process.stderr.split()[-1]) / 1024


def seconds_each(step, wanted=0.5):
    """Milliseconds a step, over about half a second."""
    start = time.perf_counter()
    count = 0
    while time.perf_counter() - start < wanted:
        step()
        count += 1
    return 1000 * (time.perf_counter() - start) / count


def table(name, rounds, own, peers):
    """Measures in turn; prints medians in milliseconds, and of the ratios within the rounds."""
    times = {"loam": [], **{peer: [] for peer in peers}}
    for _ in range(rounds):
        times["loam"].append(own())
        for peer, step in peers.items():
            times[peer].append(seconds_each(step))
    median = {key: statistics.median(values) for key, values in times.items()}
    ratio = {peer: statistics.median(a / b for a, b in zip(times[peer], times["loam"])) for peer in peers}
    best = statistics.median(min(times[peer][i] for peer in peers) / times["loam"][i] for i in range(rounds))
    if len(name) > 8:
        print(name)
        name = ""
    print(f"{name:<9}{'loam':>9} {median['loam']:9.3f} ms")
    for peer in peers:
        print(f"{'':<9}{peer:>9} {median[peer]:9.3f} ms  {ratio[peer]:6.2f} times as long")
    print(f"{'':<9}{'the best':>9} {'':>12}  {best:6.2f} times as long", flush=True)


bars = {"vae": (2.5, 1.3), "gan": (1.9, 1.5), "dcgan": (1.5, 1.45), "cvae": (2.4, 2.0), "chain": (3, 1.7), "product": (0.9, 0), **{f"default_{model}": (1, 1) for model in ("vae", "gan", "flow", "classifier")}}
steps_each = {"vae": 80, "gan": 20, "dcgan": 4, "cvae": 25, "default_vae": 10, "default_gan": 10, "default_flow": 10, "default_classifier": 10}

if options.memory_of:
    step = step_of(options.memory_of, "eager")
    for _ in range(20):
        step()
    sys.exit()

print(f"{options.threads} thread(s), {options.rounds} rounds, PyTorch {torch.__version__}")
for name in options.only.split(","):
    print(f"\nbars: PyTorch eager {bars[name][0]}, the best of its variants {bars[name][1]}")
    if name in steps_each:
        source = (here / "training" / f"{name}.loam").read_text()
        epochs = max(1, steps_each[name] // 10)
        # The steps alone, as of the peers, which were made ready before: what one epoch more takes.
        timed = source + f"fn timed(epochs) {{ t = time()\ntrain(net(), data, epochs=epochs)\ntime() - t }}\ntimed(1)\nfirst = timed(1)\nprint((timed({epochs + 1}) - first) / {epochs} * 100)"
        variants = ["eager", "logits", "fused"] + (["channels"] if "c" in name or name.startswith("default_") else []) + ["compiled"]
        peers = {}
        for variant in variants:
            try:
                step = step_of(name, variant)
                for _ in range(3):
                    step()
                peers[variant] = step
            except Exception as problem:  # torch.compile needs a C++ compiler
                print(f"{variant}: not measured, {type(problem).__name__}: {str(problem).splitlines()[0]}")
        table(name, options.rounds, lambda: run_loam(timed)[-1], peers)
        first = source + "batch = net(shape=(1,)).batch\nt = time()\nm = train(net(), data[0:batch], epochs=1)\nprint((time() - t) * 1000)"
        print(f"{'':<9}from the call of train to the end of its first step: {statistics.median(run_loam(first)[-1] for _ in range(5)):.1f} ms (bar 50)")
        once = source + "m = train(net(), data, epochs=2)"
        own = peak_megabytes([loam, "--fresh", "-e", once])
        other = peak_megabytes([sys.executable, __file__, "--memory-of", name])
        print(f"{'':<9}peak memory: loam {own:.0f} MB, PyTorch {other:.0f} MB, {other / own:.1f} times (bar 5)", flush=True)
    elif name == "chain":
        x = torch.randn(1_000_000)
        chain = lambda x: torch.sigmoid(1.3 * x + 0.2) * torch.tanh(x) - 0.5 * x * x
        compiled = torch.compile(chain)
        compiled(x)
        body = "y = sigmoid(1.3 * x + 0.2) * tanh(x) - 0.5 * x * x\nif y[0] > 9 { print(1) }"
        timed = f"x = randn(1000000)\nfn run(n) {{ for i in 0..n {{ {body} }} }}\nrun(20)\nt = time()\nrun(200)\nprint((time() - t) * 5)"
        table(name, options.rounds, lambda: run_loam(timed)[-1], {"eager": lambda: chain(x), "compiled": lambda: compiled(x)})
    else:
        a, b = torch.rand(1024, 1024), torch.rand(1024, 1024)
        timed = "a = rand(1024, 1024)\nb = rand(1024, 1024)\nfn run(n) { for i in 0..n { c = a @ b\nif c[0, 0] < 0 { print(1) } } }\nrun(2)\nt = time()\nrun(15)\nprint((time() - t) / 15 * 1000)"
        table(name, options.rounds, lambda: run_loam(timed)[-1], {"eager": lambda: a @ b})
