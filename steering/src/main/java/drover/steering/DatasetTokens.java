package drover.steering;

import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.PromptEncoder.Rendering;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A data set as token strings, put through the model's chat template where it has one. */
final class DatasetTokens {
  private final PromptEncoder encoder;
  private final Semantics semantics;
  private final Map<String, Rendering> renderings = new HashMap<>();
  private final Map<String, int[]> bare = new HashMap<>();

  private DatasetTokens(PromptEncoder encoder, Semantics semantics) {
    this.encoder = encoder;
    this.semantics = semantics;
  }

  /** The pairs of a data set, in the order of {@link SteeringDataset#items}. */
  static List<TokenPair> of(Llama model, SteeringDataset dataset, Semantics semantics) {
    PromptEncoder encoder = PromptEncoder.of(model);
    if (semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS)) {
      encoder = encoder.parsingSpecialTokens();
    }
    DatasetTokens tokens = new DatasetTokens(encoder, semantics);
    List<TokenPair> pairs = new ArrayList<>();
    for (SteeringDataset.Item item : dataset.items()) {
      String positiveSuffix = item.suffix().positive();
      String negativeSuffix = item.suffix().negative();
      int[] positive = tokens.encode(item.example().positive(), positiveSuffix);
      int[] negative = tokens.encode(item.example().negative(), negativeSuffix);
      pairs.add(
          new TokenPair(
              positive,
              tokens.suffixLength(item.example().positive(), positiveSuffix, positive),
              negative,
              tokens.suffixLength(item.example().negative(), negativeSuffix, negative)));
    }
    return pairs;
  }

  private int[] encode(String example, String suffix) {
    if (!encoder.hasChatTemplate()) {
      return encoder
          .tokenizer()
          .encode(example + suffix, true, semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS));
    }
    Rendering rendering = renderings.computeIfAbsent(example, this::render).followedBy(suffix);
    return semantics.keeps(Quirk.SECOND_BOS)
        ? encoder
            .tokenizer()
            .encode(rendering.text(), true, semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS))
        : encoder.encode(rendering);
  }

  private Rendering render(String example) {
    return encoder.render(
        List.of(new Message("user", example)),
        !semantics.keeps(Quirk.EXTRACTS_WITHOUT_REPLY_HEADER));
  }

  /**
   * How many tokens the suffix has. The library counts those of the suffix alone; corrected, they
   * are counted where they stand, behind what is common with the text without suffix.
   */
  private int suffixLength(String example, String suffix, int[] whole) {
    if (suffix.isEmpty()) {
      return 0;
    }
    if (semantics.keeps(Quirk.SUFFIX_LENGTH_OF_FIRST)) {
      return encoder
          .tokenizer()
          .encode(suffix, false, semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS))
          .length;
    }
    int[] without = bare.computeIfAbsent(example, e -> encode(e, ""));
    int mismatch = Arrays.mismatch(whole, without);
    return whole.length - (mismatch < 0 ? whole.length : mismatch);
  }
}
