package dev.tailgate.data.image;

import dev.tailgate.data.SampleOrder;
import dev.tailgate.engine.tensor.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Pictures as rows of numbers in [0, 1], grey or colour by channel, for whoever has no model that
 * says what it reads. Pictures of a folder are made grey and {@value #SIDE} x {@value #SIDE} where
 * they differ in size.
 *
 * @param rows {@code [count][channels * height * width]}
 * @param labels class ids, -1 where there are none
 * @param description what they are and where the labels came from
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record PictureRows(double[][] rows, int[] labels, String description) {
  private static final int SIDE = 32;
  private static final double WHITE = 255;

  /** Whether {@code path} holds pictures. */
  public static boolean accepts(Path path) {
    return ImageSet.accepts(path);
  }

  /**
   * Reads at most {@code most} pictures, drawn by {@code seed} where there are more.
   *
   * @throws DataException for what cannot be read
   */
  public static PictureRows read(Path path, int most, long seed) {
    Pictures pictures = ImageSet.pictures(path);
    long[] drawn = SampleOrder.some(pictures.size(), 1, most, seed);
    List<double[]> rows = new ArrayList<>();
    int[] labels = new int[drawn.length];
    PictureFit fit = new PictureFit(ImageOptions.SET.defaults().resize(SIDE), SIDE, SIDE);
    boolean isAlike = pictures.commonSize().isPresent();
    Iterator<Pictures.Labelled> found = pictures.read(drawn);
    while (found.hasNext()) {
      Pictures.Labelled each = found.next();
      Picture picture = each.picture();
      picture = isAlike ? picture : fit.apply(picture, each.where()).withChannels(1);
      labels[rows.size()] = each.label();
      rows.add(row(picture));
    }
    return new PictureRows(
        rows.toArray(double[][]::new),
        labels,
        path.getFileName() + ": " + rows.size() + " of " + pictures.size() + " pictures");
  }

  private static double[] row(Picture picture) {
    int pixels = picture.width() * picture.height();
    double[] row = new double[pixels * picture.channels()];
    for (int i = 0; i < row.length; i++) {
      int channel = i % picture.channels();
      row[channel * pixels + i / picture.channels()] =
          Byte.toUnsignedInt(picture.pixels()[i]) / WHITE;
    }
    return row;
  }
}
