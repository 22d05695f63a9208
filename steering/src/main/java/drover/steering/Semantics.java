package drover.steering;

import drover.engine.io.DroverException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reading of the method: which of the Python library's quirks are kept. {@link #REFERENCE} keeps
 * all and reproduces the library's numbers; {@link #CORRECTED} keeps none: it is the paper's method
 * with the defects repaired, and the default.
 *
 * @param kept the quirks that are kept
 */
public record Semantics(Set<Quirk> kept) {

  /** The Python library's numbers, quirks included. */
  public static final Semantics REFERENCE = new Semantics(EnumSet.allOf(Quirk.class));

  /** The paper's method, repaired. */
  public static final Semantics CORRECTED = new Semantics(EnumSet.noneOf(Quirk.class));

  private static final Pattern NAME = Pattern.compile("(\\w+)((?:[+-]\\w+)*)");
  private static final Pattern SWITCH = Pattern.compile("([+-])(\\w+)");

  /** Keeps a copy of the set. */
  public Semantics {
    kept = Collections.unmodifiableSet(kept.isEmpty() ? Set.of() : EnumSet.copyOf(kept));
  }

  /** Whether a quirk is kept. */
  public boolean keeps(Quirk quirk) {
    return kept.contains(quirk);
  }

  /** The same reading with a quirk. */
  public Semantics with(Quirk quirk) {
    Set<Quirk> more = EnumSet.of(quirk);
    more.addAll(kept);
    return new Semantics(more);
  }

  /** The same reading without a quirk. */
  public Semantics without(Quirk quirk) {
    Set<Quirk> fewer = EnumSet.noneOf(Quirk.class);
    fewer.addAll(kept);
    fewer.remove(quirk);
    return new Semantics(fewer);
  }

  /**
   * {@code reference} or {@code corrected}, and single switches behind it: {@code
   * reference-second_bos}, {@code corrected+flat_rules}.
   *
   * @throws DroverException for any other name
   */
  public static Semantics named(String name) {
    Matcher parts = NAME.matcher(name.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw unknown(name);
    }
    Semantics semantics =
        switch (parts.group(1)) {
          case "reference" -> REFERENCE;
          case "corrected" -> CORRECTED;
          default -> throw unknown(name);
        };
    Matcher each = SWITCH.matcher(parts.group(2));
    while (each.find()) {
      Quirk quirk = Quirk.named(each.group(2));
      semantics = each.group(1).equals("+") ? semantics.with(quirk) : semantics.without(quirk);
    }
    return semantics;
  }

  private static DroverException unknown(String name) {
    return new DroverException(
        "unknown semantics %s; there are corrected and reference"
            .formatted(DroverException.quote(name)));
  }

  /** The name that {@link #named} reads. */
  @Override
  public String toString() {
    boolean fromReference = kept.size() > Quirk.values().length / 2;
    StringBuilder name = new StringBuilder(fromReference ? "reference" : "corrected");
    for (Quirk quirk : Quirk.values()) {
      if (keeps(quirk) != fromReference) {
        name.append(fromReference ? '-' : '+').append(quirk.key());
      }
    }
    return name.toString();
  }
}
