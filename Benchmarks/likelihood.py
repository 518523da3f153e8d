"""How likely a variational autoencoder finds test images after the same time of training: Loam's and PyTorch's, on Fashion-MNIST.

Usage: Benchmarks/likelihood.py [SECONDS...] [--seeds 1] [--loam PATH] [--only NAMES].
The dense ones have the layers 784-200-200-50 and learn from images that are binarised again in each step (R. Salakhutdinov,
I. Murray, ICML 2008); so does Loam's default `vae()`, which is convolutional. Printed is the negative log-likelihood of 1,000
binarised test images, in nats, from 500 importance samples (Y. Burda and others, ICLR 2016): lower is better. Time to measure
does not count.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from fashion import read, run

here = Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument("seconds", nargs="*", type=float, default=[60, 120, 300, 600])
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
parser.add_argument("--only", default="", help="names, separated by semicolons")
parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
options = parser.parse_args()
train_images, test_images = (read(options.data, part)[0].flatten(1) for part in ("train", "t10k"))
test = torch.bernoulli(test_images[:1000], generator=torch.Generator().manual_seed(0))


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(200, 50), nn.Linear(200, 50)
        self.decoder = nn.Sequential(nn.Linear(50, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 784))

    def posterior(self, x):
        h = self.trunk(x)
        return self.mean(h), self.log_variance(h)


@torch.no_grad()
def nll(model, x, samples=500):
    mean, log_variance = model.posterior(x)
    total = []
    for _ in range(samples):
        noise = torch.randn_like(mean)
        z = mean + (log_variance / 2).exp() * noise
        likelihood = -F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="none").sum(1)
        total.append(likelihood - 0.5 * (z**2).sum(1) + 0.5 * (noise**2 + log_variance).sum(1))
    return (np.log(samples) - torch.logsumexp(torch.stack(total), 0)).mean().item()


def twin(seed):
    torch.manual_seed(seed)
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    spent, start, steps, waiting, results = 0, time.time(), 0, list(options.seconds), []
    while waiting:
        for some in torch.randperm(len(train_images)).split(128):
            x = torch.bernoulli(train_images[some])
            mean, log_variance = model.posterior(x)
            z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
            loss = F.binary_cross_entropy_with_logits(model.decoder(z), x, reduction="sum")
            loss = (loss - 0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum()) / len(x)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            steps += 1
            if waiting and time.time() - start - spent >= waiting[0]:
                waiting.pop(0)
                before = time.time()
                results.append((steps, nll(model, test)))
                spent += time.time() - before
            if not waiting:
                break
    return results


program = """data = fashion()
test = load("{test}")
seed({seed})
m = {model}
spent = 0
steps = 0
at = 0
start = time()
for limit in ({limits},) {{
  while time() - start - spent < limit {{
    m = train(m, data[at:at + 6400], epochs=1)
    at = if at + 12800 > len(data) {{ 0 }} else {{ at + 6400 }}
    steps = steps + 6400 // m.batch
  }}
  before = time()
  print(steps, nll(m, reshape(test, 1000, 28, 28, 1)))
  spent = spent + time() - before
}}"""


def loam(model, seed):
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file.name, test.numpy())
        limits = ", ".join(f"{seconds:g}" for seconds in options.seconds)
        lines = run(options.loam, program.format(test=file.name, seed=seed, model=model, limits=limits)).split("\n")
    return [(int(steps), float(value)) for steps, value in (line.split() for line in lines if line)]


dense = "vae(latent=50, binarise=true, encoder=chain(flatten(), dense(200, relu), dense(200, relu)), " \
    "decoder=chain(dense(200, relu), dense(200, relu), dense(784), reshape(28, 28, 1)))"
models = {"PyTorch, dense": twin, "Loam, dense": lambda seed: loam(dense, seed), "vae()": lambda seed: loam("vae(binarise=true)", seed)}
wanted = [name.strip() for name in options.only.split(";") if name.strip()]
print(f"{torch.get_num_threads()} threads, PyTorch {torch.__version__}; nats for each image (steps)\n")
print(f"{'':<16}{'seed':>5}" + "".join(f"{f'{seconds:g} s':>20}" for seconds in options.seconds))
for seed in range(1, options.seeds + 1):
    for name, make in models.items():
        if not wanted or name in wanted:
            print(f"{name:<16}{seed:>5}" + "".join(f"{f'{value:.1f} ({steps})':>20}" for steps, value in make(seed)), flush=True)
