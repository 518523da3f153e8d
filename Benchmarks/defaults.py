"""The default `vae()`, `gan()`, `flow()` and `classifier()` of Loam for 28×28 images with one channel, in PyTorch: the same layers,
losses, optimisers and moving averages, as its users write them."""

import torch
import torch.nn.functional as F
from torch import nn


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.ReLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.ReLU(), nn.Flatten())
        self.to_mean, self.to_log_variance = nn.Linear(3136, 20), nn.Linear(3136, 20)
        self.decoder = nn.Sequential(
            nn.Linear(20, 3136), nn.Unflatten(1, (64, 7, 7)), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1))

    def loss(self, x, of_logits):
        h = self.encoder(x)
        mean, log_variance = self.to_mean(h), self.to_log_variance(h)
        decoded = self.decoder(mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean))
        if of_logits:
            reconstruction = F.binary_cross_entropy_with_logits(decoded, x, reduction="sum")
        else:
            reconstruction = F.binary_cross_entropy(torch.sigmoid(decoded), x, reduction="sum")
        return (reconstruction - 0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp())) / len(x)


def game():
    generator = nn.Sequential(
        nn.Linear(64, 3136), nn.Unflatten(1, (64, 7, 7)), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Sigmoid())
    critic = nn.Sequential(
        nn.Conv2d(1, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 64, 4, 2, 1, bias=False), nn.BatchNorm2d(64), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(3136, 1))
    return generator, critic


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Conv2d(1, 32, 4, 2, 1), nn.SiLU(), nn.Conv2d(32, 64, 4, 2, 1), nn.SiLU())
        self.to_mean, self.to_log_variance = nn.Conv2d(64, 4, 3, 1, 1), nn.Conv2d(64, 4, 3, 1, 1)
        self.up = nn.Sequential(
            nn.Conv2d(4, 64, 3, 1, 1), nn.SiLU(), nn.Conv2d(64, 64, 3, 1, 1), nn.SiLU(),
            nn.ConvTranspose2d(64, 32, 4, 2, 1), nn.SiLU(), nn.ConvTranspose2d(32, 1, 4, 2, 1), nn.Sigmoid())

    def forward(self, x):
        h = self.down(x)
        return self.to_mean(h), self.to_log_variance(h)

    def loss(self, x, mean, log_variance):
        code = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        divergence = -0.5 * (1 + log_variance - mean.pow(2) - log_variance.exp())
        return F.l1_loss(self.up(code), x) + 1e-3 * divergence.mean()


class Velocity(nn.Module):
    def __init__(self, units=512, size=196):
        super().__init__()
        self.first, self.last = nn.Linear(size, units), nn.Linear(units, size)
        self.moves = nn.ModuleList(nn.Linear(16, units) for _ in range(3))
        self.inner = nn.ModuleList(nn.Linear(units, units) for _ in range(3))
        self.outer = nn.ModuleList(nn.Linear(units, units) for _ in range(3))
        self.register_buffer("frequencies", torch.pi * 2.0 ** torch.arange(8))

    def forward(self, x, t):
        given = torch.cat((torch.sin(t * self.frequencies), torch.cos(t * self.frequencies)), 1)
        y = self.first(x)
        for move, inner, outer in zip(self.moves, self.inner, self.outer):
            y = y + outer(F.silu(inner(F.silu(y + move(given)))))
        return self.last(y)

    def loss(self, codes):
        """Of codes [n, 4, 7, 7], scaled by their statistics; four draws for each."""
        spread, centre = torch.std_mean(codes, (0, 2, 3), keepdim=True)
        target = ((codes - centre) / spread).flatten(1).repeat(4, 1)
        t, z = torch.sigmoid(torch.randn(len(target), 1)), torch.randn_like(target)
        return F.mse_loss(self((1 - t) * z + t * target, t), target - z)


class Classifier(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 32, 3, 1, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 10))


def average_of(model):
    """A moving average of the weights, updated by each call."""
    average = [weight.detach().clone() for weight in model.parameters()]
    weights = list(model.parameters())

    @torch.no_grad()
    def update():
        torch._foreach_lerp_(average, weights, 1e-3)

    return update


def step_of(name, variant, batches_of):
    """A function that trains one step. `batches_of(shape, size)` makes an endless source of batches."""
    wrap = torch.compile if variant == "compiled" else lambda f: f
    layout = {"memory_format": torch.channels_last} if variant == "channels" else {}
    fused = {} if variant in ("eager", "logits") else {"fused": True}
    adam = lambda model, rate, beta=0.9: torch.optim.Adam(model.parameters(), lr=rate, betas=(beta, 0.999), **fused)

    def update(optimizer, loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    if name == "default_vae":
        model = VAE().to(**layout)
        batches, optimizer = batches_of(torch.rand(1280, 1, 28, 28).to(**layout), 128), adam(model, 1e-3)
        loss_of = wrap(lambda x: model.loss(x, variant != "eager"))
        return lambda: update(optimizer, loss_of(batches.next()))
    if name == "default_classifier":
        model = Classifier().to(**layout)
        images, labels = torch.rand(640, 1, 28, 28).to(**layout), torch.randint(10, (640,))
        batches, optimizer = batches_of(torch.arange(640), 64), adam(model, 1e-3)
        loss_of = wrap(lambda x, y: F.cross_entropy(model(x), y))

        def classify():
            chosen = batches.next()
            return update(optimizer, loss_of(images[chosen], labels[chosen]))

        return classify
    batches = batches_of(torch.rand(640, 1, 28, 28).to(**layout), 64)
    if name == "default_flow":
        autoencoder, velocity = Autoencoder().to(**layout), Velocity()
        for_autoencoder, for_velocity, average = adam(autoencoder, 2e-3), adam(velocity, 1e-3), average_of(velocity)
        encode = wrap(lambda x: autoencoder(x))
        first, second = wrap(lambda *values: autoencoder.loss(*values)), wrap(lambda codes: velocity.loss(codes))

        def flow():
            x = batches.next()
            mean, log_variance = encode(x)
            total = update(for_autoencoder, first(x, mean, log_variance)) + update(for_velocity, second(mean.detach()))
            average()
            return total

        return flow
    generator, critic = (part.to(**layout) for part in game())
    for_generator, for_critic, average = adam(generator, 1e-3, 0.5), adam(critic, 4e-4, 0.5), average_of(generator)
    one, zero = torch.ones(64, 1), torch.zeros(64, 1)
    judged = (lambda score, real: F.binary_cross_entropy(torch.sigmoid(score), real)) if variant == "eager" else F.binary_cross_entropy_with_logits
    make = wrap(lambda z: generator(z))
    critic_loss = wrap(lambda x, fake: judged(critic(x), one) + judged(critic(fake), zero))
    generator_loss = wrap(lambda fake: judged(critic(fake), one))

    def play():
        fake = make(torch.randn(64, 64))
        total = update(for_critic, critic_loss(batches.next(), fake.detach())) + update(for_generator, generator_loss(fake))
        average()
        return total

    return play
