import Diagnostics

package enum AnnotationErrors {
  package static let badMask = DiagnosticID(
    "L0450", "invalid-mask",
    """
    A mask holds the number of a class for each pixel of its image, so it has the height and width of the image, and its
    numbers are integers from 0. The message shows the first mask that differs. If masks are smaller than their images,
    enlarge them first: `resize(masks, height, width, interpolation="nearest")`.
    """,
    wrong: """
      few = dataset(rand(3, 8, 8), masks=zeros(3, 4, 4))
      """,
    right: """
      few = dataset(rand(3, 8, 8), masks=zeros(3, 8, 8))
      """)

  package static let badBox = DiagnosticID(
    "L0451", "invalid-box",
    """
    A box is a record of its top, left, bottom and right edge, or of the row and column of its centre, its height, width
    and angle, in pixels from the outer corner of its image. It has a positive size and is inside the image. Other programs
    write boxes in another order: `box_format=` reads those of COCO, Pascal VOC and YOLO.
    """,
    wrong: """
      few = dataset(rand(1, 8, 8), boxes=(({top: 6, left: 1, bottom: 2, right: 5},),))
      """,
    right: """
      few = dataset(rand(1, 8, 8), boxes=(({top: 2, left: 1, bottom: 6, right: 5},),))
      """)

  package static let badKeypoint = DiagnosticID(
    "L0452", "invalid-keypoint",
    """
    A keypoint is a record of its row and column, in pixels from the outer corner of its image, perhaps with a name, and
    `seen: false` if it is hidden. A keypoint that is seen is inside the image.
    """,
    wrong: """
      few = dataset(rand(1, 8, 8), keypoints=(({row: 9.5, column: 30, name: "nose"},),))
      """,
    right: """
      few = dataset(rand(1, 8, 8), keypoints=(({row: 2.5, column: 3, name: "nose"},),))
      """)

  package static let badSoftLabels = DiagnosticID(
    "L0453", "invalid-soft-labels",
    """
    Soft labels are a matrix with a row for each example and a column for each class: the share of each class in the
    example. No share is negative, and each row sums to 1. Scores become shares by `softmax`.
    """,
    wrong: """
      few = dataset(rand(2, 8, 8), labels=[[0.5, 0.4], [1.0, 0.0]])
      """,
    right: """
      few = dataset(rand(2, 8, 8), labels=[[0.6, 0.4], [1.0, 0.0]])
      """)

  package static let badCOCO = DiagnosticID(
    "L0454", "broken-annotations",
    """
    A file of annotations in COCO's format is one JSON object with the lists `images`, `annotations` and `categories`. This
    file is not JSON, is truncated, or lacks something that the format requires; the message names the place. Check that it
    is the file of object instances or of person keypoints, and download it again.
    """,
    wrong: """
      save(rand(8, 8), "set/0.png")
      write_text("set.json", "{{\\"images\\": [")
      few = coco("set.json", images="set/")
      """,
    right: """
      save(rand(8, 8), "set/0.png")
      write_text("set.json", "{{\\"images\\": [{{\\"id\\": 1, \\"file_name\\": \\"0.png\\"}}], \\"annotations\\": [], \\"categories\\": []}}")
      few = coco("set.json", images="set/")
      """)

  package static let badYOLO = DiagnosticID(
    "L0455", "broken-yolo-labels",
    """
    A file of labels in YOLO's format has a line for each box: the number of its class, then the column and row of its
    centre, its width and its height, each as a share of the image's width or height. A rotated box has its four corners
    instead, as column and row. The message names the file and the line.
    """,
    wrong: """
      save(rand(8, 8), "set/images/0.png")
      write_text("set/labels/0.txt", "0 4 4 2 2")
      few = yolo("set/")
      """,
    right: """
      save(rand(8, 8), "set/images/0.png")
      write_text("set/labels/0.txt", "0 0.5 0.5 0.25 0.25")
      few = yolo("set/")
      """)

  package static let badPascal = DiagnosticID(
    "L0462", "broken-pascal-annotations",
    """
    A file of annotations in the format of Pascal VOC is an XML document `<annotation>` with an `<object>` for each box: its
    class in `<name>`, and in `<bndbox>` the first and last column and row, `<xmin>`, `<ymin>`, `<xmax>` and `<ymax>`, counted
    from 1. The message names the file and the line.
    """,
    wrong: """
      save(rand(8, 8), "set/JPEGImages/0.png")
      write_text("set/Annotations/0.xml", "<annotation><object><name>cat</name></object></annotation>")
      few = pascal("set/")
      """,
    right: """
      save(rand(8, 8), "set/JPEGImages/0.png")
      box = "<bndbox><xmin>2</xmin><ymin>1</ymin><xmax>4</xmax><ymax>8</ymax></bndbox>"
      write_text("set/Annotations/0.xml", "<annotation><object><name>cat</name>{box}</object></annotation>")
      few = pascal("set/")
      """)

  package static let all = [badMask, badBox, badKeypoint, badSoftLabels, badCOCO, badYOLO, badPascal]
}
