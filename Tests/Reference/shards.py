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

    # Annotations: in the tar form and in arrays, against each other and against what the data set has.
    program = """
        seed(3)
        boxes = map(0..6, i -> ({top: 1, left: i, bottom: 5.5, right: i + 2, label: i % 2}, {row: 4, column: 4, height: 2, width: 3, angle: 20 + i, label: 1}))
        points = map(0..6, i -> ({row: 2, column: i, name: "left_eye"}, {row: 2, column: i + 2, name: "right_eye"}))
        d = dataset(digits()[0:6].images, labels=(0, 1, 0, 1, 0, 1), names=("cat", "dog"), masks=digits()[0:6].images[:, :, :, 0] > 0.5, boxes=boxes, keypoints=points)
        save(d, "annotated/")
        save(d, "saved.tar")
        save(d, "saved.npz")
    """
    subprocess.run([loam, "-e", program], cwd=folder, check=True)
    common = ["--recipe", "rotate(-20..20)", "--copies", "3"]
    subprocess.run([loam, "grow", "annotated", "grown", *common, "--format", "tar", "--shard-size", "7"], cwd=folder, check=True)
    subprocess.run([loam, "grow", "annotated", "grown.npz", *common], cwd=folder, check=True)
    grown = sorted(str(path) for path in (folder / "grown").glob("*.tar"))
    for tars, file, total in [([str(folder / "saved.tar")], "saved.npz", 6), (grown, "grown.npz", 18)]:
        arrays = np.load(folder / file)
        names, eyes = list(arrays["names"]), list(arrays["keypoint_names"])
        assert arrays["images"].shape == (total, 8, 8, 1) and arrays["masks"].shape == (total, 8, 8) and arrays["masks"].dtype == np.uint8
        assert arrays["box_offsets"].shape == (total + 1,) and arrays["keypoint_seen"].dtype == bool
        samples = list(webdataset.WebDataset(tars, shardshuffle=False).decode("pil"))
        assert len(samples) == total
        for index, sample in enumerate(samples):
            picture, mask = (np.array(sample[member].convert("L")) for member in ("png", "mask.png"))
            scale = 255 if arrays["images"].dtype == np.float32 else 1
            assert np.abs(picture - arrays["images"][index, :, :, 0] * scale).max() < 0.501
            assert (mask == arrays["masks"][index]).all() and sample["cls"] == arrays["labels"][index]
            record, (first, last) = sample["json"], arrays["box_offsets"][index : index + 2]
            assert len(record["boxes"]) == last - first
            for box, row in zip(record["boxes"], range(first, last)):
                assert box["label"] == arrays["box_labels"][row] and box["name"] == names[box["label"]]
                if "angle" in box:
                    own = [box[key] for key in ("row", "column", "height", "width", "angle")]
                    assert (own == arrays["rotated_boxes"][row]).all()
                else:
                    assert ([box[key] for key in ("top", "left", "bottom", "right")] == arrays["boxes"][row]).all()
                    assert np.isnan(arrays["rotated_boxes"][row]).all()
                if "box_visible" in arrays:
                    assert box["visible"] == arrays["box_visible"][row]
            first, last = arrays["keypoint_offsets"][index : index + 2]
            assert len(record["keypoints"]) == last - first == 2 and record["keypoint_names"] == eyes == ["left_eye", "right_eye"]
            for point, row in zip(record["keypoints"], range(first, last)):
                assert ([point["row"], point["column"]] == arrays["keypoints"][row]).all() and point["seen"] == arrays["keypoint_seen"][row]
                assert eyes[arrays["keypoint_labels"][row]] == point["name"]
        read = datasets.load_dataset("webdataset", data_files=tars, split="train", cache_dir=name)
        assert [sample["json"]["boxes"] is not None for sample in read] == [True] * total
        print(f"annotations of {file} and {len(tars)} shards: {total} samples")

    # Annotated shards that webdataset writes are read, and their other members kept.
    with webdataset.TarWriter(str(folder / "boxed.tar")) as writer:
        for number in range(4):
            record = {"caption": f"number {number}", "loam": 1, "boxes": [{"top": 1, "left": 2, "bottom": 5, "right": 6, "label": 0, "name": "cat"}]}
            mask = np.full((6, 7), number, np.uint8)
            writer.write({"__key__": f"{number}", "png": np.zeros((6, 7, 3), np.uint8), "mask.png": mask, "json": record})
    subprocess.run([loam, "grow", "boxed.tar", "moved", "--format", "tar", "--recipe", "flip()"], cwd=folder, check=True)
    for number, sample in enumerate(webdataset.WebDataset(str(folder / "moved" / "000000.tar"), shardshuffle=False).decode("pil")):
        assert sample["json"]["caption"] == f"number {number}" and sample["json"]["boxes"][0]["right"] == 5
        assert (np.array(sample["mask.png"].convert("L")) == number).all()
    print("annotated shards of webdataset: 4 samples")
