package drover.steering;

import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Sequence;
import drover.steering.Pooled.Window;
import drover.steering.TokenSpans.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * The activations of padding, as HuggingFace transformers has them: padding is masked as a key, but
 * as a query it goes through the model like any other token.
 */
final class PaddingRows {
  /** The token that texts are padded with. */
  private static final int PADDING = 0;

  /**
   * Strings that are alike, and pool padding behind them.
   *
   * @param past a sequence of their tokens and no more
   * @param total their sum so far, {@code [places * hidden]}
   */
  record Padded(Sequence past, Window window, List<Integer> strings, float[] total) {}

  private record Piece(Padded padded, Range positions) {}

  private final PoolingPasses passes;
  private final PooledNorms norms;
  private final int width;

  PaddingRows(PoolingPasses passes, PooledNorms norms, int width) {
    this.passes = passes;
    this.norms = norms;
    this.width = width;
  }

  /** Adds the padding behind strings to their sums: its tokens see the string and nothing else. */
  void addBehind(List<Padded> strings) {
    List<Piece> pass = new ArrayList<>();
    int room = PoolingPasses.ROWS;
    for (Padded padded : strings) {
      Range behind = padded.window().behind();
      for (int from = behind.from(); from < behind.to(); ) {
        int to = Math.min(behind.to(), from + room);
        pass.add(new Piece(padded, new Range(from, to)));
        room -= to - from;
        from = to;
        if (room == 0) {
          run(pass);
          pass.clear();
          room = PoolingPasses.ROWS;
        }
      }
    }
    if (!pass.isEmpty()) {
      run(pass);
    }
  }

  private void run(List<Piece> pieces) {
    Batch.Builder builder = Batch.builder();
    for (Piece piece : pieces) {
      Range at = piece.positions();
      int[] ids = new int[at.length()];
      builder.addLooking(piece.padded().past(), at.from(), ids);
    }
    Batch batch = builder.build();
    passes.run(
        batch,
        (place, rows, rowNorms) -> {
          for (int p = 0; p < pieces.size(); p++) {
            Padded padded = pieces.get(p).padded();
            int[] times = norms.count(padded.strings());
            for (int row = batch.start(p); row < batch.start(p) + batch.length(p); row++) {
              NodeSums.add(rows, row * width, padded.total(), place * width, width);
              norms.add(place, rowNorms[row], times);
            }
          }
        });
  }

  /**
   * The row of padding before a string, {@code [places * hidden]}: all of it is the same, because
   * it sees nothing, not even itself, and attention over nothing is zero.
   *
   * @param times how often it is pooled, by data set
   */
  float[] before(Llama model, int places, int[] times) {
    float[] blank = new float[places * width];
    float[] zeros = new float[model.config().heads() * model.config().headDim()];
    Hooks.Builder hooks = Hooks.builder().on(HookPoint.Z, a -> a.setRow(0, zeros));
    try (Sequence sequence = model.newSequence(1)) {
      int[] ids = {PADDING};
      passes.run(
          Batch.builder().add(sequence, ids, Batch.LogitRows.NONE).build(),
          hooks,
          (place, rows, rowNorms) -> {
            System.arraycopy(rows, 0, blank, place * width, width);
            norms.add(place, rowNorms[0], times);
          });
    }
    return blank;
  }
}
