package dev.tailgate.page.chart;

import java.awt.Color;
import java.awt.Composite;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.Graphics2D;
import java.awt.GraphicsConfiguration;
import java.awt.Image;
import java.awt.Paint;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ImageObserver;
import java.awt.image.RenderedImage;
import java.awt.image.renderable.RenderableImage;
import java.text.AttributedCharacterIterator;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * The part of {@link Graphics2D} that charts of plain marks never use, each method refusing.
 *
 * <p>Marks are drawn by {@code draw} and {@code fill} of shapes in a colour and a stroke, under
 * translation and rotation. Letters, images and pixels are refused loudly rather than lost
 * silently: a new XChart version that starts to use them fails a test instead of leaving holes in a
 * picture.
 */
@NullUnmarked // the overridden AWT methods say nothing about null
abstract class MarkGraphics extends Graphics2D {

  private static UnsupportedOperationException refused(String what) {
    return new UnsupportedOperationException(
        "drawing a chart: " + what + " asked for, but only shapes are drawn");
  }

  @Override
  public boolean drawImage(Image i, AffineTransform t, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public void drawImage(BufferedImage i, BufferedImageOp op, int x, int y) {
    throw refused("an image");
  }

  @Override
  public void drawRenderedImage(RenderedImage i, AffineTransform t) {
    throw refused("an image");
  }

  @Override
  public void drawRenderableImage(RenderableImage i, AffineTransform t) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(Image i, int x, int y, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(Image i, int x, int y, int w, int h, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(Image i, int x, int y, Color c, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(Image i, int x, int y, int w, int h, Color c, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(
      Image i, int a, int b, int c, int d, int e, int f, int g, int h, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public boolean drawImage(
      Image i, int a, int b, int c, int d, int e, int f, int g, int h, Color k, ImageObserver o) {
    throw refused("an image");
  }

  @Override
  public void drawString(String s, int x, int y) {
    throw refused("text");
  }

  @Override
  public void drawString(String s, float x, float y) {
    throw refused("text");
  }

  @Override
  public void drawString(AttributedCharacterIterator s, int x, int y) {
    throw refused("text");
  }

  @Override
  public void drawString(AttributedCharacterIterator s, float x, float y) {
    throw refused("text");
  }

  @Override
  public void drawGlyphVector(GlyphVector g, float x, float y) {
    throw refused("text");
  }

  @Override
  public FontMetrics getFontMetrics(Font f) {
    throw refused("text");
  }

  @Override
  public FontRenderContext getFontRenderContext() {
    throw refused("text");
  }

  @Override
  public void copyArea(int x, int y, int w, int h, int dx, int dy) {
    throw refused("a pixel copy");
  }

  @Override
  public void clearRect(int x, int y, int w, int h) {
    throw refused("a pixel copy");
  }

  @Override
  public void drawLine(int a, int b, int c, int d) {
    throw refused("an integer primitive");
  }

  @Override
  public void fillRect(int x, int y, int w, int h) {
    throw refused("an integer primitive");
  }

  @Override
  public void drawRoundRect(int x, int y, int w, int h, int a, int b) {
    throw refused("an integer primitive");
  }

  @Override
  public void fillRoundRect(int x, int y, int w, int h, int a, int b) {
    throw refused("an integer primitive");
  }

  @Override
  public void drawOval(int x, int y, int w, int h) {
    throw refused("an integer primitive");
  }

  @Override
  public void fillOval(int x, int y, int w, int h) {
    throw refused("an integer primitive");
  }

  @Override
  public void drawArc(int x, int y, int w, int h, int a, int b) {
    throw refused("an integer primitive");
  }

  @Override
  public void fillArc(int x, int y, int w, int h, int a, int b) {
    throw refused("an integer primitive");
  }

  @Override
  public void drawPolyline(int[] x, int[] y, int n) {
    throw refused("an integer primitive");
  }

  @Override
  public void drawPolygon(int[] x, int[] y, int n) {
    throw refused("an integer primitive");
  }

  @Override
  public void fillPolygon(int[] x, int[] y, int n) {
    throw refused("an integer primitive");
  }

  @Override
  public boolean hit(Rectangle r, Shape s, boolean on) {
    throw refused("hit testing");
  }

  @Override
  public GraphicsConfiguration getDeviceConfiguration() {
    throw refused("a device");
  }

  @Override
  public Graphics create() {
    throw refused("a copy");
  }

  @Override
  public void setPaintMode() {
    throw refused("a paint mode");
  }

  @Override
  public void setXORMode(Color c) {
    throw refused("a paint mode");
  }

  @Override
  public void setComposite(Composite c) {
    throw refused("blending");
  }

  @Override
  public Composite getComposite() {
    throw refused("blending");
  }

  @Override
  public void setRenderingHint(RenderingHints.Key k, Object v) {}

  @Override
  public void setRenderingHints(Map<?, ?> h) {}

  @Override
  public void addRenderingHints(Map<?, ?> h) {}

  @Override
  public void setFont(Font f) {}

  @Override
  public void setBackground(Color c) {}

  @Override
  public void dispose() {}

  @Override
  public Object getRenderingHint(RenderingHints.Key k) {
    return null;
  }

  @Override
  public RenderingHints getRenderingHints() {
    return new RenderingHints(Map.of());
  }

  @Override
  public Font getFont() {
    return null;
  }

  @Override
  public Color getBackground() {
    return null;
  }

  @Override
  public abstract void draw(Shape shape);

  @Override
  public abstract void fill(Shape shape);

  @Override
  public abstract void setColor(Color color);

  @Override
  public abstract void setPaint(Paint paint);

  @Override
  public abstract void setStroke(Stroke stroke);
}
