package drover.kernels.tornado;

import drover.kernels.RowLayout;
import drover.kernels.Shapes;

/**
 * What the kernels must know of a batch's layout, the same for all layers, as tables of a
 * recording.
 *
 * @param cache the cache that all runs belong to
 * @param slots where the table begins of where each row's slot begins, -1 for rows that only look
 * @param visible where the table begins of how many slots each row sees
 * @param pages where the table begins of where, among the tables, each row's pages begin
 * @param mostVisible the most that a row sees
 */
record CacheTables(TornadoKvCache cache, int slots, int visible, int pages, int mostVisible) {

  /** The tables of a layout, made at most once in a recording. */
  static CacheTables of(RowLayout layout, Engine engine) {
    TornadoKvCache cache = (TornadoKvCache) Shapes.cache(layout);
    int[] known = engine.known(layout);
    if (known == null) {
      known = make(layout, cache, engine);
      engine.remember(layout, known);
    }
    return new CacheTables(cache, known[0], known[1], known[2], known[3]);
  }

  private static int[] make(RowLayout layout, TornadoKvCache cache, Engine engine) {
    // First of all: to make room may itself be recorded, and so run what is recorded.
    for (RowLayout.Run run : layout.runs()) {
      if (run.stored()) {
        ((TornadoKvSegment) run.segment()).reserve(run.slot() + run.rows());
      }
    }
    int[] slots = new int[layout.rows()];
    int[] visible = new int[layout.rows()];
    int[] pages = new int[layout.rows()];
    int most = 0;
    for (int r = 0; r < layout.runs().size(); r++) {
      RowLayout.Run run = layout.runs().get(r);
      TornadoKvSegment segment = (TornadoKvSegment) run.segment();
      int[] starts = starts(segment, run.visible(run.rows() - 1));
      int table = engine.table(starts);
      for (int i = 0; i < run.rows(); i++) {
        int row = layout.start(r) + i;
        int slot = run.slot() + i;
        slots[row] =
            run.stored() ? starts[slot / Kernels.PAGE] + slot % Kernels.PAGE * cache.width() : -1;
        visible[row] = run.visible(i);
        pages[row] = table;
        most = Math.max(most, run.visible(i));
      }
    }
    return new int[] {engine.table(slots), engine.table(visible), engine.table(pages), most};
  }

  /** Where each page of the first slots begins. */
  private static int[] starts(TornadoKvSegment segment, int slots) {
    int[] starts = new int[(slots + Kernels.PAGE - 1) / Kernels.PAGE];
    for (int page = 0; page < starts.length; page++) {
      starts[page] = segment.page(page).start();
    }
    return starts;
  }
}
