package drover.steering;

import java.util.List;

/** The norms of what is pooled, of each data set at each place. */
final class PooledNorms {
  private final List<Pooled> strings;
  private final int sets;

  /** By place and set. */
  private final NormHistogram[][] histograms;

  PooledNorms(List<Pooled> strings, int places) {
    this.strings = strings;
    this.sets = 1 + strings.stream().mapToInt(Pooled::set).max().orElse(0);
    this.histograms = new NormHistogram[places][sets];
    for (NormHistogram[] ofPlace : histograms) {
      for (int set = 0; set < sets; set++) {
        ofPlace[set] = new NormHistogram();
      }
    }
  }

  /** Number of data sets. */
  int sets() {
    return sets;
  }

  /** How many of some strings belong to each set. */
  int[] count(List<Integer> some) {
    int[] counts = new int[sets];
    some.forEach(string -> counts[strings.get(string).set()]++);
    return counts;
  }

  /** Counts a norm at a place, so many times for each set. */
  void add(int place, float norm, int[] times) {
    for (int set = 0; set < sets; set++) {
      histograms[place][set].add(norm, times[set]);
    }
  }

  /** The median of a set at a place. */
  double median(int place, int set) {
    return histograms[place][set].median();
  }
}
