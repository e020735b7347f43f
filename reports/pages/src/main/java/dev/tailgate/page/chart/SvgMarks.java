package dev.tailgate.page.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.GraphicsConfiguration;
import java.awt.Image;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.image.ImageObserver;
import java.awt.image.RenderedImage;
import java.awt.image.renderable.RenderableImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.xmlgraphics.java2d.AbstractGraphics2D;
import org.apache.xmlgraphics.java2d.GraphicContext;
import org.jspecify.annotations.NullUnmarked;

/**
 * Turns drawn shapes into SVG paths that carry a style class instead of a colour.
 *
 * <p>The colour a shape is drawn in is only a name: {@link Ink} says which class it stands for, and
 * the style sheet of the page gives the class its light and its dark colour. Shapes of one class
 * and stroke become one path, in the order in which the class first appeared: a heat map of twelve
 * thousand cells is as many paths as it has shades. Coordinates are kept to a tenth of a pixel.
 *
 * <p>The SVG element clips to the plot area; clips inside it are not drawn. Letters, images and
 * pixels are refused loudly rather than lost silently: a new XChart version that starts to use them
 * fails a test instead of leaving holes in a picture.
 */
@NullUnmarked // the overridden AWT methods say nothing about null
final class SvgMarks extends AbstractGraphics2D {
  private final Map<String, SvgPath> paths = new LinkedHashMap<>();

  SvgMarks() {
    super(false);
    gc = new GraphicContext();
    gc.setColor(Color.BLACK);
  }

  /** The path elements drawn so far. */
  String elements() {
    StringBuilder out = new StringBuilder();
    paths.forEach(
        (attributes, data) ->
            out.append("<path ")
                .append(attributes)
                .append(" d=\"")
                .append(data.data())
                .append("\"/>\n"));
    return out.toString();
  }

  @Override
  public void fill(Shape shape) {
    ink().ifPresent(ink -> append("class=\"f " + ink.cssClass() + "\"", shape));
  }

  @Override
  public void draw(Shape shape) {
    ink().ifPresent(ink -> append("class=\"l " + ink.cssClass() + '"' + strokeAttributes(), shape));
  }

  private Optional<Ink> ink() {
    if (!(getPaint() instanceof Color plain)) {
      throw refused("a paint that is no plain colour");
    }
    return Ink.of(plain);
  }

  private String strokeAttributes() {
    if (!(getStroke() instanceof BasicStroke basic)) {
      return "";
    }
    StringBuilder out = new StringBuilder(" stroke-width=\"");
    out.append(SvgPage.tenth(basic.getLineWidth())).append('"');
    float[] dash = basic.getDashArray();
    if (dash != null) {
      out.append(" stroke-dasharray=\"").append(Symbols.dashArray(dash)).append('"');
    }
    return out.toString();
  }

  private void append(String attributes, Shape shape) {
    SvgPath path = paths.computeIfAbsent(attributes, key -> new SvgPath());
    path.add(shape.getPathIterator(getTransform()));
  }

  private static UnsupportedOperationException refused(String what) {
    return new UnsupportedOperationException(
        "drawing a chart: " + what + " asked for, but only shapes are drawn");
  }

  @Override
  public void drawString(String text, float x, float y) {
    throw refused("text");
  }

  @Override
  public FontMetrics getFontMetrics(Font font) {
    throw refused("text");
  }

  @Override
  public boolean drawImage(Image image, int x, int y, ImageObserver observer) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(Image image, int x, int y, int w, int h, ImageObserver observer) {
    throw refused("an image");
  }

  @Override
  public void drawRenderedImage(RenderedImage image, AffineTransform at) {
    throw refused("an image");
  }

  @Override
  public void drawRenderableImage(RenderableImage image, AffineTransform at) {
    throw refused("an image");
  }

  @Override
  public void copyArea(int x, int y, int w, int h, int dx, int dy) {
    throw refused("a copy of pixels");
  }

  @Override
  public void setXORMode(Color color) {
    throw refused("a paint mode");
  }

  @Override
  public Graphics create() {
    throw refused("a copy");
  }

  @Override
  public GraphicsConfiguration getDeviceConfiguration() {
    throw refused("a device");
  }

  @Override
  public void dispose() {}
}
