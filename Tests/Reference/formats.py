#!/usr/bin/env python3
"""Makes formats.txt beside it: small files of every format of pictures that Loam reads, with the pixels that Pillow reads.

    python Tests/Reference/formats.py

A line is a name, the file in hexadecimal, the shape, u8 or u16, the pixels in hexadecimal (u16 with the low byte first), and
1 where the file holds more pictures than the first, with tabs between. The pixels are upright (`exif_transpose`), palettes
are colours, and inks are light (`convert("RGB")`).
"""
import io
import os
import struct
import numpy as np
from PIL import Image, ImageOps

lines = []


def read(file):
    image = Image.open(io.BytesIO(file))
    more = getattr(image, "n_frames", 1) > 1
    image = ImageOps.exif_transpose(image)
    if image.mode == "I;16" or image.mode == "I;16B":
        return np.asarray(image).astype("<u2")[..., None], more
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    elif image.mode in ("LA", "La", "RGBa"):
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode in ("CMYK", "YCbCr"):
        image = image.convert("RGB")
    pixels = np.asarray(image)
    return (pixels if pixels.ndim == 3 else pixels[..., None]), more


def add_file(name, file, pixels=None):
    own, more = read(file) if pixels is None else (pixels, False)
    kind = "u16" if own.dtype.itemsize == 2 else "u8"
    lines.append("\t".join([name, file.hex(), " ".join(map(str, own.shape)), kind, own.tobytes().hex(), "1" if more else "0"]))


