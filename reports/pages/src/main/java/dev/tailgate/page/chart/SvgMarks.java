package dev.tailgate.page.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * Turns drawn shapes into SVG paths that carry a style class instead of a colour.
 *
 * <p>The colour a shape is drawn in is only a name: {@link Ink} says which class it stands for, and
 * the style sheet of the page gives the class its light and its dark colour. Shapes of one class
 * and stroke become one path, in the order in which the class first appeared: a heat map of twelve
 * thousand cells is as many paths as it has shades. Coordinates are kept to a tenth of a pixel.
 */
@NullUnmarked // the overridden AWT methods say nothing about null
final class SvgMarks extends MarkGraphics {
  private final Map<String, SvgPath> paths = new LinkedHashMap<>();
  private AffineTransform transform = new AffineTransform();
  private Color color = Color.BLACK;
  private Stroke stroke = new BasicStroke();
  private Shape clip;

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
    Ink.of(color).ifPresent(ink -> append("class=\"f " + ink.cssClass() + "\"", shape));
  }

  @Override
  public void draw(Shape shape) {
    Ink.of(color)
        .ifPresent(
            ink -> {
              StringBuilder attributes =
                  new StringBuilder("class=\"l ").append(ink.cssClass()).append('"');
              if (stroke instanceof BasicStroke basic) {
                attributes
                    .append(" stroke-width=\"")
                    .append(SvgPage.tenth(basic.getLineWidth()))
                    .append('"');
                float[] dash = basic.getDashArray();
                if (dash != null) {
                  attributes.append(" stroke-dasharray=\"");
                  for (int i = 0; i < dash.length; i++) {
                    attributes.append(i == 0 ? "" : " ").append(SvgPage.tenth(dash[i]));
                  }
                  attributes.append('"');
                }
              }
              append(attributes.toString(), shape);
            });
  }

  private void append(String attributes, Shape shape) {
    SvgPath path = paths.computeIfAbsent(attributes, key -> new SvgPath());
    path.add(shape.getPathIterator(transform));
  }

  @Override
  public void setColor(Color newColor) {
    color = newColor;
  }

  @Override
  public Color getColor() {
    return color;
  }

  @Override
  public void setPaint(Paint paint) {
    if (!(paint instanceof Color plain)) {
      throw new UnsupportedOperationException("drawing a chart: only plain colours are drawn");
    }
    color = plain;
  }

  @Override
  public Paint getPaint() {
    return color;
  }

  @Override
  public void setStroke(Stroke newStroke) {
    stroke = newStroke;
  }

  @Override
  public Stroke getStroke() {
    return stroke;
  }

  @Override
  public void setTransform(AffineTransform newTransform) {
    transform = new AffineTransform(newTransform);
  }

  @Override
  public AffineTransform getTransform() {
    return new AffineTransform(transform);
  }

  @Override
  public void transform(AffineTransform more) {
    transform.concatenate(more);
  }

  @Override
  public void translate(double x, double y) {
    transform.translate(x, y);
  }

  @Override
  public void translate(int x, int y) {
    transform.translate(x, y);
  }

  @Override
  public void rotate(double theta) {
    transform.rotate(theta);
  }

  @Override
  public void rotate(double theta, double x, double y) {
    transform.rotate(theta, x, y);
  }

  @Override
  public void scale(double x, double y) {
    transform.scale(x, y);
  }

  @Override
  public void shear(double x, double y) {
    transform.shear(x, y);
  }

  // The SVG element clips to the plot area; clips inside it are only remembered for who asks.

  @Override
  public void setClip(Shape newClip) {
    clip = newClip;
  }

  @Override
  public void setClip(int x, int y, int width, int height) {
    clip = new Rectangle(x, y, width, height);
  }

  @Override
  public void clip(Shape more) {
    clip = more;
  }

  @Override
  public void clipRect(int x, int y, int width, int height) {
    clip = new Rectangle(x, y, width, height);
  }

  @Override
  public Shape getClip() {
    return clip;
  }

  @Override
  public Rectangle getClipBounds() {
    return clip == null ? null : clip.getBounds();
  }
}
