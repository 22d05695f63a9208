package drover.engine;

import drover.engine.io.DroverException;
import java.util.List;
import java.util.Locale;

/**
 * How tokens are chosen and when a text ends. Start from {@link #greedy} and change what differs:
 * {@code GenerationSettings.greedy(64).withTemperature(0.8).withSeed(1)}.
 *
 * <p>The filters are applied in the order of HuggingFace transformers: repetition penalty,
 * temperature, top-k, top-p, min-p.
 *
 * @param maxNewTokens the most tokens to generate, at least 1
 * @param temperature divides the logits; 0 takes the most likely token
 * @param topK how many of the most likely tokens are sampled from; 0 means all
 * @param topP the probability mass that is sampled from, in (0, 1]
 * @param minP the least probability, relative to the most likely token's, in [0, 1]
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that are in
 *     the prompt or the text already (Keskar et al. 2019); 1 changes nothing
 * @param seed where the random numbers start: the same seed gives the same text, whatever else is
 *     in the batch
 * @param stopStrings texts that end the generation; they are not part of the result
 * @param ignoreStopTokens whether to go on past the model's end-of-text tokens
 * @param keepSpecialTokens whether the text shows special tokens, such as the one that ended it
 */
public record GenerationSettings(
    int maxNewTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    long seed,
    List<String> stopStrings,
    boolean ignoreStopTokens,
    boolean keepSpecialTokens) {

  /** Checks every number. */
  public GenerationSettings {
    require(maxNewTokens >= 1, "max-new-tokens", maxNewTokens, "at least 1");
    require(temperature >= 0 && temperature <= 1e4, "temperature", temperature, "from 0 to 10000");
    require(topK >= 0, "top-k", topK, "at least 0");
    require(topP > 0 && topP <= 1, "top-p", topP, "above 0 and at most 1");
    require(minP >= 0 && minP <= 1, "min-p", minP, "from 0 to 1");
    require(
        repetitionPenalty > 0 && repetitionPenalty <= 1e4,
        "repetition-penalty",
        repetitionPenalty,
        "above 0 and at most 10000");
    stopStrings = List.copyOf(stopStrings);
    if (stopStrings.contains("")) {
      throw new DroverException("a stop string is empty, which would end every text at once");
    }
  }

  private static void require(boolean holds, String name, double value, String range) {
    if (!holds) {
      throw new DroverException(
          String.format(Locale.ROOT, "%s is %s, but must be %s", name, shown(value), range));
    }
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** The most likely token each time, until the model ends the text. */
  public static GenerationSettings greedy(int maxNewTokens) {
    return new GenerationSettings(maxNewTokens, 0, 0, 1, 0, 1, 0, List.of(), false, false);
  }

  /** With another temperature. */
  public GenerationSettings withTemperature(double value) {
    return new GenerationSettings(
        maxNewTokens,
        value,
        topK,
        topP,
        minP,
        repetitionPenalty,
        seed,
        stopStrings,
        ignoreStopTokens,
        keepSpecialTokens);
  }

  /** With other limits on the tokens that are sampled from. */
  public GenerationSettings withSampling(int newTopK, double newTopP, double newMinP) {
    return new GenerationSettings(
        maxNewTokens,
        temperature,
        newTopK,
        newTopP,
        newMinP,
        repetitionPenalty,
        seed,
        stopStrings,
        ignoreStopTokens,
        keepSpecialTokens);
  }

  /** With another repetition penalty. */
  public GenerationSettings withRepetitionPenalty(double value) {
    return new GenerationSettings(
        maxNewTokens,
        temperature,
        topK,
        topP,
        minP,
        value,
        seed,
        stopStrings,
        ignoreStopTokens,
        keepSpecialTokens);
  }

  /** With another seed. */
  public GenerationSettings withSeed(long value) {
    return new GenerationSettings(
        maxNewTokens,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        value,
        stopStrings,
        ignoreStopTokens,
        keepSpecialTokens);
  }

  /** With other stop strings. */
  public GenerationSettings withStopStrings(List<String> values) {
    return new GenerationSettings(
        maxNewTokens,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        seed,
        values,
        ignoreStopTokens,
        keepSpecialTokens);
  }

  /** With other choices about special tokens. */
  public GenerationSettings withSpecialTokens(boolean ignoreStops, boolean keepInText) {
    return new GenerationSettings(
        maxNewTokens,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        seed,
        stopStrings,
        ignoreStops,
        keepInText);
  }
}
