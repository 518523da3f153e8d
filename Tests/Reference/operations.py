#!/usr/bin/env python3
"""Makes operations.txt beside it: programs in Loam, one a line, with what NumPy or PyTorch gives in float64.

    python Tests/Reference/operations.py

A line is a program whose last value is compared, a tab, the shape, a tab, and the numbers. `wave(shape)` stands on
both sides for sin(0.7 i + 0.3) over the elements, in float64.
"""
import os
import numpy as np
import torch
import torch.nn.functional as F

nan, inf = float("nan"), float("inf")


def wave(*shape, by=0.7):
    return torch.tensor(np.sin(by * np.arange(int(np.prod(shape)), dtype=np.float64) + 0.3).reshape(shape))


def loam(*shape, by=0.7):
    count = int(np.prod(shape))
    return f"reshape(sin({by} * f64(tensor(0..{count})) + 0.3), ({', '.join(map(str, shape))},))"


cases = []


def case(program, value):
    value = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value, np.float64)
    cases.append((program, value))


def images(x):
    """[n, h, w, c] to PyTorch's order, and back."""
    return x.permute(0, 3, 1, 2)


def back(x):
    return x.permute(0, 2, 3, 1)


# Elementwise and comparison, on what is odd, empty, single, strided, NaN and infinite.
special = torch.tensor([-inf, -2.5, -0.0, 0.0, 0.5, 2.5, 1000.0, inf, nan], dtype=torch.float64)
given = "z = f64([0]); x = concat((-1 / z, f64([-2.5, -0.0, 0.0, 0.5, 2.5, 1000]), 1 / z, z / z))"
for name, function in {
    "exp": torch.exp, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu, "abs": torch.abs, "sqrt": torch.sqrt, "log": torch.log,
    "log1p": torch.log1p, "floor": torch.floor, "ceil": torch.ceil, "sign": lambda x: torch.tensor(np.sign(x.numpy())), "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
}.items():
    case(f"{given}; {name}(x)", function(special))
case(f"{given}; x == 0.5", (special == 0.5).double())
case(f"{given}; x < 0.5", (special < 0.5).double())
case(f"{given}; x != x", (special != special).double())
case(f"{given}; minimum(x, 1)", torch.minimum(special, torch.ones(9, dtype=torch.float64)))
case(f"{given}; maximum(x, 1)", torch.maximum(special, torch.ones(9, dtype=torch.float64)))
case(f"{given}; clip(x, -1, 2)", torch.clip(special, -1, 2))
case(f"{given}; where(x > 0, x, 7)", torch.where(special > 0, special, torch.full_like(special, 7)))
case(f"{given}; max(x)", special.max())
case(f"{given}; sum(x)", special.sum())
a, b = wave(7, 13), wave(13, by=0.31)
case(f"{loam(7, 13)} * {loam(13, by=0.31)} - 2", a * b - 2)
case(f"{loam(7, 13)} / {loam(7, 1, by=0.2)}", a / wave(7, 1, by=0.2))
case(f"transpose({loam(7, 13)}) + {loam(7, by=0.2)}", a.T + wave(7, by=0.2))
case(f"{loam(7, 13)}[1::2, ::-3] ^ 2", torch.tensor(a.numpy()[1::2, ::-3] ** 2))
case(f"sum(zeros(0, 3), axis=0)", torch.zeros(3))
case(f"zeros(0, 3) @ ones(3, 2)", torch.zeros(0, 2))
case(f"ones(2, 0) @ ones(0, 3)", torch.zeros(2, 3))
case(f"exp(zeros(0)) + 1", torch.zeros(0))
case(f"sum({loam(1)})", wave(1).sum())
# Reductions, over one axis, several, all; odd sizes beyond a chunk.
x = wave(5, 33, 3)
for axes in ((0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)):
    text = f"({', '.join(map(str, axes))},)"
    case(f"sum({loam(5, 33, 3)}, axis={text})", x.sum(axes))
    case(f"mean({loam(5, 33, 3)}, axis={text}, keepdims=true)", x.mean(axes, keepdim=True))
    case(f"max({loam(5, 33, 3)}, axis={text})", x.amax(axes))
    case(f"min({loam(5, 33, 3)}, axis={text})", x.amin(axes))
