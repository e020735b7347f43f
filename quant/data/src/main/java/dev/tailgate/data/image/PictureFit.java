package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;

/**
 * Brings pictures to the size that a model reads. Where the middle is cut out, the longer side is
 * rounded down in proportion to the shorter one, and the cut begins at half of what is left over,
 * rounded half to even: torchvision's {@code Resize} and {@code CenterCrop}.
 */
record PictureFit(ImageResize resize, int width, int height) {
  /** The picture in the model's size; {@code where} names it in messages. */
  Picture apply(Picture picture, String where) {
    return switch (resize.fit()) {
      case STRETCH -> Resampling.resize(picture, width, height, resize.filter());
      case CROP -> cropped(picture, where);
      case NONE -> {
        if (picture.width() != width || picture.height() != height) {
          throw wrongSize(picture, width + "x" + height + ", the model's size", where);
        }
        yield picture;
      }
    };
  }

  private Picture cropped(Picture picture, String where) {
    int side = resize.shorterSide(Math.max(width, height));
    if (side < Math.max(width, height)) {
      throw DataException.doing("preparing images")
          .expected("a shorter side of at least " + Math.max(width, height) + " before cropping")
          .found(Integer.toString(side))
          .fix("Ask for a larger crop, or for stretch.");
    }
    int shorter = Math.min(picture.width(), picture.height());
    long wide = (long) side * picture.width() / shorter;
    long high = (long) side * picture.height() / shorter;
    if (wide * high > PictureFile.MOST_PIXELS) {
      throw wrongSize(picture, "sides in a more even proportion", where);
    }
    Picture resized = Resampling.resize(picture, (int) wide, (int) high, resize.filter());
    int left = (int) Math.rint((resized.width() - width) / 2.0);
    int top = (int) Math.rint((resized.height() - height) / 2.0);
    return resized.cut(left, top, width, height);
  }

  private static DataException wrongSize(Picture picture, String expected, String where) {
    return DataException.doing("bringing a picture to the model's size")
        .expected(expected)
        .found(picture.width() + "x" + picture.height())
        .where(where)
        .fix("Scale the picture, or choose another --image-resize.");
  }
}
