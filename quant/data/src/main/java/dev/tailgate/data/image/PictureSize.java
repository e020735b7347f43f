package dev.tailgate.data.image;

/**
 * Size of a picture in pixels.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 */
record PictureSize(int width, int height, int channels) {
  /** Values in a picture. */
  long values() {
    return (long) width * height * channels;
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
