package drover.tokenizer.regex;

import java.util.function.IntPredicate;

/** A set of code points: a bitmap for ASCII, a predicate for the rest. */
final class CharSet {

  private final long low;
  private final long high;
  private final IntPredicate all;

  private CharSet(IntPredicate all) {
    this.all = all;
    long lowBits = 0;
    long highBits = 0;
    for (int c = 0; c < 64; c++) {
      lowBits |= all.test(c) ? 1L << c : 0;
      highBits |= all.test(c + 64) ? 1L << c : 0;
    }
    low = lowBits;
    high = highBits;
  }

  static CharSet of(IntPredicate predicate) {
    return new CharSet(predicate);
  }

  static CharSet range(int from, int to) {
    return new CharSet(c -> c >= from && c <= to);
  }

  /** The characters whose {@link Character#getType} is in the mask. */
  static CharSet categories(int mask) {
    return new CharSet(c -> (mask >>> Character.getType(c) & 1) != 0);
  }

  boolean contains(int c) {
    if (c >= 128) {
      return all.test(c);
    }
    return ((c < 64 ? low : high) >>> c & 1) != 0;
  }

  CharSet or(CharSet other) {
    return new CharSet(all.or(other.all));
  }

  CharSet and(CharSet other) {
    return new CharSet(all.and(other.all));
  }

  CharSet not() {
    return new CharSet(all.negate());
  }

  /** This set and every character that differs from one of its members by case only. */
  CharSet ignoringCase() {
    IntPredicate exact = all;
    return new CharSet(
        c -> {
          if (exact.test(c)) {
            return true;
          }
          int folded = fold(c);
          if (exact.test(folded)) {
            return true;
          }
          if (folded == 's' || folded == 'k' || folded == 0xe5) {
            return exact.test(Character.toUpperCase(folded)) || exact.test(rareVariant(folded));
          }
          return exact.test(Character.toUpperCase(folded));
        });
  }

  /** Unicode's simple case folding, near enough: lower case of upper case. */
  private static int fold(int c) {
    return Character.toLowerCase(Character.toUpperCase(c));
  }

  /** The third form of the letters that have one: long s, the Kelvin sign, the Angstrom sign. */
  private static int rareVariant(int folded) {
    return switch (folded) {
      case 's' -> 0x17f;
      case 'k' -> 0x212a;
      default -> 0x212b;
    };
  }
}
