"""Checks that `webdataset` and Hugging Face `datasets` read the tar shards of `loam grow`.

Usage: python3 Tests/Reference/shards.py PATH-OF-LOAM, with the packages webdataset, datasets, Pillow and NumPy. Prints a line for
each check; fails at the first difference.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import datasets
import numpy as np
import webdataset
from PIL import Image

loam = str(Path(sys.argv[1]).resolve())
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    subprocess.run([loam, "-e", 'save(digits()[0:50], "in/")'], cwd=folder, check=True)
    common = ["in", "--recipe", "rotate(-20..20)", "--copies", "3"]
    subprocess.run([loam, "grow", "in", "folder", *common[1:]], cwd=folder, check=True)
    subprocess.run([loam, "grow", "in", "shards", *common[1:], "--format", "tar", "--shard-size", "40"], cwd=folder, check=True)
    shards = sorted(str(path) for path in (folder / "shards").glob("*.tar"))
    assert len(shards) == 4, shards

    # The folder has the same results, by the origin that each sample names.
    def expected(origin):
        source = origin["source"].rsplit(".", 1)[0]
        return np.array(Image.open(folder / "folder" / f"{source}-{origin['copy']}.png"))

    names = (folder / "shards" / "classes.txt").read_text().split("\n")[:-1]

    count = 0
    for sample in webdataset.WebDataset(shards, shardshuffle=False).decode("pil"):
        assert (np.array(sample["png"].convert("L")) == expected(sample["json"])).all(), sample["__key__"]
        assert names[sample["cls"]] == sample["json"]["source"].split("/")[0]
        count += 1
    assert count == 150, count
    print(f"webdataset {webdataset.__version__}: {count} samples")

    read = datasets.load_dataset("webdataset", data_files=shards, split="train", cache_dir=name)
    assert len(read) == 150
    for sample in read:
        assert (np.array(sample["png"].convert("L")) == expected(sample["json"])).all(), sample["__key__"]
        assert names[int(sample["cls"])] == sample["json"]["source"].split("/")[0]
    print(f"datasets {datasets.__version__}: {len(read)} samples")

    # Shards that webdataset writes are read.
    with webdataset.TarWriter(str(folder / "theirs.tar")) as writer:
        for number in range(5):
            content = io.BytesIO()
            Image.fromarray(np.full((6, 7, 3), 40 * number, np.uint8)).save(content, "PNG")
            writer.write({"__key__": f"sample{number:03d}", "png": content.getvalue(), "cls": number % 2, "txt": f"number {number}"})
    subprocess.run([loam, "grow", "theirs.tar", "back", "--format", "tar"], cwd=folder, check=True)
    with tarfile.open(folder / "back" / "000000.tar") as tar:
        for number in range(5):
            picture = np.array(Image.open(io.BytesIO(tar.extractfile(f"{number:06d}.png").read())))
            assert (picture == 40 * number).all()
            assert tar.extractfile(f"{number:06d}.txt").read().decode() == f"number {number}"
            assert tar.extractfile(f"{number:06d}.cls").read().decode() == f"{number % 2}"
    print("shards of webdataset: 5 samples")
