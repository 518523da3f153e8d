"""The measurements of Scripts/judge. Prints figures, and whether each threshold is met."""
import glob, gzip, os, struct, subprocess, sys
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

torch.manual_seed(0)
torch.set_num_threads(2)
SIZE = 24
FASHION = "/usr/share/datasets/fashion-mnist"
LOAM = ".build/static/release/loam"
missed = []


def bar(text, met):
    print(f"{'met   ' if met else 'MISSED'} {text}")
    if not met:
        missed.append(text)


def idx(path):
    data = gzip.open(path).read()
    shape = struct.unpack(">" + "I" * data[3], data[4 : 4 + 4 * data[3]])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def fashion(part):
    images = idx(f"{FASHION}/{part}-images-idx3-ubyte.gz").astype(np.float32) / 255
    return images, idx(f"{FASHION}/{part}-labels-idx1-ubyte.gz").astype(np.int64)


def folder(path):
    files = sorted(glob.glob(os.path.join(path, "**", "*.png"), recursive=True))
    return np.stack([np.asarray(Image.open(f), np.float32) / 255 for f in files])


def random_crops(x, generator):
    n = len(x)
    r = torch.randint(0, 5, (n, 2), generator=generator)
    rows = (r[:, 0, None] + torch.arange(SIZE))[:, :, None]
    columns = (r[:, 1, None] + torch.arange(SIZE))[:, None, :]
    return x[torch.arange(n)[:, None, None], rows, columns]


def classifier():
    """Trained on the whole training set, cropped as the example crops; tested on the held-out set."""
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.3), nn.Linear(64 * 36, 128), nn.ReLU(), nn.Linear(128, 10))
    images, labels = map(torch.from_numpy, fashion("train"))
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    generator = torch.Generator().manual_seed(1)
    for epoch in range(3):
        order = torch.randperm(len(images), generator=generator)
        for start in range(0, len(order), 128):
            pick = order[start : start + 128]
            x = random_crops(images[pick], generator)
            flip = torch.rand(len(x), generator=generator) < 0.5
            x[flip] = x[flip].flip(-1)
            loss = F.cross_entropy(model(x[:, None]), labels[pick])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    images, labels = map(torch.from_numpy, fashion("t10k"))
    with torch.no_grad():
        accuracy = (model(random_crops(images, generator)[:, None]).argmax(1) == labels).float().mean().item()
    bar(f"classifier on held-out images: {accuracy:.1%} (at least 80 %)", accuracy >= 0.8)
    return model


def judge_classes(model, samples, name):
    with torch.no_grad():
        counts = np.bincount(model(torch.from_numpy(samples)[:, None]).argmax(1).numpy(), minlength=10)
    share = counts / len(samples)
    print(f"{name}: classes of {len(samples)} samples: {counts.tolist()}")
    return (counts >= len(samples) // 100).sum(), share.max()


def judge_copies(samples, training, name):
    """The nearest training image of each sample, by root mean square of the pixels."""
    a, b = torch.from_numpy(samples.reshape(len(samples), -1)), torch.from_numpy(training.reshape(len(training), -1))
    nearest = torch.cdist(a, b).min(1).values / SIZE
    own = torch.cdist(b[:1000], b)
    own[torch.arange(1000), torch.arange(1000)] = np.inf
    print(f"{name}: distance to the nearest training image: least {nearest.min():.4f}, median {nearest.median():.4f}"
          f" (training images among themselves: median {own.min(1).values.median() / SIZE:.4f})")
    bar(f"{name}: no sample within 0.02 of a training image", nearest.min().item() > 0.02)


class VAE(nn.Module):
    """The prelude's vae with the settings of the example: the same layers, initialisation and loss."""

    def __init__(self, size, hidden=400, latent=16):
        super().__init__()
        self.latent = latent
        self.h, self.m, self.v = nn.Linear(size, hidden), nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.d, self.o = nn.Linear(latent, hidden), nn.Linear(hidden, size)
        for layer in (self.h, self.m, self.v, self.d, self.o):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def loss(self, x):
        h = F.relu(self.h(x))
        mean, log_variance = self.m(h), self.v(h)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        logits = self.o(F.relu(self.d(z)))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        divergence = -0.5 * torch.sum(1 + log_variance - mean**2 - torch.exp(log_variance))
        return (reconstruction + divergence) / len(x)


def judge_vae():
    """Trains both on the same 2,000 images and compares the loss on 2,000 held-out ones."""
    program = """
seed(3)
m = train(vae(latent=16), clothes(), epochs=40)
held = fashion("test")[0:2000].images
total = 0.0
for i in 0..10 { total = total + float(m.loss(held)) }
print("{total / 10:.4f}")
"""
    ours = float(subprocess.run([LOAM, "-e", program], capture_output=True, text=True, check=True).stdout)
    images, labels = fashion("train")
    chosen = np.sort(np.concatenate([np.flatnonzero(labels == c)[:200] for c in range(10)]))
    x = torch.from_numpy(images[chosen].reshape(2000, -1))
    held = torch.from_numpy(fashion("t10k")[0][:2000].reshape(2000, -1))
    model = VAE(784)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for epoch in range(40):
        order = torch.randperm(2000)
        for start in range(0, 2000, 128):
            loss = model.loss(x[order[start : start + 128]])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        theirs = float(np.mean([model.loss(held).item() for _ in range(10)]))
    difference = abs(ours - theirs) / theirs
    bar(f"VAE held-out loss: Loam {ours:.2f}, PyTorch {theirs:.2f}, difference {difference:.2%} (within 5 %)", difference <= 0.05)


def main():
    model = classifier()
    training = folder("grown/set")
    gan = folder("grown/gan-samples")[:1000]
    found, most = judge_classes(model, gan, "gan")
    bar(f"gan: classes with at least 1 % of the samples: {found} (at least 8)", found >= 8)
    bar(f"gan: largest class: {most:.1%} (at most 40 %)", most <= 0.4)
    judge_copies(gan, training, "gan")
    judge_classes(model, folder("grown/vae-samples")[:1000], "vae")
    judge_copies(folder("grown/vae-samples")[:1000], training, "vae")
    judge_vae()
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
