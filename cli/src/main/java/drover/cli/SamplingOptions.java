package drover.cli;

import drover.engine.GenerationSettings;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "The most tokens to generate (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens = 128;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Sample, with the logits divided by T (default: take the most likely token).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Sample from the K most likely tokens (default: all).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample from the most likely tokens of probability P together (default: 1).")
  private double topP = 1;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Leave out tokens less than P times as likely as the most likely (default: 0).")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Make tokens that are in the text already less likely (default: 1, not).")
  private double repetitionPenalty = 1;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Where random numbers start: the same seed, the same text (default: 0).")
  private long seed;

  GenerationSettings settings(Io io) {
    GenerationSettings settings =
        GenerationSettings.greedy(maxNewTokens)
            .withTemperature(temperature)
            .withSampling(topK, topP, minP)
            .withRepetitionPenalty(repetitionPenalty)
            .withSeed(seed);
    if (temperature == 0 && (topK != 0 || topP != 1 || minP != 0)) {
      io.notice("--top-k, --top-p and --min-p do nothing without a --temperature above 0");
    }
    return settings;
  }
}
