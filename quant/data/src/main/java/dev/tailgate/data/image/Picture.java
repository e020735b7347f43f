package dev.tailgate.data.image;

import java.util.Locale;

/**
 * A picture of 8-bit pixels in memory. The array is not copied; treat it as read-only.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param pixels {@code [height, width, channels]}
 */
@SuppressWarnings("ArrayRecordComponent") // Pictures are handed on, never compared.
record Picture(int width, int height, int channels, byte[] pixels) {
  Picture {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("A picture has 1 or 3 channels, not " + channels);
    }
    if (width < 1 || height < 1 || pixels.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A picture of %dx%dx%d has other than %d pixels",
              width,
              height,
              channels,
              pixels.length));
    }
  }

  /** The part of {@code columns} by {@code rows} pixels from ({@code left}, {@code top}) on. */
  Picture cut(int left, int top, int columns, int rows) {
    byte[] part = new byte[columns * rows * channels];
    for (int row = 0; row < rows; row++) {
      int from = ((top + row) * width + left) * channels;
      System.arraycopy(pixels, from, part, row * columns * channels, columns * channels);
    }
    return new Picture(columns, rows, channels, part);
  }

  /**
   * The picture with another number of channels: grey is repeated; colour becomes its luma 0.299 R
   * + 0.587 G + 0.114 B (ITU-R BT.601) in 16-bit fixed point, as Pillow's mode L.
   */
  Picture withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    byte[] converted = new byte[width * height * wanted];
    for (int i = 0; i < width * height; i++) {
      if (wanted == 3) {
        converted[3 * i] = pixels[i];
        converted[3 * i + 1] = pixels[i];
        converted[3 * i + 2] = pixels[i];
      } else {
        int luma =
            Byte.toUnsignedInt(pixels[3 * i]) * 19595
                + Byte.toUnsignedInt(pixels[3 * i + 1]) * 38470
                + Byte.toUnsignedInt(pixels[3 * i + 2]) * 7471;
        converted[i] = (byte) ((luma + 0x8000) >> 16);
      }
    }
    return new Picture(width, height, wanted, converted);
  }
}
