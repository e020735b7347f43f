package dev.tailgate.data.image;

import dev.tailgate.engine.tensor.DataException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a picture is brought to the size that a model reads.
 *
 * @param fit whether the whole picture is kept, or its middle
 * @param side for {@link Fit#CROP}, pixels of the shorter side before the middle is cut out; 0
 *     chooses the model's own
 * @param filter how pixels are weighed
 */
public record ImageResize(Fit fit, int side, ResampleFilter filter) {
  /** The ways to fit. */
  public enum Fit {
    /** Both sides become the model's; the proportions may change. */
    STRETCH,
    /** The shorter side becomes {@code side}, then the middle is cut out. */
    CROP,
    /** Pictures of another size are refused. */
    NONE
  }

  /** Larger sides are beyond any model and would only fill the memory. */
  private static final int LARGEST_SIDE = 8192;

  private static final Pattern FORM =
      Pattern.compile("(stretch|crop|none)(?::(\\d{1,6}))?(?:,(bilinear|bicubic))?");

  /** Refuses sides out of range, and a side where nothing is cut. */
  public ImageResize {
    if (side < 0 || side > LARGEST_SIDE || (side > 0 && fit != Fit.CROP)) {
      throw DataException.doing("preparing images")
          .expected("a side of 1 to " + LARGEST_SIDE + " pixels, with crop only")
          .found(fit.name().toLowerCase(Locale.ROOT) + ":" + side)
          .fix("Write crop:256, stretch or none.");
    }
  }

  /**
   * Reads {@code stretch}, {@code crop}, {@code crop:256} or {@code none}, with {@code ,bicubic}
   * behind it where bilinear is not wanted.
   */
  public static ImageResize parse(String text) {
    Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw DataException.doing("preparing images")
          .expected("stretch, crop, crop:SIDE or none, perhaps with ,bilinear or ,bicubic")
          .found(text)
          .fix("Write for example crop:256,bicubic.");
    }
    int side = form.group(2) == null ? 0 : Integer.parseInt(form.group(2));
    ResampleFilter filter =
        form.group(3) == null
            ? ResampleFilter.BILINEAR
            : ResampleFilter.valueOf(form.group(3).toUpperCase(Locale.ROOT));
    return new ImageResize(Fit.valueOf(form.group(1).toUpperCase(Locale.ROOT)), side, filter);
  }

  /** Pixels of the shorter side before cutting, for a model that reads {@code wanted}. */
  public int shorterSide(int wanted) {
    return side == 0 ? wanted : side;
  }

  @Override
  public String toString() {
    String kind = fit.name().toLowerCase(Locale.ROOT) + (side > 0 ? ":" + side : "");
    return fit == Fit.NONE ? kind : kind + "," + filter.label();
  }
}
