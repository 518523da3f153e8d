import Diagnostics

/// Errors of tar shards and of `loam grow`.
package enum ShardErrors {
  package static let brokenShard = DiagnosticID(
    "L0440", "broken-shard",
    """
    A tar shard is truncated, or is not a tar file, most often because a download was cut short. Download it again, or write
    it again with `tar` or `loam grow`. Plain tar files and those compressed with gzip, xz or zstd can be read.
    """)

  package static let badSample = DiagnosticID(
    "L0441", "invalid-sample",
    """
    The files of one sample in a tar shard follow each other and share a name up to the first dot, as in `000123.png` and
    `000123.cls`. Each sample needs exactly one picture, and its label, if any, is the text of the file `.cls`. Beside it may
    be a mask, `.mask.png`, and boxes and keypoints in `.json`. Other pictures would not follow the operations, so they are
    refused.
    """)

  package static let otherRun = DiagnosticID(
    "L0442", "other-settings",
    """
    `loam grow --resume` continues a run with the settings that it was started with, and so does each process of
    `--shard`, since the results would be a mixture otherwise. The file `grow.csv` in the output lists the settings. Use
    the same ones, or another output.
    """)

  package static let outputInUse = DiagnosticID(
    "L0443", "output-in-use",
    """
    `loam grow` writes to a new or empty folder, or to a new file, and never replaces what is there. Another process may be
    writing the same part, or an earlier run may have been interrupted: `--resume` continues that. The output cannot be the
    input, nor a folder inside it.
    """)

  package static let badChoice = DiagnosticID(
    "L0444", "invalid-grow-option",
    """
    An option of `loam grow` has a value that is out of range, or that does not go with another: one `.npz` or `.idx` file
    cannot be written by several processes, and `--quality` is for JPEG. The message says what is expected; `loam grow
    --help` lists all options.
    """)

  package static let notRecipe = DiagnosticID(
    "L0445", "not-a-recipe",
    """
    `loam grow` expects a recipe: one or more image operations without an image, joined with `|>`, as in
    `rotate(-15..15) |> flip(chance=0.5)`. In a file, the last statement is the recipe.
    """)

  package static let unequalResults = DiagnosticID(
    "L0446", "results-of-different-sizes",
    """
    A `.npz` or `.idx` file is one array of images, so all results must have the same height, width and channels. The
    message names two that differ. Bring them to one size with `resize` or `crop` in the recipe, or write a folder or tar
    shards, whose pictures may differ.
    """)

  package static let badNames = DiagnosticID(
    "L0468", "invalid-shard-names",
    """
    A name with braces means several tar shards: `train-{000..003}.tar` for a range of numbers, `{cats,dogs}.tar` for a
    list. The braces are not closed, the range ends before it begins, or it has too many numbers. In a string of a program,
    braces are written twice: `"train-{{000..003}}.tar"`.
    """,
    wrong: """
      few = load("train-{{1..0}}.tar")
      """,
    right: """
      save(digits()[0:4], "train-0.tar")
      save(digits()[4:8], "train-1.tar")
      few = load("train-{{0..1}}.tar")
      """)

  package static let noPlace = DiagnosticID(
    "L0469", "annotations-without-a-place",
    """
    An `.idx` file is an array of bytes: beside its images it can have their classes and masks, each in a file of its own, but
    neither boxes nor keypoints, nor shares of classes. A folder, `.npz` files and tar shards hold all of them.
    """,
    wrong: """
      few = dataset(rand(1, 8, 8), boxes=(({top: 2, left: 1, bottom: 6, right: 5},),))
      save(few, "few.idx")
      """,
    right: """
      few = dataset(rand(1, 8, 8), boxes=(({top: 2, left: 1, bottom: 6, right: 5},),))
      save(few, "few.npz")
      """)

  package static let all = [
    brokenShard, badSample, otherRun, outputInUse, badChoice, notRecipe, unequalResults, badNames, noPlace,
  ]
}
