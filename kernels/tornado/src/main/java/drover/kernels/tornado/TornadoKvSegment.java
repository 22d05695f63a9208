package drover.kernels.tornado;

import drover.kernels.KvCache;
import drover.kernels.KvSegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages of slots, numbered from the start of the whole past: page p holds the slots from {@code p *
 * PAGE} on. Where a fork begins in the middle of a page, its first page has a copy of the slots
 * before it, so that a row's past is a list of whole pages.
 */
final class TornadoKvSegment extends KvSegment {
  private final TornadoKvCache cache;
  private final int firstPage;
  private List<TornadoArray> pages = new ArrayList<>();

  TornadoKvSegment(TornadoKvCache cache, TornadoKvSegment parent, int start) {
    super(parent, start);
    this.cache = cache;
    this.firstPage = start / Kernels.PAGE;
  }

  @Override
  public KvCache cache() {
    return cache;
  }

  @Override
  protected KvSegment newChild(int at, int expectedSlots) {
    return new TornadoKvSegment(cache, this, at);
  }

  /** Makes room for the slots before {@code end}. */
  void reserve(int end) {
    requireOpen();
    int wanted = (end + Kernels.PAGE - 1) / Kernels.PAGE - firstPage;
    while (pages.size() < wanted) {
      TornadoArray page = cache.device().allocate(1, cache.pageSize());
      // No slot is read before it is stored: zeros would be wasted.
      page.setWritten();
      if (pages.isEmpty() && start() % Kernels.PAGE != 0) {
        TornadoArray shared = ((TornadoKvSegment) parent()).page(firstPage);
        cache.device().copy(page, shared);
      }
      pages.add(page);
    }
  }

  /** The page that holds the slots from {@code number * PAGE} on, as this segment sees them. */
  TornadoArray page(int number) {
    requireOpen();
    int own = number - firstPage;
    return own >= 0 && own < pages.size()
        ? pages.get(own)
        : ((TornadoKvSegment) parent()).page(number);
  }

  private void requireOpen() {
    if (pages == null || cache.isClosed()) {
      throw new IllegalStateException("the cache segment is closed");
    }
  }

  @Override
  public void close() {
    if (pages != null) {
      pages.forEach(TornadoArray::close);
      pages = null;
    }
  }
}
