package drover.steering.figures;

/**
 * Colours that people with any usual colour vision can tell apart: for classes those of Okabe and
 * Ito, "Color Universal Design" (2008), without the pale ones; for a scale nine stops of viridis
 * (Smith and van der Walt, 2015), dark for low and light for high.
 */
final class Palette {
  static final int BACKGROUND = 0xffffff;
  static final int TEXT = 0x222222;
  static final int FRAME = 0x8a8a8a;
  static final int GRID = 0xe6e6e6;
  static final int ZERO = 0xbdbdbd;
  static final int MISSING = 0xd4d4d4;

  private static final int[] CLASSES = {
    0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0x56b4e9, 0xe69f00, 0x444444
  };

  private static final int[] SCALE = {
    0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725
  };

  private Palette() {}

  /** The colour of a class or series; with many they repeat. */
  static int ofClass(int index) {
    return CLASSES[index % CLASSES.length];
  }

  /** The colour of a value on a scale from 0 to 1; what lies outside has the end's colour. */
  static int ofScale(double value) {
    double at = Math.clamp(value, 0.0, 1.0) * (SCALE.length - 1);
    int stop = Math.min((int) at, SCALE.length - 2);
    return mix(SCALE[stop], SCALE[stop + 1], at - stop);
  }

  /** A colour under a share of another. */
  static int mix(int under, int over, double share) {
    return rgb(
        mixed(under >> 16 & 0xff, over >> 16 & 0xff, share),
        mixed(under >> 8 & 0xff, over >> 8 & 0xff, share),
        mixed(under & 0xff, over & 0xff, share));
  }

  private static double mixed(int under, int over, double share) {
    return under + (over - under) * share;
  }

  static int rgb(double red, double green, double blue) {
    return (int) Math.round(red) << 16 | (int) Math.round(green) << 8 | (int) Math.round(blue);
  }
}
