import Diagnostics

package enum ImageErrors {
  package static let notImages = DiagnosticID(
    "L0410", "not-images",
    """
    A function on images was called with something else. An image is a tensor of shape [height, width] or [height, width,
    channels]; a batch has one more dimension in front. There are 1 (grey), 3 (colour) or 4 channels (colour and opacity).
    Reshape the tensor with `reshape` first.
    """,
    wrong: """
      x = rotate(rand(28, 28, 2), 30)
      """,
    right: """
      x = rotate(rand(28, 28, 3), 30)
      """)

  package static let badPNG = DiagnosticID(
    "L0411", "broken-png",
    """
    The file has a PNG signature or its name ends in .png, but it is not a complete PNG image. A download may have been
    cut short. Open it in an image viewer and save it again as PNG.
    """,
    wrong: """
      write_text("set/shirt.png", "a picture of a shirt")
      few = images("set/")
      """,
    right: """
      save(rand(28, 28), "set/shirt.png")
      few = images("set/")
      """)

  package static let cropTooLarge = DiagnosticID(
    "L0412", "crop-larger-than-image",
    """
    A crop cannot be larger than the image or extend beyond its edge. Choose a smaller size or another corner, or enlarge
    the image with `resize` first.
    """,
    wrong: """
      few = digits() |> crop(24, 24)
      """,
    right: """
      few = digits() |> crop(6, 6)
      """)

  package static let badGeometry = DiagnosticID(
    "L0417", "impossible-geometry",
    """
    The operation would leave nothing of the image, or images of different sizes: a scale of zero, shears that flatten the
    image to a line, or random quarter turns of images that are not square. Draw the parameter from another range, or crop
    the images to squares first.
    """,
    wrong: """
      few = digits() |> scale(0)
      """,
    right: """
      few = digits() |> scale(0.8..1.2)
      """)

  package static let badSize = DiagnosticID(
    "L0413", "impossible-image-size",
    """
    A side of a PNG image can be at most 1,000,000 pixels long. Often the shape is not what you intended, for example
    because all the pixels are in one row. Print the shape, and correct it with `reshape`.
    """,
    wrong: """
      pixels = rand(1, 1200000)
      save(pixels, "noise.png")
      """,
    right: """
      pixels = rand(1, 1200000)
      save(reshape(pixels, 1000, 1200), "noise.png")
      """)

  package static let mixedSizes = DiagnosticID(
    "L0414", "images-of-different-sizes",
    """
    The images of a folder may differ in size, but a tensor or a model needs them all to have the same size. The message
    shows two that differ. Bring them to one size with `resize`.
    """,
    wrong: """
      save(rand(28, 28), "set/a.png")
      save(rand(32, 32), "set/b.png")
      print(mean(images("set/").images))
      """,
    right: """
      save(rand(28, 28), "set/a.png")
      save(rand(32, 32), "set/b.png")
      few = images("set/") |> resize(28, 28)
      print(mean(few.images))
      """)

  package static let badJPEG = DiagnosticID(
    "L0415", "broken-jpeg",
    """
    The file has a JPEG signature or its name ends in .jpg or .jpeg, but it is not a complete JPEG image. A download may
    have been cut short. Open it in an image viewer and save it again as JPEG or PNG.
    """,
    wrong: """
      write_text("set/shirt.jpg", "a picture of a shirt")
      few = images("set/")
      """,
    right: """
      save(rand(28, 28), "set/shirt.png")
      few = images("set/")
      """)

  package static let badPicture = DiagnosticID(
    "L0416", "broken-picture",
    """
    The file is not an image, is incomplete, or is in an unsupported variant of its format. PNG, JPEG, BMP, GIF, TIFF,
    WebP and Netpbm can be read; the format is recognised by the content of the file, not by its name. Open it in an image
    viewer and save it as PNG.
    """,
    wrong: """
      write_text("set/shirt.bmp", "a picture of a shirt")
      few = images("set/")
      """,
    right: """
      save(rand(28, 28), "set/shirt.png")
      few = images("set/")
      """)

  package static let badParameter = DiagnosticID(
    "L0418", "parameter-out-of-range",
    """
    A parameter of an image operation has no meaning outside its range: there are no probabilities above 1, and no negative
    amounts of noise. A range or a distribution may have produced the value for one of the images. Draw the parameter from
    another range.
    """,
    wrong: """
      few = digits() |> noise(-0.1)
      print(mean(few.images))
      """,
    right: """
      few = digits() |> noise(0..0.1)
      print(mean(few.images))
      """)

  package static let noNeighbours = DiagnosticID(
    "L0419", "nothing-to-mix-with",
    """
    `mixup`, `cutmix` and `mosaic` mix an image with others that are drawn from its data set, and mix their labels. A single
    image or a tensor has no data set. Make one with `dataset`.
    """,
    wrong: """
      x = mixup(rand(4, 8, 8, 1))
      """,
    right: """
      few = dataset(rand(4, 8, 8, 1), labels=(0, 1, 0, 1))
      x = mixup(few).images
      """)

  package static func outside(_ text: String) -> Fault {
    Fault(badParameter, text, hint: "check the numbers, ranges and distributions of the operation")
  }

  package static func mixed(_ sizes: String) -> Fault {
    Fault(mixedSizes, "the images differ in size: \(sizes)", hint: "bring them to one size: `|> resize(28, 28)`")
  }

  package static let maskSize = DiagnosticID(
    "L0460", "mask-of-another-size",
    """
    A mask has a value for each pixel of an image, so both need the same height and width. The message shows the two sizes.
    Bring them to one size with `resize`, or fill the image before the operation that changes its size.
    """,
    wrong: """
      few = digits() |> fill_missing(mask=zeros(9, 9))
      """,
    right: """
      few = digits() |> fill_missing(mask=zeros(8, 8))
      """)

  package static let notEncodable = DiagnosticID(
    "L0461", "image-not-encodable",
    """
    The image cannot be saved as JPEG, nor damaged as JPEG would damage it. A side of a JPEG image can be at most 65,500 pixels
    long. Often the shape is not what you intended, for example because all the pixels are in one row. Print the shape, and
    correct it with `reshape`.
    """,
    wrong: """
      x = jpeg_damage(rand(1, 70000), 50)
      """,
    right: """
      x = jpeg_damage(rand(250, 280), 50)
      """)

  package static let all = [
    notImages, badPNG, cropTooLarge, badGeometry, badParameter, noNeighbours, badSize, mixedSizes, badJPEG, badPicture, maskSize, notEncodable,
  ]
}
