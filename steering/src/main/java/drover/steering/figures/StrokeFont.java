package drover.steering.figures;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sans-serif font made of strokes, for pictures on machines without fonts. It covers ASCII; its
 * widths also serve to lay out SVG, whose reader brings some other sans-serif font.
 */
final class StrokeFont {
  /** Takes the strokes of a text, one line segment after another. */
  interface Pen {
    void segment(double x0, double y0, double x1, double y1);
  }

  /** How thick a stroke is drawn, for a font of size 1. */
  static final double THICKNESS = 0.078;

  static final double BOLD_THICKNESS = 0.118;

  /** Units of {@link Glyphs} in the font's size: capitals take 0.71 of it, as is usual. */
  private static final double UNITS = 28;

  private static final double SIDE_BEARING = 2.5;
  private static final double BLANK = 7.8;
  private static final double ARC_STEP = 15;

  private static final Glyph BOX = parse(Glyphs.BOX);
  private static final Glyph WIDE_BOX = parse(Glyphs.WIDE_BOX);

  /** From here on most characters are as wide as they are high. */
  private static final int FIRST_WIDE = 0x2e80;

  private static final Glyph[] ASCII = parseTable();

  /**
   * One character.
   *
   * @param advance from its start to the next one's, in units
   * @param strokes polylines as x0, y0, x1, y1, ... in units, y upwards
   */
  private record Glyph(double advance, List<double[]> strokes) {}

  private StrokeFont() {}

  /**
   * The room to leave for a text: readers of SVG may bring a wider font. DejaVu Sans is among the
   * widest.
   */
  static double room(String text, double size, boolean bold) {
    return width(text, size) * (bold ? 1.33 : 1.17);
  }

  /** The width of a text as {@link #draw} draws it, in the unit of {@code size}. */
  static double width(String text, double size) {
    return drawn(text).codePoints().mapToDouble(c -> glyph(c).advance).sum() * size / UNITS;
  }

  /**
   * Draws a text that starts at (0, 0) on its baseline and runs along the x axis, y downwards.
   *
   * @param size the font's size
   */
  static void draw(String text, double size, Pen pen) {
    double scale = size / UNITS;
    double at = SIDE_BEARING;
    for (int character : drawn(text).codePoints().toArray()) {
      Glyph glyph = glyph(character);
      for (double[] stroke : glyph.strokes) {
        for (int i = 2; i < stroke.length; i += 2) {
          pen.segment(
              (at + stroke[i - 2]) * scale,
              -stroke[i - 1] * scale,
              (at + stroke[i]) * scale,
              -stroke[i + 1] * scale);
        }
      }
      at += glyph.advance;
    }
  }

  /** What is drawn in a text's place: letters without their accents, and typists' punctuation. */
  private static String drawn(String text) {
    if (text.chars().allMatch(c -> c < 128)) {
      return text;
    }
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .replaceAll("\\p{Mn}+", "")
        .replaceAll("[\u2010-\u2015\u2212]", "-")
        .replaceAll("[\u2018\u2019]", "'")
        .replaceAll("[\u201c\u201d]", "\"")
        .replace('\u00d7', 'x');
  }

  private static Glyph glyph(int character) {
    if (character < ASCII.length) {
      return ASCII[character];
    }
    return character < FIRST_WIDE ? BOX : WIDE_BOX;
  }

  private static Glyph[] parseTable() {
    Glyph[] glyphs = new Glyph[128];
    Arrays.fill(glyphs, BOX);
    glyphs[' '] = new Glyph(BLANK, List.of());
    Glyphs.TABLE.lines().forEach(line -> glyphs[line.charAt(0)] = parse(line.substring(2)));
    return glyphs;
  }

  private static Glyph parse(String line) {
    String[] words = line.split(" ");
    List<double[]> strokes = new ArrayList<>();
    List<Double> stroke = new ArrayList<>();
    int at = 1;
    while (at < words.length) {
      switch (words[at].charAt(0)) {
        case 'M' -> {
          lift(stroke, strokes);
          stroke.addAll(numbers(words, at, 2));
          at += 3;
        }
        case 'L' -> {
          stroke.addAll(numbers(words, at, 2));
          at += 3;
        }
        case 'A' -> {
          arc(numbers(words, at, 6), stroke);
          at += 7;
        }
        default -> throw new IllegalStateException("not a stroke: " + words[at] + " in " + line);
      }
    }
    lift(stroke, strokes);
    return new Glyph(Double.parseDouble(words[0]) + 2 * SIDE_BEARING, List.copyOf(strokes));
  }

  private static List<Double> numbers(String[] words, int command, int count) {
    List<Double> numbers = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      numbers.add(Double.valueOf(words[command + i]));
    }
    return numbers;
  }

  private static void lift(List<Double> stroke, List<double[]> strokes) {
    if (!stroke.isEmpty()) {
      strokes.add(stroke.stream().mapToDouble(Double::doubleValue).toArray());
      stroke.clear();
    }
  }

  /** Adds the points of an arc. StrictMath, so that every machine draws the same pixels. */
  private static void arc(List<Double> a, List<Double> stroke) {
    double from = a.get(4);
    double sweep = a.get(5) - from;
    int steps = (int) Math.ceil(Math.abs(sweep) / ARC_STEP);
    for (int i = 0; i <= steps; i++) {
      double angle = StrictMath.toRadians(from + sweep * i / steps);
      stroke.add(a.get(0) + a.get(2) * StrictMath.cos(angle));
      stroke.add(a.get(1) + a.get(3) * StrictMath.sin(angle));
    }
  }
}
