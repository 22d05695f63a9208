package drover.cli;

import drover.engine.io.DroverException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layers from a first to a last, both included: {@code 7} or {@code 15-23}.
 *
 * @param first counted from 0
 * @param last not less than {@code first}
 */
record LayerRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  /**
   * Reads a range.
   *
   * @throws DroverException if it is none
   */
  static LayerRange parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new DroverException(
          DroverException.quote(text) + " is no layer, such as 7, and no range, such as 15-23");
    }
    int first = Integer.parseInt(form.group(1));
    int last = form.group(2) == null ? first : Integer.parseInt(form.group(2));
    if (last < first) {
      throw new DroverException("the layers " + text + " end before they begin");
    }
    return new LayerRange(first, last);
  }

  /**
   * Refuses layers that a model does not have.
   *
   * @param layers how many it has
   */
  void check(int layers) {
    if (last >= layers) {
      throw new DroverException(
          "layer %d: the model has layers 0 to %d".formatted(last, layers - 1));
    }
  }
}