case(f"sum({loam(10007)})", wave(10007).sum())
case(f"sum({loam(211, 17)}, axis=0)", wave(211, 17).sum(0))
case(f"argmax({loam(9, 5)}, axis=1)", wave(9, 5).argmax(1))
case(f"argmin({loam(9, 5)}, axis=0)", wave(9, 5).argmin(0))
case(f"cumsum({loam(4, 6)}, axis=1)", wave(4, 6).cumsum(1))
case(f"cumsum({loam(4, 6)}, axis=0)", wave(4, 6).cumsum(0))
case(f"softmax({loam(4, 6)})", wave(4, 6).softmax(-1))
case(f"log_softmax(200 * {loam(4, 6)})", (200 * wave(4, 6)).log_softmax(-1))
# Products: vectors, ragged sizes, batches, transposed.
case(f"{loam(3, 5)} @ {loam(5, by=0.2)}", wave(3, 5) @ wave(5, by=0.2))
case(f"{loam(5)} @ {loam(5, 4, by=0.2)}", wave(5) @ wave(5, 4, by=0.2))
case(f"{loam(37, 53)} @ {loam(53, 19, by=0.2)}", wave(37, 53) @ wave(53, 19, by=0.2))
case(f"{loam(2, 3, 4)} @ {loam(2, 4, 5, by=0.2)}", wave(2, 3, 4) @ wave(2, 4, 5, by=0.2))
case(f"{loam(2, 3, 4)} @ {loam(4, 5, by=0.2)}", wave(2, 3, 4) @ wave(4, 5, by=0.2))
case(f"transpose({loam(6, 4)}) @ {loam(6, 3, by=0.2)}", wave(6, 4).T @ wave(6, 3, by=0.2))
case(f"{loam(6, 4)} @ transpose({loam(3, 4, by=0.2)})", wave(6, 4) @ wave(3, 4, by=0.2).T)
# Arranging.
case(f"concat(({loam(2, 3)}, {loam(2, 2)}), axis=1)", torch.cat((wave(2, 3), wave(2, 2)), 1))
case(f"stack(({loam(2, 3)}, {loam(2, 3, by=0.2)}), axis=-1)", torch.stack((wave(2, 3), wave(2, 3, by=0.2)), -1))
case(f"split({loam(5, 4)}, (2, 3))[1]", wave(5, 4).split((2, 3))[1])
case(f"split({loam(5, 4)}, 2, axis=1)[1]", wave(5, 4).chunk(2, 1)[1])
case(f"roll({loam(5, 4)}, 2)", wave(5, 4).roll(2, 0))
case(f"roll({loam(5, 4)}, -7, axis=1)", wave(5, 4).roll(-7, 1))
case(f"reverse({loam(5, 4)}, axis=1)", wave(5, 4).flip(1))
case(f"pad({loam(2, 3)}, (1, (0, 2)), value=9)", F.pad(wave(2, 3), (0, 2, 1, 1), value=9))
case(f"take({loam(5, 4)}, i32([3, 0, -1, 3]))", wave(5, 4)[[3, 0, -1, 3]])
case("one_hot(i32([2, 0, 1]), 4)", F.one_hot(torch.tensor([2, 0, 1]), 4).double())
case(f"transpose({loam(2, 3, 4)}, (2, 0, 1))", wave(2, 3, 4).permute(2, 0, 1))
# Convolutions: strides, zeros, kernels that are not square; the transposed kind; pooling; upsampling.
for size, kernel, stride, padding in (((5, 6), (3, 3), (1, 1), (0, 0)), ((7, 9), (4, 2), (2, 3), (1, 0)), ((8, 8), (5, 5), (2, 2), (2, 2)), ((4, 4), (1, 1), (3, 3), (0, 0))):
    x, w = wave(2, *size, 3), wave(*kernel, 3, 5, by=0.37)
    want = back(F.conv2d(images(x), w.permute(3, 2, 0, 1), stride=stride, padding=padding))
    case(f"conv2d({loam(2, *size, 3)}, {loam(*kernel, 3, 5, by=0.37)}, stride={stride}, padding={padding})", want)
    w = wave(*kernel, 5, 3, by=0.37)
    want = back(F.conv_transpose2d(images(x), w.permute(3, 2, 0, 1), stride=stride, padding=padding))
    case(f"conv2d_transpose({loam(2, *size, 3)}, {loam(*kernel, 5, 3, by=0.37)}, stride={stride}, padding={padding})", want)
x, w = wave(2, 6, 5, 3), wave(4, 4, 3, 9, by=0.37)
case(f"conv2d({loam(2, 6, 5, 3)}, {loam(4, 4, 3, 9, by=0.37)}, padding=\"same\")", back(F.conv2d(images(x), w.permute(3, 2, 0, 1), padding="same")))
x.requires_grad_(); w.requires_grad_()
(F.conv2d(images(x), w.permute(3, 2, 0, 1), stride=2, padding=1) ** 2).sum().backward()
program = f"g = grad(p -> sum(conv2d(p[0], p[1], stride=2, padding=1) ^ 2))(({loam(2, 6, 5, 3)}, {loam(4, 4, 3, 9, by=0.37)}))"
case(f"{program}; g[0]", x.grad)
case(f"{program}; g[1]", w.grad)
x = wave(2, 7, 6, 3)
case(f"max_pool(2)({loam(2, 7, 6, 3)})", back(F.max_pool2d(images(x), 2)))
case(f"max_pool(3, stride=2)({loam(2, 7, 6, 3)})", back(F.max_pool2d(images(x), 3, 2)))
case(f"mean_pool((3, 2), stride=(1, 2))({loam(2, 7, 6, 3)})", back(F.avg_pool2d(images(x), (3, 2), (1, 2))))
case(f"upsample(2)({loam(2, 3, 2, 3)})", back(F.interpolate(images(wave(2, 3, 2, 3)), scale_factor=2)))
# Normalisation.
case(f"layer_norm()({loam(4, 6)})", F.layer_norm(wave(4, 6), (6,)))
case(f"instance_norm()({loam(2, 5, 4, 3)})", back(F.instance_norm(images(wave(2, 5, 4, 3)))))
x = wave(6, 5).requires_grad_()
(F.batch_norm(x, None, None, training=True) * wave(6, 5, by=0.2)).sum().backward()
case(f"(x, o, l) = step(f32({loam(6, 5)}), sgd(1), x -> sum(batch_norm()(x) * f32({loam(6, 5, by=0.2)}))); f32({loam(6, 5)}) - x", x.grad)
# Losses.
x, t = wave(4, 3), torch.tensor([2, 0, 1, 1])
case(f"cross_entropy({loam(4, 3)}, i32([2, 0, 1, 1]))", F.cross_entropy(x, t))
case(f"mean(bce_logits({loam(8)}, {loam(8, by=0.2)}))", F.binary_cross_entropy_with_logits(wave(8), wave(8, by=0.2)))
case(f"mse({loam(8)}, {loam(8, by=0.2)})", F.mse_loss(wave(8), wave(8, by=0.2)))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations.txt"), "w") as file:
    for program, value in cases:
        numbers = " ".join(repr(float(number)) for number in value.ravel())
        file.write(f"{program}\t{' '.join(map(str, value.shape))}\t{numbers}\n")
