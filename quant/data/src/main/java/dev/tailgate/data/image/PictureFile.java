package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes PNG, JPEG, BMP and GIF (its first frame) to 8-bit grey or colour. Pixels are taken as
 * they are stored: colour profiles, transparency and the orientation that cameras note (EXIF) are
 * not applied, as Pillow and torchvision do not apply them when a model is trained. 16-bit samples
 * are rounded to 8.
 *
 * <p>The size in the header is checked before anything is decoded. A file that ends too early is
 * refused, where libraries fill in grey.
 */
final class PictureFile {
  /** 8192 x 8192: at most 200 MB decoded. */
  static final long MOST_PIXELS = 1L << 26;

  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp", "gif");
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "bmp", "gif");

  static {
    // Decoding needs no screen, and a machine without one must not fail for that.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private PictureFile() {}

  /** Whether the name is that of a picture. */
  static boolean isNamedLikeOne(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** Decodes {@code file}; {@code where} names it and its row in messages. */
  static Picture read(Path file, String where) {
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      if (stream == null) {
        throw damaged(where, "no readable file", new IOException("cannot be opened"));
      }
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw damaged(where, "bytes of another kind", new IOException("unknown format"));
      }
      ImageReader reader = readers.next();
      try {
        return decode(reader, stream, where);
      } finally {
        reader.dispose();
      }
    } catch (IOException e) {
      throw damaged(where, ReadFailure.inWords(e), e);
    }
  }

  private static Picture decode(ImageReader reader, ImageInputStream stream, String where)
      throws IOException {
    String format = reader.getFormatName().toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(format)) {
      throw damaged(where, format, new IOException("format " + format));
    }
    Truncation truncation = new Truncation();
    try {
      reader.setInput(stream, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS) {
        throw DataException.doing("reading a picture")
            .expected("1 to " + MOST_PIXELS + " pixels")
            .found(width + "x" + height)
            .where(where)
            .fix("Scale the picture down.");
      }
      reader.addIIOReadWarningListener(truncation);
      BufferedImage image = reader.read(0);
      if (truncation.seen) {
        throw new EOFException();
      }
      return pixels(image);
    } catch (IllegalArgumentException
        | IllegalStateException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | ArithmeticException
        | NullPointerException
        | ClassCastException e) {
      // What the decoders throw where a file contradicts itself.
      throw damaged(where, "contents that contradict each other", e);
    }
  }

  private static Picture pixels(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    ColorModel model = image.getColorModel();
    int kind = model.getColorSpace().getType();
    boolean isGrey = kind == ColorSpace.TYPE_GRAY;
    if (model instanceof ComponentColorModel && (isGrey || kind == ColorSpace.TYPE_RGB)) {
      return stored(image.getRaster(), isGrey ? 1 : 3, model.getComponentSize(0));
    }
    byte[] pixels = new byte[width * height * 3];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int rgb : row) {
        pixels[at++] = (byte) (rgb >> 16);
        pixels[at++] = (byte) (rgb >> 8);
        pixels[at++] = (byte) rgb;
      }
    }
    return new Picture(width, height, 3, pixels);
  }

  /** Samples as stored: Java's own conversion of grey to RGB would apply a gamma curve. */
  private static Picture stored(Raster raster, int channels, int bits) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    byte[] pixels = new byte[width * height * channels];
    int[] row = new int[width * bands];
    int largest = (1 << bits) - 1;
    int at = 0;
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          int sample = row[x * bands + c];
          pixels[at++] = (byte) (bits == 8 ? sample : (sample * 255L + largest / 2) / largest);
        }
      }
    }
    return new Picture(width, height, channels, pixels);
  }

  private static DataException damaged(String where, String found, Exception cause) {
    return DataException.doing("reading a picture")
        .expected("a complete " + String.join(", ", List.of("PNG", "JPEG", "BMP")) + " or GIF file")
        .found(found)
        .where(where)
        .fix("Replace the file or leave it out.", cause);
  }

  /** Notices that the JPEG decoder invents the rest of a file that is cut off. */
  private static final class Truncation implements IIOReadWarningListener {
    private boolean seen;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      seen |= warning.toLowerCase(Locale.ROOT).contains("premature end");
    }
  }
}
