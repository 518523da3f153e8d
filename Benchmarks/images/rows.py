"""What Benchmarks/images.py measures: each row in Loam and in its peers, one image at a time (Kornia: one batch).

A peer is a function of one image, u8[height, width, 3] or u8[height, width], or of a batch if it says so; Pillow is given its own images, and Kornia
batches of f32, so that no peer pays for a conversion. Operations that albumentations has too are beside it alone.
"""

import cv2
import numpy as np
from PIL import Image, ImageEnhance, ImageOps

import albumentations as A

try:
    import kornia.augmentation as K
    import torch
except ImportError:
    K = None

mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Row:
    """`bars`: the least ratios to the best of the peers named. `is_float`: the result is f32, not u8."""

    def __init__(self, name, loam, peers, bars=None, is_float=False, colour=False):
        self.name, self.loam, self.peers = name, loam, peers
        self.bars = bars or [(("albumentations",), 1)]
        self.is_float, self.colour = is_float, colour


def rows(size, channels, images):
    """For images of size × size × channels; `images` is the batch, u8."""
    half, crop = size / 2, size * 6 // 7
    rng = np.random.default_rng(0)
    angle = lambda: rng.uniform(-15, 15)
    means, deviations = (mean, deviation) if channels == 3 else (mean[:1], deviation[:1])
    normalize = f"normalize({', '.join('(' + ', '.join(map(str, values)) + ')' if channels == 3 else str(values[0]) for values in (means, deviations))})"
    place = lambda: (rng.integers(size - crop + 1), rng.integers(size - crop + 1))

    # OpenCV.
    def turning():
        return cv2.getRotationMatrix2D(((size - 1) / 2, (size - 1) / 2), angle(), 1)

    def rotate(image):
        return cv2.warpAffine(image, turning(), (size, size), flags=cv2.INTER_LINEAR)

    def cropped(image):
        top, left = place()
        return image[top : top + crop, left : left + crop].copy()

    def composed(image):
        """The three maps as one matrix, by hand."""
        top, left = place()
        matrix = turning()
        matrix[0] = -matrix[0]
        matrix[0, 2] += size - 1 - left
        matrix[1, 2] -= top
        return cv2.warpAffine(image, matrix, (crop, crop), flags=cv2.INTER_LINEAR)

    scales = np.array([1 / (255 * value) for value in deviations])
    offsets = np.array([-a / b for a, b in zip(means, deviations)])

    def coloured(image):
        image = cv2.convertScaleAbs(image, alpha=rng.uniform(0.8, 1.2), beta=rng.uniform(-50, 50))
        if channels == 1:
            return image * np.float32(scales[0]) + np.float32(offsets[0])
        image = cv2.multiply(image, (*scales, 0), dtype=cv2.CV_32F)
        return cv2.add(image, (*offsets, 0), dst=image)

    levels = np.arange(256)

    def tabled(image):
        """Brightness, contrast and normalization as one table of 256 values for each channel."""
        changed = np.clip(rng.uniform(0.8, 1.2) * levels + rng.uniform(-50, 50), 0, 255)
        table = (changed[:, None] * scales + offsets).astype(np.float32)
        return cv2.LUT(image, table[None] if channels == 3 else table[:, 0])

    # Pillow.
    def pillow_rotate(image):
        return image.rotate(angle(), Image.Resampling.BILINEAR)

    def pillow_crop(image):
        top, left = place()
        return image.crop((left, top, left + crop, top + crop))

    def pillow_colour(image):
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.8, 1.2))
        image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.8, 1.2))
        return np.asarray(image, np.float32) * scales.astype(np.float32) + offsets.astype(np.float32)

    # Albumentations.
    always = dict(p=1.0)
    turned, mirrored, cut = A.Rotate((-15, 15), **always), A.HorizontalFlip(**always), A.RandomCrop(crop, crop)
    toned = A.RandomBrightnessContrast(0.2, 0.2, **always)
    normal = A.Normalize(means, deviations)

    # A view of turned axes is not a result that a batch can be made of; what is contiguous already is not copied.
    def one(transform, **more):
        return {"albumentations": lambda image: np.ascontiguousarray(transform(image=image, **more)["image"])}

    def together(*transforms):
        return one(A.Compose(list(transforms)))["albumentations"]

    others = {"mosaic_metadata": [{"image": image} for image in (images if channels == 3 else images[..., 0])[1:4]]}

    # Kornia, batches.
    def kornia(*parts):
        if K is None:
            return {}
        sequence = torch.nn.Sequential(*parts)
        return {"kornia": lambda batch: sequence(batch)}

    def k(name, *given, **named):
        return getattr(K, name)(*given, p=1.0, **named) if K is not None else None

    k_turn, k_flip, k_cut = k("RandomRotation", 15.0), k("RandomHorizontalFlip"), k("RandomCrop", (crop, crop))
    k_tone = (k("RandomBrightness", (0.8, 1.2)), k("RandomContrast", (0.8, 1.2)))
    k_normal = K.Normalize(list(means), list(deviations)) if K is not None else None

    # The same bytes from one batch to another.
    def copying(batch):
        batch, target = np.ascontiguousarray(batch), np.empty(batch.shape, np.uint8)
        return {"memcpy": lambda _: np.copyto(target, batch)}

    # OpenCV's results beside each other, as in a batch. `write` takes an image and where its result belongs.
    def into_batch(write, height=size, width=size):
        target = np.empty((len(images), height, width) + ((channels,) if channels > 1 else ()), np.uint8)

        def run(batch):
            for image, place in zip(batch if channels > 1 else batch[..., 0], target):
                write(image, place)

        return {"into batch": run}

    def crop_into(image, place):
        top, left = [rng.integers(size - crop + 1) for _ in range(2)]
        np.copyto(place, image[top : top + crop, left : left + crop])

    def brighten_into(image, place):
        cv2.LUT(image, np.clip(rng.uniform(0.8, 1.2) * levels, 0, 255).astype(np.uint8), dst=place)

    kept = (("into batch",), 0)
    best = ("opencv", "albumentations", "pillow", "kornia")
    chain = f"rotate(-15..15) |> flip() |> crop({crop}, {crop}, at=\"random\")"
    small, cell = max(2, size // 2), max(4, size // 8)
    return [
        Row("rotate", "rotate(-15..15)",
            {"opencv": rotate, **one(turned), "pillow": pillow_rotate, **kornia(k_turn)}, [(best, 2)]),
        Row("chain", chain,
            {"opencv": lambda image: cropped(cv2.flip(rotate(image), 1)), "albumentations": together(turned, mirrored, cut),
             "pillow": lambda image: pillow_crop(ImageOps.mirror(pillow_rotate(image))), **kornia(k_turn, k_flip, k_cut), "composed": composed},
            [(best, 3), (("composed",), 2)]),
        Row("chain+colour", f"{chain} |> brightness(0.8..1.2) |> contrast(0.8..1.2) |> {normalize}",
            {"opencv": lambda image: coloured(cropped(cv2.flip(rotate(image), 1))),
             "albumentations": together(turned, mirrored, cut, toned, normal),
             "pillow": lambda image: pillow_colour(pillow_crop(ImageOps.mirror(pillow_rotate(image)))),
             **kornia(k_turn, k_flip, k_cut, *k_tone, k_normal), "composed": lambda image: tabled(composed(image))},
            [(best, 4), (("composed",), 0)], is_float=True),
        Row("flip", "flip()",
            {"opencv": lambda image: cv2.flip(image, 1), **one(mirrored), "pillow": ImageOps.mirror, **kornia(k_flip), **copying(images),
             **into_batch(lambda image, place: cv2.flip(image, 1, dst=place))},
            [(("memcpy",), 0.8), (("opencv",), 1), kept]),
        Row("crop", f"crop({crop}, {crop}, at=\"random\")",
            {"opencv": cropped, **one(cut), "pillow": pillow_crop, **kornia(k_cut), **copying(images[:, :crop, :crop]),
             **into_batch(crop_into, crop, crop)},
            [(("memcpy",), 0.8), (("opencv",), 1), kept]),
        # Geometry.
        Row("vertical flip", "flip(\"vertical\")",
            {**one(A.VerticalFlip(**always)), **into_batch(lambda image, place: cv2.flip(image, 0, dst=place))}, [(("albumentations",), 1), kept]),
        Row("bicubic rotate", "rotate(-15..15, interpolation=\"bicubic\")", one(A.Rotate((-15, 15), cv2.INTER_CUBIC, **always))),
        Row("expand", "rotate(30, expand=true)", one(A.Affine(rotate=(30, 30), fit_output=True, **always))),
        Row("resize smaller", f"resize({small}, {small})", one(A.Resize(small, small, cv2.INTER_AREA))),
        Row("resize to 3/7", f"resize({size * 3 // 7}, {size * 3 // 7})", one(A.Resize(size * 3 // 7, size * 3 // 7, cv2.INTER_AREA))),
        Row("resize larger", f"resize({size * 5 // 4}, {size * 5 // 4})", one(A.Resize(size * 5 // 4, size * 5 // 4))),
        Row("shift", f"shift(-{size / 10}..{size / 10}, -{size / 10}..{size / 10})", one(A.Affine(translate_percent=(-0.1, 0.1), **always))),
        Row("scale", "scale(0.8..1.2)", one(A.Affine(scale=(0.8, 1.2), **always))),
        Row("shear", "shear(-10..10)", one(A.Affine(shear={"x": (-10, 10), "y": (0, 0)}, **always))),
        Row("affine", "affine(rotate=-15..15, scale=0.8..1.2, shear=-10..10)",
            one(A.Affine(rotate=(-15, 15), scale=(0.8, 1.2), shear=(-10, 10), **always))),
        Row("quarter_turn", "quarter_turn(0..4)", one(A.RandomRotate90(**always))),
        Row("transpose_image", "transpose_image()", one(A.Transpose(**always))),
        Row("pad_image", f"pad_image({cell})", one(A.Pad(cell))),
        Row("resized_crop", f"resized_crop({crop}, {crop})", one(A.RandomResizedCrop((crop, crop)))),
        Row("perspective", "perspective(0.1)", one(A.Perspective((0.1, 0.1), **always))),
        Row("elastic", f"elastic({size / 32}, spacing={cell})", one(A.ElasticTransform(alpha=size / 4, sigma=size / 16, **always))),
        # Colour.
        Row("brightness", "brightness(0.8..1.2)",
            {**one(A.RandomBrightnessContrast(0.2, 0, **always)), **into_batch(brighten_into)}, [(("albumentations",), 1), kept]),
        Row("contrast", "contrast(0.8..1.2)", one(A.RandomBrightnessContrast(0, 0.2, **always))),
        Row("gamma", "gamma(0.8..1.2)", one(A.RandomGamma((80, 120), **always))),
        Row("saturation", "saturation(0.8..1.2)", one(A.ColorJitter((1, 1), (1, 1), (0.8, 1.2), (0, 0), **always)), colour=True),
        Row("hue", "hue(-20..20)", one(A.HueSaturationValue(20, 0, 0, **always)), colour=True),
        Row("color_jitter", "color_jitter(brightness=0.8..1.2, contrast=0.8..1.2, saturation=0.8..1.2, hue=-20..20)",
            one(A.ColorJitter((0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (-0.055, 0.055), **always)), colour=True),
        Row("greyscale", "greyscale()", one(A.ToGray(**always)), colour=True),
        Row("invert", "invert()",
            {**one(A.InvertImg(**always)), **into_batch(lambda image, place: cv2.bitwise_not(image, dst=place))}, [(("albumentations",), 1), kept]),
        Row("posterize", "posterize(4)", one(A.Posterize(4, **always))),
        Row("solarize", "solarize(0.5)", one(A.Solarize(**always))),
        Row("normalize", normalize, one(normal), is_float=True),
        Row("shuffle_channels", "shuffle_channels()", one(A.ChannelShuffle(**always)), colour=True),
        Row("drop_channels", "drop_channels(0.4)", one(A.ChannelDropout(**always)), colour=True),
        Row("autocontrast", "autocontrast()", one(A.AutoContrast(**always))),
        Row("equalize", "equalize()", one(A.Equalize(**always))),
        Row("clahe", "clahe(limit=4, tiles=8)", one(A.CLAHE((4, 4), (8, 8), **always))),
        # Damage.
        Row("noise", "noise(0.1)", one(A.GaussNoise((0.1, 0.1), **always))),
        Row("salt_pepper", "salt_pepper(0.05)", one(A.SaltAndPepper((0.05, 0.05), **always))),
        Row("speckle", "speckle(0.1)", one(A.MultiplicativeNoise((0.8, 1.2), True, True, **always))),
        Row("erase", "erase(0.1)", one(A.Erasing((0.1, 0.1), **always))),
        Row("cutout", f"cutout({cell}, 4)", one(A.CoarseDropout((4, 4), (0.125, 0.125), (0.125, 0.125), **always))),
        Row("grid_erase", f"grid_erase({cell}, 0.5)", one(A.GridDropout(0.5, unit_size_range=(cell, cell + 1), **always))),
        Row("blur", "blur(1.5)", one(A.GaussianBlur(0, (1.5, 1.5), **always))),
        Row("box_blur", "box_blur(2)", one(A.Blur((5, 5), **always))),
        Row("motion_blur", "motion_blur(7, angle=0..360)", one(A.MotionBlur((7, 7), False, **always))),
        Row("sharpen", "sharpen(0.5)", one(A.Sharpen((0.5, 0.5), **always))),
        Row("jpeg_damage", "jpeg_damage(50)", one(A.ImageCompression("jpeg", (50, 50), **always))),
        Row("denoise", "denoise(method=\"median\")", one(A.MedianBlur((3, 3), **always))),
        # Several images, and policies.
        Row("mosaic", "mosaic()", one(A.Mosaic((2, 2), (size, size), (size, size), **always), **others)),
        Row("one_of", "one_of((flip(), quarter_turn(0..4)))",
            {"albumentations": together(A.OneOf([mirrored, A.RandomRotate90(**always)], **always))}),
        Row("some_of", "some_of(2, (flip(), brightness(0.8..1.2), rotate(-15..15)))",
            {"albumentations": together(A.SomeOf([mirrored, A.RandomBrightnessContrast(0.2, 0, **always), turned], 2, **always))}),
        Row("sometimes", "sometimes(blur(1.5), chance=0.5)", {"albumentations": together(A.GaussianBlur(0, (1.5, 1.5), p=0.5))}),
    ]