def add(name, image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    add_file(name, file.getvalue())


def waves(height, width, channels):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    return (127.5 + 120 * np.sin(0.5 * x + 0.3 * y * (1 + c) + 2 * c)).astype(np.uint8)


grey = Image.fromarray(waves(5, 7, 1)[..., 0])
colour = Image.fromarray(waves(6, 9, 3))
clear = Image.fromarray(waves(5, 6, 4))
duo = clear.convert("LA")
bits = grey.convert("1")
palette = colour.quantize(13)
inks = Image.fromarray(waves(9, 11, 4), "CMYK")
deep = Image.fromarray((np.arange(35).reshape(5, 7) * 1871 % 65536).astype(np.uint16))


def turned(number, as_long=False):
    exif = Image.Exif()
    exif[0x0112] = number
    block = exif.tobytes()
    if not as_long:
        return block
    # The tag's kind from SHORT (3) to LONG (4), and its value with it.
    start = 6 if block.startswith(b"Exif") else 0
    order = "<" if block[start:start + 2] == b"II" else ">"
    table = start + struct.unpack(order + "I", block[start + 4:start + 8])[0]
    entry = table + 2
    assert struct.unpack(order + "HH", block[entry:entry + 4]) == (0x0112, 3)
    return block[:entry] + struct.pack(order + "HHII", 0x0112, 4, 1, number) + block[entry + 12:]


# PNG: 16 bits of each kind, which Pillow reads as 8 except for grey; made here by hand.
def png(pixels, kind, chunks=b"", interlaced=False):
    import zlib
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    height, width = pixels.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def wide(height, width, channels):
    return (np.arange(height * width * channels) * 7919 % 65536).astype("<u2").reshape(height, width, channels)


add("png-grey", grey, "PNG")
add("png-palette", palette, "PNG")
add("png-clear", clear, "PNG")
add("png-grey-clear", duo, "PNG")
add("png-bit", bits, "PNG")
add("png-16-grey", deep, "PNG")
for name, kind, channels in (("grey", 0, 1), ("colour", 2, 3), ("clear", 6, 4)):
    add_file("png-16-hand-" + name, png(wide(4, 5, channels), kind), wide(4, 5, channels))
two = wide(4, 5, 2)
add_file("png-16-grey-clear", png(two, 4), two[..., [0, 0, 0, 1]].copy())
for number in (3, 6):
    add(f"png-turned-{number}", colour, "PNG", exif=turned(number))
    add(f"png-turned-long-{number}", colour, "PNG", exif=turned(number, True))

add("jpeg-cmyk", inks, "JPEG", quality=90, subsampling=0)
for number in range(1, 9):
    add(f"jpeg-turned-long-{number}", grey, "JPEG", quality=95, exif=turned(number, True))

add("bmp-bit", bits, "BMP")
add("bmp-grey", grey, "BMP")
add("bmp-palette", palette, "BMP")
add("bmp-24", colour, "BMP")
add("bmp-32", clear, "BMP")


def bmp(width, height, depth, compression, body, colours=(), masks=(), size=40):
    header = struct.pack("<IiiHHIIiiII", size, width, height, 1, depth, compression, len(body), 2835, 2835, len(colours), 0)
    extra = b"".join(struct.pack("<I", mask) for mask in masks)
    header += extra
    header += b"\0" * max(0, size - len(header)) if size > 40 else b""
    table = b"".join(struct.pack("<BBBB", b, g, r, 0) for r, g, b in colours)
    start = 14 + len(header) + len(table)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + table + body


ramp = [(17 * i, 255 - 17 * i, (40 * i) % 256) for i in range(16)]
add_file("bmp-4", bmp(5, 3, 4, 0, bytes(i * 37 % 256 for i in range(12)), ramp))
add_file("bmp-top-down", bmp(5, -3, 24, 0, bytes(i * 29 % 256 for i in range(48))))
add_file("bmp-555", bmp(4, 3, 16, 0, bytes(i * 53 % 256 for i in range(24))))
add_file("bmp-565", bmp(4, 3, 16, 3, bytes(i * 53 % 256 for i in range(24)), masks=(0xF800, 0x7E0, 0x1F)))
add_file("bmp-32-plain", bmp(3, 2, 32, 0, bytes(i * 31 % 256 for i in range(24))))
add_file("bmp-32-masks", bmp(3, 2, 32, 3, bytes(i * 31 % 256 for i in range(24)), masks=(0xFF0000, 0xFF00, 0xFF, 0xFF000000), size=124))
runs = bytes([3, 7, 2, 9, 0, 0, 0, 3, 1, 2, 3, 0, 2, 5, 0, 0, 5, 4, 0, 0, 0, 1])
add_file("bmp-rle8", bmp(5, 3, 8, 1, runs, ramp))
nibbles = bytes([5, 0x7A, 0, 0, 0, 5, 0x12, 0x34, 0x50, 0, 0, 0, 5, 0x4C, 0, 0, 0, 1])
add_file("bmp-rle4", bmp(5, 3, 4, 2, nibbles, ramp))
old = struct.pack("<IHHHH", 12, 4, 2, 1, 24) + bytes(i * 11 % 256 for i in range(24))
add_file("bmp-os2", b"BM" + struct.pack("<IHHI", 14 + len(old), 0, 0, 26) + old)

add("gif", colour, "GIF")
add("gif-grey", grey, "GIF")
add("gif-interlaced", palette, "GIF", interlace=1)
see_through = palette.copy()
see_through.info["transparency"] = 2
add("gif-clear", see_through, "GIF", transparency=2)
add("gif-animated", palette, "GIF", save_all=True, append_images=[colour.transpose(Image.Transpose.FLIP_TOP_BOTTOM).quantize(13)])


def gif(canvas, frame, offset, transparent=None):
    """One picture of two bits on a larger canvas; codes of three bits that never grow, by clearing."""
    width, height = frame
    codes = []
    for place in range(width * height):
        if place % 2 == 0:
            codes.append(4)
        codes.append(place % 4)
    codes.append(5)
    total = sum(code << (3 * i) for i, code in enumerate(codes))
    data = total.to_bytes((3 * len(codes) + 7) // 8, "little")
    colours = bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    control = b"" if transparent is None else bytes([0x21, 0xF9, 4, 1, 0, 0, transparent, 0])
    return (b"GIF89a" + struct.pack("<HHBBB", *canvas, 0x81, 0, 0) + colours + control + b","
            + struct.pack("<HHHHB", *offset, width, height, 0) + bytes([2, len(data)]) + data + b"\0;")


add_file("gif-offset", gif((6, 5), (3, 2), (2, 1)))
add_file("gif-offset-clear", gif((6, 5), (3, 2), (2, 1), 3))

add("tiff-grey", grey, "TIFF")
add("tiff-colour", colour, "TIFF", compression="tiff_lzw")
add("tiff-clear", clear, "TIFF", compression="tiff_adobe_deflate")
add("tiff-grey-clear", duo, "TIFF")
add("tiff-bit", bits, "TIFF")
add("tiff-fax", bits, "TIFF", compression="group4")
add("tiff-palette", palette, "TIFF")
add("tiff-cmyk", inks, "TIFF")
add("tiff-16", deep, "TIFF")
add("tiff-packbits", colour, "TIFF", compression="packbits")
add("tiff-pages", colour, "TIFF", save_all=True, append_images=[grey])
for number in (2, 3, 5, 6, 8):
    add(f"tiff-turned-{number}", colour, "TIFF", tiffinfo={274: number})



def tiff(pixels, planes=1, tile=None, inverted=False, extra=None):
    """Uncompressed, in strips of two rows or in tiles; `planes` 2 is a plane for each channel."""
    height, width, samples = pixels.shape
    colours = pixels if extra is None else pixels[..., :-1]
    blocks = []
    parts = [pixels] if planes == 1 else [pixels[..., channel:channel + 1] for channel in range(samples)]
    rows, columns = tile or (2, width)
    for part in parts:
        for top in range(0, height, rows):
            for left in range(0, width, columns):
                block = part[top:top + rows, left:left + columns]
                if tile:
                    block = np.pad(block, ((0, rows - block.shape[0]), (0, columns - block.shape[1]), (0, 0)))
                blocks.append(block.tobytes())
    tags = {256: (4, [width]), 257: (4, [height]), 258: (3, [8 * pixels.dtype.itemsize] * samples), 259: (3, [1]),
            262: (3, [0 if inverted else 1 if colours.shape[2] == 1 else 2]), 277: (3, [samples]), 284: (3, [planes]),
            339: (3, [3 if pixels.dtype.kind == "f" else 1] * samples)}
    if extra is not None:
        tags[338] = (3, [extra])
    places, counts = (324, 325) if tile else (273, 279)
    tags.update({322: (4, [columns]), 323: (4, [rows])} if tile else {278: (4, [rows])})
    tags[counts] = (4, [len(block) for block in blocks])
    start, offsets = 8, []
    for block in blocks:
        offsets.append(start)
        start += len(block) + len(block) % 2
    tags[places] = (4, offsets)
    body = b"".join(block + b"\0" * (len(block) % 2) for block in blocks)
    after = start + 2 + 12 * len(tags) + 4
    entries, tail = b"", b""
    for tag, (kind, values) in sorted(tags.items()):
        data = struct.pack("<" + {3: "H", 4: "I"}[kind] * len(values), *values)
        if len(data) > 4:
            data, tail = struct.pack("<I", after + len(tail)), tail + data + b"\0" * (len(data) % 2)
        entries += struct.pack("<HHI", tag, kind, len(values)) + data.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<I", start) + body + struct.pack("<H", len(tags)) + entries + b"\0\0\0\0" + tail


deep_colour = wide(5, 6, 3)
add_file("tiff-hand-grey", tiff(waves(5, 7, 1)))
add_file("tiff-hand-inverted", tiff(waves(5, 7, 1), inverted=True))
add_file("tiff-hand-planes", tiff(waves(5, 6, 3), planes=2))
add_file("tiff-hand-tiles", tiff(waves(20, 37, 3), tile=(16, 16)))
add_file("tiff-hand-tiled-planes", tiff(waves(20, 18, 3), planes=2, tile=(16, 16)))
add_file("tiff-hand-16", tiff(deep_colour), deep_colour)
add_file("tiff-hand-16-planes", tiff(deep_colour, planes=2), deep_colour)
add_file("tiff-hand-float", tiff((wide(5, 6, 1) / 65535).astype("<f4")), wide(5, 6, 1))
add_file("tiff-hand-clear", tiff(waves(5, 6, 4), extra=2))
veiled = waves(5, 6, 4)
veiled[..., :3] = veiled[..., :3].astype(int) * veiled[..., 3:] // 255
add_file("tiff-hand-premultiplied", tiff(veiled, extra=1))

add("webp", colour, "WEBP", lossless=True)
add("webp-lossy", colour, "WEBP", quality=80)
add("webp-clear", clear, "WEBP", lossless=True, exact=True)
add("webp-animated", colour, "WEBP", lossless=True, save_all=True, append_images=[colour.transpose(Image.Transpose.FLIP_TOP_BOTTOM)])
for number in (3, 6):
    add(f"webp-turned-{number}", colour, "WEBP", lossless=True, exif=turned(number))

# Netpbm: bytes and text, with comments, other maxima, 16 bits.
add("pgm", grey, "PPM")
add("ppm", colour, "PPM")
add("pbm", bits, "PPM")
add_file("pgm-text", b"P2\n# a comment\n3 2 # another\n15\n0 5 10\n15 3 1\n")
add_file("ppm-text", b"P3 2 1 255 255 0 7 1 2 3")
add_file("pbm-text", b"P1\n4 2\n1011\n0 1 0 0\n", np.array([[[0], [255], [0], [0]], [[255], [0], [255], [255]]], np.uint8))
add_file("pgm-63", b"P5 3 1 63\n" + bytes([0, 21, 63]), np.array([[[0], [85], [255]]], np.uint8))
deep = wide(5, 7, 1)
add_file("pgm-16", b"P5\n7 5\n65535\n" + deep.astype(">u2").tobytes(), deep)
deep = wide(4, 3, 3)
add_file("ppm-16", b"P6\n3 4\n65535\n" + deep.astype(">u2").tobytes(), deep)

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "formats.txt"), "w") as out:
    out.write("\n".join(lines) + "\n")
