package drover.steering.figures;

import java.util.List;
import java.util.stream.IntStream;

/** Which rows are labelled where not all labels have room. */
final class RowLabels {
  private static final int[] STRIDES = {1, 2, 5, 10, 20, 50};

  private RowLabels() {}

  /**
   * Rows at least {@code apart} rows from each other; where the labels count up by one, those with
   * round numbers.
   */
  static int[] shown(List<String> labels, int apart) {
    int stride = apart;
    for (int i = STRIDES.length - 1; i >= 0 && STRIDES[i] >= apart; i--) {
      stride = STRIDES[i];
    }
    int step = stride;
    int first = countUp(labels) ? Integer.parseInt(labels.getFirst()) : 0;
    return IntStream.range(0, labels.size()).filter(row -> (first + row) % step == 0).toArray();
  }

  private static boolean countUp(List<String> labels) {
    if (!labels.getFirst().matches("\\d{1,6}")) {
      return false;
    }
    int first = Integer.parseInt(labels.getFirst());
    return IntStream.range(0, labels.size())
        .allMatch(row -> labels.get(row).equals(Integer.toString(first + row)));
  }
}
