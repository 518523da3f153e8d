"""Fashion-MNIST, and the classifier in whose features generators are compared."""

import gzip
import os
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def read(folder, part):
    def numbers(name, skip):
        return np.frombuffer(gzip.open(f"{folder}/{part}-{name}.gz").read(), np.uint8, offset=skip).copy()

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


def trained_classifier(images, labels, path=""):
    """Trained for three epochs; kept in a file if there is a path."""
    torch.manual_seed(0)
    model = Classifier()
    if path and Path(path).exists():
        model.load_state_dict(torch.load(path))
        return model.eval()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(3):
        for some in torch.randperm(len(images)).split(128):
            optimizer.zero_grad()
            F.cross_entropy(model(images[some]), labels[some]).backward()
            optimizer.step()
    if path:
        torch.save(model.state_dict(), path)
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


def run(loam, text):
    """The output of a Loam program."""
    import subprocess

    done = subprocess.run([loam, "--fresh", "--plain", "-e", text], capture_output=True, text=True, env=os.environ)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout
