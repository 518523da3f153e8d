#!/usr/bin/env python3
"""Makes the fixtures beside it: losses, gradients and one Adam update by PyTorch in float64.

    python Tests/Reference/make.py            writes vae.bin, gan.bin and their tables
    python Tests/Reference/make.py --full DIR  also writes every element of every gradient to DIR

Weights and data come from `number`, a hash that the tests repeat exactly, so only results are kept:
of each gradient every 13th element, its largest magnitude, its sum and its sum of squares.
"""
import os, sys
import numpy as np
import torch
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))
STRIDE = 13


def number(shape, salt, scale):
    """Uniform in ±scale (a power of two), exact in float32: a hash of position and salt."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(salt) * np.uint64(0x9E3779B9)
    mask = np.uint64(0xFFFFFFFF)
    h = (i * np.uint64(2654435761)) & mask
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & mask
    h = ((h ^ (h >> np.uint64(13))) * np.uint64(3266489917)) & mask
    h = h ^ (h >> np.uint64(16))
    return ((h >> np.uint64(8)).astype(np.float64) / 2**23 - 1).reshape(shape) * scale


def tensor(shape, salt, scale, grad=True):
    return torch.tensor(number(shape, salt, scale), dtype=torch.float64, requires_grad=grad)


class Writer:
    """Numbers as little-endian doubles, named in a table: name, count."""

    def __init__(self, name):
        self.name, self.table, self.data = name, [], []

    def add(self, name, values):
        values = np.atleast_1d(np.asarray(values, np.float64)).ravel()
        self.table.append(f"{name} {len(values)}")
        self.data.append(values)

    def gradient(self, name, values):
        flat = values.detach().numpy().ravel()
        self.add(name + ".sample", flat[::STRIDE].astype(np.float32))
        self.add(name + ".sums", [np.abs(flat).max(), flat.sum(), (flat**2).sum()])
        if len(sys.argv) > 2 and sys.argv[1] == "--full":
            flat.astype("<f8").tofile(os.path.join(sys.argv[2], f"{self.name}.{name}"))

    def close(self):
        with open(os.path.join(here, self.name + ".txt"), "w") as file:
            file.write("\n".join(self.table) + "\n")
        # Samples are float32, sums float64: both as float64 would double the file for nothing.
        with open(os.path.join(here, self.name + ".bin"), "wb") as file:
            for line, values in zip(self.table, self.data):
                values.astype("<f4" if ".sample" in line else "<f8").tofile(file)


def vae():
    out, batch = Writer("vae"), 32
    x = (tensor((batch, 784), 1, 1, False) + 1) / 2
    noise = tensor((batch, 20), 2, 2, False)
    sizes = [("w1", (784, 400), 1 / 16), ("b1", (400,), 1 / 16), ("w2", (400, 20), 1 / 8), ("b2", (20,), 1 / 16),
             ("w3", (400, 20), 1 / 32), ("b3", (20,), 1 / 16), ("w4", (20, 400), 1 / 4), ("b4", (400,), 1 / 16),
             ("w5", (400, 784), 1 / 16), ("b5", (784,), 1 / 16)]
    w = {name: tensor(shape, 10 + i, scale) for i, (name, shape, scale) in enumerate(sizes)}
    h = F.relu(x @ w["w1"] + w["b1"])
    mean, log_variance = h @ w["w2"] + w["b2"], h @ w["w3"] + w["b3"]
    z = mean + torch.exp(log_variance / 2) * noise
    logits = F.relu(z @ w["w4"] + w["b4"]) @ w["w5"] + w["b5"]
    loss = F.binary_cross_entropy(torch.sigmoid(logits), x, reduction="sum")
    loss = loss - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())
    loss.backward()
    out.add("loss", loss.item())
    for name, _, _ in sizes:
        out.gradient(name, w[name].grad)
    adam(out, w["w1"], w["w1"].grad)
    out.close()


def adam(out, start, gradient):
    """Three steps of Adam from the float32 of the gradient, scaled anew in each."""
    p = start.detach().clone()
    g = gradient.float().double()
    optimizer = torch.optim.Adam([p], lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    for factor in (1.0, -0.5, 0.25):
        p.grad = g * factor
        optimizer.step()
    out.add("adam.sample", p.numpy().ravel()[::STRIDE].astype(np.float32))
    out.add("adam.gradient.sample", g.numpy().ravel()[::STRIDE].astype(np.float32))


def gan():
    out, batch = Writer("gan"), 32
    x, z = tensor((batch, 784), 3, 1, False), tensor((batch, 100), 4, 2, False)
    g_sizes, d_sizes = [100, 256, 512, 1024, 784], [784, 1024, 512, 256, 1]

    def network(sizes, salt):
        weights = []
        for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
            weights += [tensor((a, b), salt + 2 * i, 1 / 8), tensor((b,), salt + 2 * i + 1, 1 / 16)]
        return weights

    def run(weights, h, last):
        for i in range(0, len(weights), 2):
            h = h @ weights[i] + weights[i + 1]
            h = F.leaky_relu(h, 0.2) if i + 2 < len(weights) else last(h)
        return h

    g, d = network(g_sizes, 40), network(d_sizes, 60)
    fake = run(g, z, torch.tanh)
    one, zero = torch.ones(batch, 1, dtype=torch.float64), torch.zeros(batch, 1, dtype=torch.float64)
    critic = F.binary_cross_entropy(run(d, x, torch.sigmoid), one)
    critic = critic + F.binary_cross_entropy(run(d, fake.detach(), torch.sigmoid), zero)
    generator = F.binary_cross_entropy(run(d, fake, torch.sigmoid), one)
    minimax = torch.log(1 - run(d, fake, torch.sigmoid)).mean()
    for name, loss, weights in (("critic", critic, d), ("generator", generator, g), ("minimax", minimax, g)):
        out.add(name + ".loss", loss.item())
        for i, gradient in enumerate(torch.autograd.grad(loss, weights, retain_graph=True)):
            out.gradient(f"{name}.{i}", gradient)
    out.close()


if __name__ == "__main__":
    vae()
    gan()
