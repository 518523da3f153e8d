import Diagnostics

package enum DataErrors {
  package static let badIDX = DiagnosticID(
    "L0420", "broken-idx",
    """
    IDX is the format of MNIST and its kin: a short header with the sizes, then one byte for each pixel. This file
    does not follow it: it is another kind of file, or it is cut short. Look at its size, and fetch it again from
    where it came.
    """,
    wrong: """
      write_text("set/train-images-idx3-ubyte", "page not found")
      few = mnist("set/")
      """,
    right: """
      few = mnist("whole/")
      """)

  package static let empty = DiagnosticID(
    "L0421", "no-data",
    """
    There are no examples here: a folder without pictures, or a selection that fits none of them. Nothing can be
    computed or learnt from no data. Print the length of the data set, and check the path or the condition that
    selects from it.
    """,
    wrong: """
      few = digits()
      tens = few[few.labels == 10]
      m = train(vae(latent=2, hidden=8), tens, epochs=1)
      """,
    right: """
      few = digits()
      nines = few[few.labels == 9]
      m = train(vae(latent=2, hidden=8), nines, epochs=1)
      """)

  package static let counts = DiagnosticID(
    "L0422", "counts-differ",
    """
    Numbers that belong together differ: a data set has exactly one label for each of its images, and no more images
    than it can hold. Otherwise an image would be learnt under the label of its neighbour. Print both lengths, and
    look for where one of them was shortened.
    """,
    wrong: """
      few = dataset(rand(3, 8, 8), labels=(0, 1))
      """,
    right: """
      few = dataset(rand(3, 8, 8), labels=(0, 1, 1))
      """)

  package static let badGzip = DiagnosticID(
    "L0423", "broken-gzip",
    """
    A compressed file (.gz) breaks off before its end, or is damaged inside. Most often a download was cut short.
    Delete the file, and fetch it again.
    """,
    wrong: """
      few = mnist("cut-short/")
      """,
    right: """
      few = mnist("whole/")
      """)

  package static let badCSV = DiagnosticID(
    "L0424", "broken-table",
    """
    A table (.csv) holds an example on each line: numbers, with commas, semicolons or tabs between them, equally many
    on each line. A column of words can be the label, and only that. The message names the line and the column. Look
    there in an editor, mend it, or say by `label=` and `columns=` which columns are meant.
    """,
    wrong: """
      write_text("cats.csv", "weight,length,breed\\n4.1,46,tabby\\n3.8,44,siamese\\n")
      cats = csv("cats.csv")
      """,
    right: """
      write_text("cats.csv", "weight,length,breed\\n4.1,46,tabby\\n3.8,44,siamese\\n")
      cats = csv("cats.csv", label="breed")
      """)

  package static let badArrays = DiagnosticID(
    "L0425", "broken-numpy-file",
    """
    NumPy keeps an array in an .npy file, and several, by their names, in an .npz file. This file is neither, is cut
    short, or holds what no tensor can: Python objects, complex numbers, whole numbers too large for an i32. Save it
    again in Python, if need be with other numbers: `array.astype("float32")`.
    """,
    wrong: """
      write_text("few.npy", "page not found")
      few = load("few.npy")
      """,
    right: """
      save(rand(3, 8, 8), "few.npy")
      few = load("few.npy")
      """)

  package static let mixedFolder = DiagnosticID(
    "L0426", "mixed-folder",
    """
    A folder of pictures is one data set. `save` replaces what it wrote there before, as the folder's `saved.csv` lists it,
    and touches no other file: it refuses a folder that holds others. A `save` that was interrupted leaves a part, which is
    not read. Save to a new or empty folder, or save again.
    """,
    wrong: """
      write_text("photos/holiday.txt", "where we were")
      save(digits()[:5], "photos/")
      """,
    right: """
      save(digits()[:5], "few/")
      save(digits()[:3], "few/")
      """)

  package static let badLabel = DiagnosticID(
    "L0429", "invalid-label",
    """
    A label is the number of a class. Classes are counted from 0, so a label is never negative and has no fraction, and
    where the number of classes is known, it is smaller than that. The message names the first label that does not fit
    and its position. Number the classes from 0; for classes called -1 and 1, `labels > 0` does it.
    """,
    wrong: """
      few = dataset(rand(3, 8, 8), labels=(0, -1, 1))
      """,
    right: """
      few = dataset(rand(3, 8, 8), labels=(0, 2, 1))
      """)

  package static let notFinite = DiagnosticID(
    "L0430", "value-not-finite",
    """
    The data has a value that is infinite or not a number (NaN). Nothing can be computed from it: a mean, a scale or a
    loss that meets it is not a number either. The message names the first such value. Remove its row, or replace it.
    """,
    wrong: """
      few = rescale(dataset(sqrt([[-1, 2], [3, 4]])))
      """,
    right: """
      few = rescale(dataset(sqrt([[1, 2], [3, 4]])))
      """)

  package static func invalidLabel(_ value: String, at position: Int, classes: Int? = nil) -> Fault {
    let expected = classes.map { "an integer from 0 to \($0 - 1)" } ?? "an integer from 0"
    return Fault(badLabel, "label \(position) is \(value), expected \(expected)", hint: "classes are numbered from 0")
  }

  package static let all = [
    badIDX, empty, counts, badGzip, badCSV, badArrays, mixedFolder, badLabel, notFinite,
  ]
}
