import Diagnostics

package enum ImageErrors {
  package static let notImages = DiagnosticID(
    "L0410", "not-images",
    """
    An operation on images was given something else. An image is a tensor of shape [height, width] or [height, width,
    channels], a batch has one dimension more in front, and there are 1 (grey), 3 (colour) or 4 channels (with
    opacity). Bring the tensor into such a shape with `view` first.
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
    The file begins as a PNG image, or its name ends in .png, but it holds no PNG image, or only a part of one. A download
    may have been cut short. Open it in an image viewer, and save it again as PNG.
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
    A crop cuts a piece out of an image, so that it cannot be larger than the image or reach beyond its edge. Choose a
    smaller size or another corner, or make the image larger with `resize` first.
    """,
    wrong: """
      few = digits() |> crop(24, 24)
      """,
    right: """
      few = digits() |> crop(6, 6)
      """)

  package static let badSize = DiagnosticID(
    "L0413", "impossible-image-size",
    """
    PNG files have limits, and this image is beyond them: a side may be at most 1,000,000 pixels long. Often the shape
    is not what you meant, for example because all the pixels lie in one row. Print the shape, and bring the image
    into its form with `view`.
    """,
    wrong: """
      pixels = rand(1, 1200000)
      save(pixels, "noise.png")
      """,
    right: """
      pixels = rand(1, 1200000)
      save(view(pixels, 1000, 1200), "noise.png")
      """)

  package static let mixedSizes = DiagnosticID(
    "L0414", "images-of-different-sizes",
    """
    The images of a folder may differ in size, but here they are to lie in one tensor or be learnt by one model, which
    needs them equal. The message shows two that differ. Bring all of them to one size with `resize`.
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
    The file begins as a JPEG image, or its name ends in .jpg or .jpeg, but it holds no JPEG image, or only a part of one.
    A download may have been cut short. Open it in an image viewer, and save it again as JPEG or PNG.
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
    The file holds no picture, or only a part of one, or one of a kind that is rare. PNG, JPEG, BMP, GIF, TIFF and WebP
    can be read; what a file is, its content decides and not its name. Open it in an image viewer, and save it as PNG.
    """,
    wrong: """
      write_text("set/shirt.bmp", "a picture of a shirt")
      few = images("set/")
      """,
    right: """
      save(rand(28, 28), "set/shirt.png")
      few = images("set/")
      """)

  package static let all = [
    notImages, badPNG, cropTooLarge, badSize, mixedSizes, badJPEG, badPicture,
  ]
}
