"""How good generators are after the same time: Loam's, and a DCGAN in PyTorch, on Fashion-MNIST.

Usage: Benchmarks/quality.py [SECONDS...] [--seeds 1] [--loam PATH] [--only NAMES] [--pictures FOLDER].
Every generator is trained for as many seconds of wall time, and then draws 5,000 images. Printed are the Fréchet distance to the
10,000 test images, in the features of a classifier that this script trains on the training images (so it is not "FID"), the same for
5,000 training images (the least that can be expected), and the share of each class in the classifier's eyes.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from fashion import distance, features, read, run, trained_classifier

here = Path(__file__).parent
parser = argparse.ArgumentParser()
parser.add_argument("seconds", nargs="*", type=float, default=[300, 900])
parser.add_argument("--seeds", type=int, default=1)
parser.add_argument("--loam", default=str(here.parent / ".build/static/release/loam"))
parser.add_argument("--only", default="", help="names, separated by commas")
parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
parser.add_argument("--judge", default="", help="a file for the classifier, so that it is trained only once")
parser.add_argument("--pictures", default="", help="a folder for 64 images of each generator")
options = parser.parse_args()


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
        steps = int(run(options.loam, text).split()[-1])
        return torch.from_numpy(np.load(path)["images"].reshape(-1, 1, 28, 28)), steps


def of_all_classes(model):
    return lambda seconds, seed: loam(model, "sample(m, 5000, label=m.class_names).images", seconds, seed)


generators = {
    "PyTorch DCGAN": lambda seconds, seed: dcgan(train_images, seconds, seed),
    "gan()": lambda seconds, seed: loam("gan()", "sample(m, 5000)", seconds, seed),
    "gan(labels=true)": of_all_classes("gan(labels=true)"),
    "flow()": lambda seconds, seed: loam("flow()", "sample(m, 5000)", seconds, seed),
    "flow(labels=true)": of_all_classes("flow(labels=true)"),
}
train_images, train_labels = read(options.data, "train")
test_images, test_labels = read(options.data, "t10k")
judge = trained_classifier(train_images, train_labels, options.judge)
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
            if options.pictures:
                sheet = images[:64].clamp(0, 1).reshape(8, 8, 28, 28).permute(0, 2, 1, 3).reshape(224, 224)
                path = Path(options.pictures) / f"{name.split('(')[0].replace(' ', '-')}-{'labels-' if 'labels' in name else ''}{seconds:.0f}-{seed}.pgm"
                path.write_bytes(b"P5 224 224 255\n" + (sheet.numpy() * 255).astype(np.uint8).tobytes())
            shares = np.bincount(classes.numpy(), minlength=10) / len(classes) * 100
            print(f"{name:<20}{seconds:>8.0f}{seed:>6}{steps:>8}{distance(features(judge, images), real):>10.1f}   "
                  + " ".join(f"{share:.0f}" for share in shares), flush=True)
