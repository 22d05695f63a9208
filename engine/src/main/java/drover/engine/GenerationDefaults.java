package drover.engine;

import drover.engine.io.DroverException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a model's {@code generation_config.json} recommends; a key that it leaves out is empty.
 *
 * @param bosTokenId the token that begins a text
 * @param eosTokenIds the tokens that end a text, empty where the file names none
 * @param padTokenId the padding token
 * @param doSample whether to sample rather than take the most likely token
 * @param temperature divides the logits
 * @param topK how many of the most likely tokens are sampled from; 0 means all
 * @param topP the probability mass that is sampled from
 * @param minP the least probability, relative to the most likely token's
 * @param repetitionPenalty divides the logits of tokens already in the text
 * @param maxLength the most tokens of prompt and text together
 * @param maxNewTokens the most tokens of text
 */
public record GenerationDefaults(
    OptionalInt bosTokenId,
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    boolean doSample,
    OptionalDouble temperature,
    OptionalInt topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble repetitionPenalty,
    OptionalInt maxLength,
    OptionalInt maxNewTokens) {

  /** Keeps a copy of the list. */
  public GenerationDefaults {
    eosTokenIds = List.copyOf(eosTokenIds);
  }

  /**
   * Reads a {@code generation_config.json}.
   *
   * @throws DroverException if the file cannot be read or a key has a value of the wrong type
   */
  public static GenerationDefaults load(Path file) {
    return JsonFields.read(file, GenerationDefaults::from);
  }

  private static GenerationDefaults from(JsonFields json) {
    return new GenerationDefaults(
        json.tokenId("bos_token_id"),
        json.tokenIds("eos_token_id"),
        json.tokenId("pad_token_id"),
        json.flag("do_sample", false),
        json.number("temperature"),
        json.integer("top_k"),
        json.number("top_p"),
        json.number("min_p"),
        json.number("repetition_penalty"),
        json.integer("max_length"),
        json.integer("max_new_tokens"));
  }
}
