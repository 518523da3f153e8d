import Diagnostics
import Tables

package enum DataErrors {
  package static let badIDX = DiagnosticID(
    "L0420", "broken-idx",
    """
    IDX is the format of MNIST and similar data sets: a short header with the sizes, then one byte for each pixel. This
    file does not follow it: it is in another format, or it is truncated. Check its size, and download it again.
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
    The data set is empty: a folder without images, or a selection that matches nothing. Nothing can be computed or learnt
    from no data. Print the length of the data set, and check the path or the condition that selects from it.
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
    Two counts that must agree differ, or a count exceeds a limit: a data set has exactly one label for each image, and a
    maximum number of images. Print both lengths, and find out where one of them was shortened.
    """,
    wrong: """
      few = dataset(rand(3, 8, 8), labels=(0, 1))
      """,
    right: """
      few = dataset(rand(3, 8, 8), labels=(0, 1, 1))
      """)

  package static let badGzip = TablesErrors.badGzip

  package static let badCSV = DiagnosticID(
    "L0424", "broken-list",
    """
    Files that `save` writes beside a data set list its classes or its images: `few-classes.csv`, `labels.csv`. This one does not have the
    expected lines. Correct the line that the message names, or delete the file.
    """,
    wrong: """
      write_text("cats.csv", "weight,breed\\n4.1,tabby\\n3.8,siamese\\n")
      write_text("cats-classes.csv", "class,breed\\n7,tabby\\n")
      cats = csv("cats.csv")
      """,
    right: """
      write_text("cats.csv", "weight,breed\\n4.1,tabby\\n3.8,siamese\\n")
      write_text("cats-classes.csv", "class,breed\\n0,tabby\\n1,siamese\\n")
      cats = csv("cats.csv")
      """)

  package static let badArrays = DiagnosticID(
    "L0425", "broken-numpy-file",
    """
    NumPy saves one array in an .npy file, and several named arrays in an .npz file. This file is neither, is truncated, or
    contains what a tensor cannot hold: Python objects, complex numbers, integers too large for an i32. Save it again in
    Python, if necessary with another type: `array.astype("float32")`.
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
    A folder of images is one data set. `save` replaces only the files that it wrote there before, which the folder's
    `saved.csv` lists, and refuses a folder that contains other files. An interrupted `save` leaves an incomplete folder,
    which is not read. Save to a new or empty folder, or save again.
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
    A label is the number of a class. Classes are counted from 0, so a label is a non-negative integer, and less than the
    number of classes if that is known. The message shows the first invalid label and its position. Number the classes
    from 0; for classes -1 and 1, use `labels > 0`.
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
    The data contains a value that is infinite or not a number (NaN), so a mean, a scale or a loss computed from it is not
    a number either. The message shows the first such value. Remove its row, or replace the value.
    """,
    wrong: """
      few = rescale(dataset(sqrt([[-1, 2], [3, 4]])))
      """,
    right: """
      few = rescale(dataset(sqrt([[1, 2], [3, 4]])))
      """)

  package static func invalidLabel(_ value: String, at position: Int, classes: Int? = nil) -> Fault {
    let expected = classes.map { "an integer between 0 and \($0 - 1)" } ?? "a non-negative integer"
    return Fault(badLabel, "label \(position) is \(value), expected \(expected)", hint: "classes are numbered from 0")
  }

  package static let all = [
    badIDX, empty, counts, badGzip, badCSV, badArrays, mixedFolder, badLabel, notFinite,
  ]
}
