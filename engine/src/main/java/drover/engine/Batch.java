package drover.engine;

import drover.engine.io.DroverException;
import drover.kernels.RowLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tokens for one forward pass: runs of any lengths, each continuing a sequence of its own, laid end
 * to end without padding. Row r of every activation is token r of the batch.
 */
public final class Batch {

  /** Which rows of a run get logits. */
  public enum LogitRows {
    /** None: the run only fills the cache and feeds hooks. */
    NONE,
    /** The run's last token. */
    LAST,
    /** Every token. */
    ALL
  }

  /** How a run stands to its sequence. */
  private enum Kind {
    /** It continues the sequence. */
    NEW,
    /** Its tokens are part of the sequence already and are computed anew. */
    AGAIN,
    /** It sees the sequence without becoming part of it. */
    LOOKING
  }

  private record Entry(
      Sequence sequence, Kind kind, int slot, int position, int[] ids, LogitRows logits) {}

  private final List<Entry> entries;
  private final RowLayout layout;
  private final int[] ids;

  private Batch(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    this.layout =
        new RowLayout(
            entries.stream()
                .map(
                    e ->
                        new RowLayout.Run(
                            e.sequence().segment(),
                            e.slot(),
                            e.position(),
                            e.ids().length,
                            e.kind() != Kind.LOOKING))
                .toList());
    this.ids = entries.stream().flatMapToInt(e -> Arrays.stream(e.ids())).toArray();
  }

  /** One run, with logits for its last token. */
  public static Batch of(Sequence sequence, int... ids) {
    return builder().add(sequence, ids, LogitRows.LAST).build();
  }

  /** Starts an empty batch. */
  public static Builder builder() {
    return new Builder();
  }

  /** Number of runs. */
  public int runs() {
    return entries.size();
  }

  /** Number of tokens of all runs. */
  public int rows() {
    return layout.rows();
  }

  /** The sequence that a run continues. */
  public Sequence sequence(int run) {
    return entries.get(run).sequence();
  }

  /** The first row of a run. */
  public int start(int run) {
    return layout.start(run);
  }

  /** Number of rows of a run. */
  public int length(int run) {
    return entries.get(run).ids().length;
  }

  /** The rotary position of a run's first token: its place in the sequence, counted from 0. */
  public int position(int run) {
    return entries.get(run).position();
  }

  RowLayout layout() {
    return layout;
  }

  /** All token ids, run after run. */
  int[] ids() {
    return ids;
  }

  /** The rows that get logits, in order. */
  int[] logitRows() {
    List<Integer> rows = new ArrayList<>();
    for (int run = 0; run < entries.size(); run++) {
      int end = start(run) + length(run);
      int first =
          switch (entries.get(run).logits()) {
            case NONE -> end;
            case LAST -> end - 1;
            case ALL -> start(run);
          };
      for (int row = first; row < end; row++) {
        rows.add(row);
      }
    }
    return rows.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Makes the new tokens part of their sequences. */
  void commit() {
    for (int run = 0; run < entries.size(); run++) {
      if (entries.get(run).kind() == Kind.NEW) {
        RowLayout.Run rows = layout.runs().get(run);
        rows.segment().setEnd(rows.slot() + rows.rows());
      }
    }
  }

  /** Collects runs. */
  public static final class Builder {
    private final List<Entry> entries = new ArrayList<>();
    private final Set<Sequence> seen = new HashSet<>();

    private Builder() {}

    /**
     * Adds tokens that continue a sequence.
     *
     * @throws DroverException if there is no token, or the context would be exceeded
     */
    public Builder add(Sequence sequence, int[] ids, LogitRows logits) {
      if (!seen.add(sequence)) {
        throw new IllegalArgumentException("a batch continues each sequence once");
      }
      if (sequence.length() + (long) ids.length > sequence.maxLength()) {
        throw new DroverException(
            "the context of %d tokens is full: %d are in it and %d more were given"
                .formatted(sequence.maxLength(), sequence.length(), ids.length));
      }
      int at = sequence.length();
      return put(new Entry(sequence, Kind.NEW, at, at, ids.clone(), logits));
    }

    /**
     * Adds tokens that a sequence holds already and that are computed anew, their keys and values
     * replaced in the layers that the pass runs: for passes that start from a {@link Residual}.
     *
     * @param from the place of the first of them in the sequence
     * @throws IllegalArgumentException if the sequence does not hold them itself: a fork shares
     *     them, or they lie behind its end
     */
    public Builder again(Sequence sequence, int from, int[] ids, LogitRows logits) {
      if (!seen.add(sequence)) {
        throw new IllegalArgumentException("a batch continues each sequence once");
      }
      if (from < sequence.segment().sharedUpTo() || from + ids.length > sequence.length()) {
        throw new IllegalArgumentException(
            "tokens %d to %d again of a sequence that owns %d to %d"
                .formatted(
                    from, from + ids.length, sequence.segment().sharedUpTo(), sequence.length()));
      }
      return put(new Entry(sequence, Kind.AGAIN, from, from, ids.clone(), logits));
    }

    /**
     * Adds tokens that look at a sequence without becoming part of it: each sees all of the
     * sequence's tokens, but neither itself nor the others. A padding token in HuggingFace
     * transformers, masked as a key, is such a token.
     *
     * @param position the rotary position of the first of them
     */
    public Builder addLooking(Sequence sequence, int position, int[] ids) {
      if (sequence.length() == 0) {
        throw new IllegalArgumentException("looking at an empty sequence");
      }
      return put(
          new Entry(
              sequence, Kind.LOOKING, sequence.length(), position, ids.clone(), LogitRows.NONE));
    }

    private Builder put(Entry entry) {
      if (entry.ids().length == 0) {
        throw new DroverException("the prompt is empty: a pass needs at least one token");
      }
      entries.add(entry);
      return this;
    }

    /** Whether nothing was added. */
    public boolean isEmpty() {
      return entries.isEmpty();
    }

    /** The batch so far. */
    public Batch build() {
      return new Batch(entries);
    }
  }
}
