package drover.cli;

import drover.engine.Llama;
import drover.engine.ModelConfig;

/**
 * How much of the data the tour uses.
 *
 * @param questions questions of the behaviour
 * @param suffixes pairs of openings behind each of them
 * @param pairs pairs that a condition is fitted on
 * @param calibration pairs among which its point is sought
 * @param heldOut prompts of either kind on which rates are measured
 * @param rows rows of the six categories that their conditions are fitted on
 * @param rowsHeldOut prompts of each category on which rates are measured
 * @param trials prompts on which strengths are tried
 * @param tokens how long answers get
 */
record TourSizes(
    int questions,
    int suffixes,
    int pairs,
    int calibration,
    int heldOut,
    int rows,
    int rowsHeldOut,
    int trials,
    int tokens) {
  private static final TourSizes SMALL_MODEL =
      new TourSizes(40, 12, 300, 200, 100, 200, 20, 20, 32);
  private static final TourSizes LARGER_MODEL = new TourSizes(30, 15, 240, 100, 40, 80, 8, 12, 32);

  /** Such a model reads and writes thousands of tokens a second on a laptop. */
  private static final long SMALL = 20_000_000;

  /** What a model does within a minute, if it is small, or else within minutes. */
  static TourSizes of(Llama model) {
    ModelConfig config = model.config();
    // The weights of a block of the usual shape.
    long weights = 12L * config.layers() * config.hiddenSize() * config.hiddenSize();
    return weights < SMALL ? SMALL_MODEL : LARGER_MODEL;
  }
}
