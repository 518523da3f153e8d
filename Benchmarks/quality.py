"""How good generators are after the same time: Loam's, and a DCGAN in PyTorch, on Fashion-MNIST.

Usage: Benchmarks/quality.py [SECONDS...] [--seeds 1] [--loam PATH] [--only NAMES].
Every generator is trained for as many seconds of wall time, and then draws 5,000 images. Printed are the Fréchet distance to the
10,000 test images, in the features of a classifier that this script trains on the training images (so it is not "FID"), the same for
5,000 training images (the least that can be expected), and the share of each class in the classifier's eyes.
"""

import argparse
import gzip
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

here = Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument("seconds", nargs="*", type=float, default=[300, 900])
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
parser.add_argument("--only", default="", help="names, separated by commas")
parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
options = parser.parse_args()


def read(part):
    def numbers(name, skip):
        return np.frombuffer(gzip.open(f"{options.data}/{part}-{name}.gz").read(), np.uint8, offset=skip).copy()

    images = torch.from_numpy(numbers("images-idx3-ubyte", 16).reshape(-1, 1, 28, 28)).float() / 255
    return images, torch.from_numpy(numbers("labels-idx1-ubyte", 8)).long()


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.hidden, self.last = nn.Linear(64 * 49, 128), nn.Linear(128, 10)

    def features(self, x):
        x = F.max_pool2d(F.relu(self.first(x)), 2)
        return F.relu(self.hidden(F.max_pool2d(F.relu(self.second(x)), 2).flatten(1)))

    def forward(self, x):
        return self.last(self.features(x))


def trained_classifier(images, labels):
    torch.manual_seed(0)
    model = Classifier()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(3):
        for some in torch.randperm(len(images)).split(128):
            optimizer.zero_grad()
            F.cross_entropy(model(images[some]), labels[some]).backward()
            optimizer.step()
    return model.eval()


@torch.no_grad()
def features(model, images):
    return torch.cat([model.features(some) for some in images.split(1000)]).double().numpy()


def root(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def distance(a, b):
    """Fréchet distance of two normal distributions: D. Dowson, B. Landau, J. Multivariate Analysis 12, 1982."""
    one, two = np.cov(a.T), np.cov(b.T)
    half = root(one)
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(one) + np.trace(two) - 2 * np.trace(root(half @ two @ half))


def dcgan(images, seconds, seed):
    """A. Radford and others, ICLR 2016: 128 and 64 channels, Adam 2e-4 with 0.5, batches of 64, weights N(0, 0.02)."""
    torch.manual_seed(seed)
    generator = nn.Sequential(
        nn.Linear(100, 128 * 49), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh())
    critic = nn.Sequential(
        nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(128 * 49, 1))
    for model in (generator, critic):
        for module in model.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
                nn.init.normal_(module.weight, 0, 0.02)
    for_generator, for_critic = (torch.optim.Adam(m.parameters(), 2e-4, (0.5, 0.999)) for m in (generator, critic))
    scaled, start, steps = images * 2 - 1, time.time(), 0
    while True:
        for some in torch.randperm(len(scaled)).split(64):
            if time.time() - start > seconds:
                with torch.no_grad():
                    generator.eval()
                    return torch.cat([generator(torch.randn(1000, 100)) for _ in range(5)]) / 2 + 0.5, steps
            real, fake = scaled[some], generator(torch.randn(len(some), 100))
            for_critic.zero_grad()
            (F.softplus(-critic(real)).mean() + F.softplus(critic(fake.detach())).mean()).backward()
            for_critic.step()
            for_generator.zero_grad()
            F.softplus(-critic(fake)).mean().backward()
            for_generator.step()
            steps += 1


program = """data = fashion()
seed({seed})
m = {model}
start = time()
steps = 0
# Parts of the data in turn, so that the time is kept within a second or two.
at = 0
while time() - start < {seconds} {{
  m = train(m, data[at:at + 3200], epochs=1)
  at = if at + 6400 > len(data) {{ 0 }} else {{ at + 3200 }}
  steps = steps + 3200 // m.batch
}}
save({{images: {samples}}}, "{path}")
print(steps)"""


def loam(model, samples, seconds, seed):
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/samples.npz"
        text = program.format(model=model, samples=samples, seconds=seconds, seed=seed, path=path)
        run = subprocess.run([options.loam, "--fresh", "--plain", "-e", text], capture_output=True, text=True, env=os.environ)
        if run.returncode:
            raise SystemExit(run.stderr)
        return torch.from_numpy(np.load(path)["images"].reshape(-1, 1, 28, 28)), int(run.stdout.split()[-1])


def of_all_classes(model):
    return lambda seconds, seed: loam(model, "sample(m, 5000, label=m.class_names).images", seconds, seed)


generators = {
    "PyTorch DCGAN": lambda seconds, seed: dcgan(train_images, seconds, seed),
    "gan()": lambda seconds, seed: loam("gan()", "sample(m, 5000)", seconds, seed),
    "gan(labels=true)": of_all_classes("gan(labels=true)"),
    "flow()": lambda seconds, seed: loam("flow()", "sample(m, 5000)", seconds, seed),
    "flow(labels=true)": of_all_classes("flow(labels=true)"),
}
train_images, train_labels = read("train")
test_images, test_labels = read("t10k")
judge = trained_classifier(train_images, train_labels)
with torch.no_grad():
    right = torch.cat([judge(some).argmax(1) for some in test_images.split(1000)]) == test_labels
real = features(judge, test_images)
print(f"{torch.get_num_threads()} threads, PyTorch {torch.__version__}; the judge is right in {right.float().mean():.1%} of the test images")
print(f"5,000 training images: distance {distance(features(judge, train_images[:5000]), real):.2f}\n")
print(f"{'':<20}{'seconds':>8}{'seed':>6}{'steps':>8}{'distance':>10}   share of each class in %")
wanted = [name.strip() for name in options.only.split(",") if name.strip()]
for seconds in options.seconds:
    for seed in range(1, options.seeds + 1):
        for name, make in generators.items():
            if wanted and name not in wanted:
                continue
            images, steps = make(seconds, seed)
            with torch.no_grad():
                classes = torch.cat([judge(some).argmax(1) for some in images.split(1000)])
            shares = np.bincount(classes.numpy(), minlength=10) / len(classes) * 100
            print(f"{name:<20}{seconds:>8.0f}{seed:>6}{steps:>8}{distance(features(judge, images), real):>10.1f}   "
                  + " ".join(f"{share:.0f}" for share in shares), flush=True)
