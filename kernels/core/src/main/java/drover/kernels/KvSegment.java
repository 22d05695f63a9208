package drover.kernels;

/**
 * A stretch of consecutive cache slots, one per token, that continues a parent segment or starts
 * from nothing.
 *
 * <p>Slots are numbered from the start of the whole past: a segment with {@code start() == 7} sees
 * the slots 0 to 6 of its ancestors and owns those from 7 on. Forking shares the past without
 * copying it.
 */
public abstract class KvSegment implements AutoCloseable {
  private final KvSegment parent;
  private final int start;
  private int end;
  private int forkedUpTo;
  private boolean onePass;

  /** For devices: a segment that continues {@code parent} (null: none) at slot {@code start}. */
  protected KvSegment(KvSegment parent, int start) {
    this.parent = parent;
    this.start = start;
    this.end = start;
    this.forkedUpTo = start;
  }

  /** The cache that this segment belongs to. */
  public abstract KvCache cache();

  /** For devices: a child of this segment that starts at slot {@code at}. */
  protected abstract KvSegment newChild(int at, int expectedSlots);

  /** The segment that holds the slots before {@link #start()}, or null. */
  public final KvSegment parent() {
    return parent;
  }

  /** The first slot that this segment owns. */
  public final int start() {
    return start;
  }

  /** The first slot that is not filled yet: the length of the whole past. */
  public final int end() {
    return end;
  }

  /**
   * The slots before this one are seen by forks, or owned by ancestors: nothing may change them.
   */
  public final int sharedUpTo() {
    return forkedUpTo;
  }

  /**
   * A segment that shares this one's past before slot {@code at} and goes its own way from there.
   *
   * @param at from 0 to {@link #end()}
   * @param expectedSlots how many tokens of its own it will probably hold
   * @throws IllegalStateException if those slots are of {@link #fillInOnePass one pass}
   */
  public final KvSegment fork(int at, int expectedSlots) {
    if (at < 0 || at > end) {
      throw new IndexOutOfBoundsException("fork at slot " + at + " of a past of " + end);
    }
    if (at < start) {
      return parent.fork(at, expectedSlots);
    }
    if (onePass) {
      throw new IllegalStateException("a segment for one pass cannot be forked");
    }
    forkedUpTo = Math.max(forkedUpTo, at);
    return newChild(at, expectedSlots);
  }

  /**
   * Declares the slots before {@code newEnd} filled in every layer that was run, or forgets those
   * from {@code newEnd} on.
   *
   * @throws IllegalStateException if a fork still sees slots that would be forgotten
   */
  public final void setEnd(int newEnd) {
    if (newEnd < start) {
      throw new IndexOutOfBoundsException(
          "end " + newEnd + " of a segment that starts at " + start);
    }
    if (newEnd < forkedUpTo) {
      throw new IllegalStateException(
          "slots from " + newEnd + " on are seen by a fork at " + forkedUpTo);
    }
    end = newEnd;
  }

  /**
   * Says that one pass fills this empty segment and that nothing continues or forks it. Attention
   * in a layer is then the last to need that layer's keys and values, and the next layer's may take
   * their place.
   *
   * @throws IllegalStateException if it is not empty
   */
  public final void fillInOnePass() {
    if (end != start) {
      throw new IllegalStateException("a segment for one pass must be empty before it");
    }
    onePass = true;
  }

  /** Whether one pass fills this segment and nothing continues it. */
  public final boolean isForOnePass() {
    return onePass;
  }

  /** Frees this segment's own slots; its ancestors stay. */
  @Override
  public abstract void close();
}
