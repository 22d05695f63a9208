package drover.steering;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The ways in which the Python library departs from the paper, or from what its user would expect.
 * A {@link Semantics} keeps some of them; {@link Semantics#REFERENCE} keeps all.
 */
public enum Quirk {
  /**
   * Vector k, which is read after block k, is measured and added before block k: one block too
   * early. Without it, gate and addition stand where the vector was read.
   */
  ACTS_BEFORE_BLOCK,

  /**
   * The vector of the last layer is read after the model's final norm. Without it, after the last
   * block, like every other.
   */
  LAST_LAYER_AFTER_FINAL_NORM,

  /**
   * Texts are padded in batches, and padding counts in the means ({@link Padding}). Without it,
   * there is no padding.
   */
  PADDING_COUNTS,

  /**
   * "suffix-only" takes as many tokens of every text as the first positive suffix has; of suffixes
   * that are the same on both sides, as the first one's first character has; without suffixes or
   * with the default ones, one. Without it, each text's own suffix.
   */
  SUFFIX_LENGTH_OF_FIRST,

  /**
   * Texts for extraction end after the user's turn, so that a suffix follows the user's end-of-turn
   * mark. Without it, it follows the header of the reply, where the model really answers.
   */
  EXTRACTS_WITHOUT_REPLY_HEADER,

  /**
   * A text from the chat template gets the tokenizer's own beginning-of-text token in front of the
   * template's. Without it, only what the template writes.
   */
  SECOND_BOS,

  /**
   * Special tokens written out in texts become those tokens, except that in data sets the four that
   * the tokenizer has a role for (BOS, EOS, padding, unknown) are broken up with bars. Without it,
   * text stays text.
   */
  TEXT_BECOMES_SPECIAL_TOKENS,

  /** Only the first text of a batch is gated and steered. Without it, each by its own gate. */
  FIRST_OF_BATCH_ONLY,

  /**
   * What is steered in the layers before a condition's misses the prompt. Without it, the prompt is
   * run again from the lowest of those layers.
   */
  LATE_GATE_MISSES_PROMPT,

  /**
   * Rules are a flat list: any {@code or} makes the whole rule an OR, and {@code not} and
   * parentheses are unknown. Without it, the usual precedence.
   */
  FLAT_RULES,

  /** A behavior is carried out once for each rule that holds and names it. Without it, once. */
  RULES_ADD_UP,

  /**
   * The norm guard rescales every token of a layer when one of them exceeds its norm. Without it,
   * only those that exceed.
   */
  GUARD_RESCALES_ALL,

  /** Scaling by explained variance fails. Without it, it works. */
  NO_EXPLAINED_VARIANCE,

  /**
   * The best threshold is rounded to three decimals, whatever the step. Without it, it is exact.
   */
  ROUNDED_THRESHOLD,

  /**
   * In the search, though not in steering, a similarity equal to the threshold meets "larger".
   * Without it, in neither.
   */
  EQUAL_MEETS_LARGER,

  /**
   * The analysis has one entry for all thresholds that are equal to three decimals: the last one
   * wins. Without it, each has its own.
   */
  COLLIDING_KEYS;

  /** As plans and options write it: {@code flat_rules}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The quirk of a name.
   *
   * @throws DroverException if there is none
   */
  static Quirk named(String name) {
    for (Quirk quirk : values()) {
      if (quirk.key().equals(name)) {
        return quirk;
      }
    }
    throw new DroverException(
        "semantics has the unknown switch %s; there are %s"
            .formatted(
                DroverException.quote(name),
                Arrays.stream(values()).map(Quirk::key).collect(Collectors.joining(", "))));
  }
}
