package drover.kernels;

import java.util.List;

/**
 * Which token each row of a packed batch is: runs of consecutive tokens laid end to end, without
 * padding. Each run continues the past of one {@link KvSegment}.
 */
public final class RowLayout {

  /**
   * Consecutive rows of one sequence.
   *
   * @param segment where their keys and values go and whose past they see
   * @param slot the cache slot of the first row
   * @param position the rotary position of the first row (the same as {@code slot} unless somebody
   *     wants a gap)
   * @param rows how many
   * @param stored true for ordinary causal rows: row i enters the cache at {@code slot + i} and
   *     sees itself and everything before. False for rows that only look: they enter no cache, and
   *     see the slots before {@code slot} but neither themselves nor each other
   */
  public record Run(KvSegment segment, int slot, int position, int rows, boolean stored) {
    /** Checks that the run continues its segment. */
    public Run {
      if (rows < 1) {
        throw new IllegalArgumentException("a run of " + rows + " rows");
      }
      if (slot < segment.start() || slot > segment.end()) {
        throw new IllegalArgumentException(
            "a run at slot %d of a segment with slots %d to %d"
                .formatted(slot, segment.start(), segment.end()));
      }
      if (segment.isForOnePass() && slot > segment.start()) {
        throw new IllegalArgumentException("a segment for one pass has had it");
      }
      if (position < 0) {
        throw new IllegalArgumentException("negative position " + position);
      }
      if (!stored && slot == 0) {
        throw new IllegalArgumentException("rows that only look need something before them");
      }
    }

    /** How many slots row {@code i} of this run attends to. */
    public int visible(int i) {
      return stored ? slot + i + 1 : slot;
    }
  }

  private final List<Run> runs;
  private final int[] starts;
  private final int[] positions;

  /** The rows of the given runs, in their order. */
  public RowLayout(List<Run> runs) {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a batch without rows");
    }
    this.runs = List.copyOf(runs);
    this.starts = new int[runs.size() + 1];
    for (int r = 0; r < runs.size(); r++) {
      starts[r + 1] = Math.addExact(starts[r], runs.get(r).rows());
    }
    this.positions = new int[starts[runs.size()]];
    for (int r = 0; r < runs.size(); r++) {
      for (int i = 0; i < runs.get(r).rows(); i++) {
        positions[starts[r] + i] = runs.get(r).position() + i;
      }
    }
  }

  /** The runs, in the order of their rows. */
  public List<Run> runs() {
    return runs;
  }

  /** Number of rows of all runs. */
  public int rows() {
    return positions.length;
  }

  /** The first row of run {@code run}. */
  public int start(int run) {
    return starts[run];
  }

  /** The rotary position of every row (a copy). */
  public int[] positions() {
    return positions.clone();
  }
}
