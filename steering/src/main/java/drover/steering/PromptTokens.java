package drover.steering;

import drover.engine.PromptEncoder;
import drover.engine.PromptEncoder.Rendering;
import drover.engine.io.DroverException;
import drover.tokenizer.Message;
import drover.tokenizer.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A prompt as token ids, with what is known of whose words they are: conditions may pool only some.
 */
public final class PromptTokens {
  private final int[] ids;
  private final Optional<TokenSpans> spans;
  private final int dropped;

  private PromptTokens(int[] ids, Optional<TokenSpans> spans, int dropped) {
    this.ids = ids;
    this.spans = spans;
    this.dropped = dropped;
  }

  /** A text as it is, without chat template or special tokens: all of it the user's. */
  public static PromptTokens plain(PromptEncoder encoder, String text) {
    TokenSpans spans =
        TokenSpans.of(
            List.of(new Message("user", text)), said -> encoder.plain(said.getFirst().content()));
    return new PromptTokens(spans.ids(), Optional.of(spans), 0);
  }

  /** Token ids of which nothing else is known. */
  public static PromptTokens ofIds(int... ids) {
    return new PromptTokens(ids.clone(), Optional.empty(), 0);
  }

  /**
   * What a user says, for the model to answer: through the chat template where there is one.
   *
   * @throws DroverException if the template fails
   */
  public static PromptTokens of(PromptEncoder encoder, String text) {
    return of(encoder, List.of(new Message("user", text)));
  }

  /**
   * A conversation that the model is to go on with.
   *
   * @throws DroverException if the template fails, or there is none for several messages
   */
  public static PromptTokens of(PromptEncoder encoder, List<Message> messages) {
    TokenSpans spans = TokenSpans.of(encoder, messages, true);
    return new PromptTokens(spans.ids(), Optional.of(spans), 0);
  }

  /**
   * The same in a reading of the method: the Python library's may have a second beginning-of-text
   * token, and takes special tokens that are spelled out for such.
   *
   * @throws DroverException if the template fails, or there is none for several messages
   */
  public static PromptTokens of(
      PromptEncoder encoder, List<Message> messages, Semantics semantics) {
    boolean parse = semantics.keeps(Quirk.TEXT_BECOMES_SPECIAL_TOKENS);
    PromptEncoder reading = parse ? encoder.parsingSpecialTokens() : encoder;
    if (!semantics.keeps(Quirk.SECOND_BOS) || !encoder.hasChatTemplate()) {
      return of(reading, messages);
    }
    TokenSpans spans =
        TokenSpans.of(
            messages,
            said -> {
              Rendering rendering = reading.render(said, true);
              List<Span> literal = parse ? List.of() : rendering.literal();
              return reading.tokenizer().encode(rendering.text(), true, literal);
            });
    return new PromptTokens(spans.ids(), Optional.of(spans), 0);
  }

  /** The ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }

  /** The prompt without its first tokens, which a sequence holds already. */
  public PromptTokens from(int first) {
    return new PromptTokens(Arrays.copyOfRange(ids, first, ids.length), spans, dropped + first);
  }

  /**
   * The tokens that are pooled, as ranges that are not empty.
   *
   * @throws DroverException if there are none, or nobody knows which they are
   */
  List<TokenSpans.Range> pooled(Accumulate accumulate) {
    if (spans.isEmpty()) {
      return ofWhole(accumulate);
    }
    List<TokenSpans.Range> ranges = new ArrayList<>();
    for (TokenSpans.Range range : spans.get().pooled(accumulate)) {
      int from = Math.max(0, range.from() - dropped);
      int to = range.to() - dropped;
      if (from < to) {
        ranges.add(new TokenSpans.Range(from, to));
      }
    }
    return ranges.isEmpty() ? List.of(new TokenSpans.Range(ids.length - 1, ids.length)) : ranges;
  }

  private List<TokenSpans.Range> ofWhole(Accumulate accumulate) {
    int end = ids.length;
    int from =
        switch (accumulate) {
          case Accumulate.All() -> 0;
          case Accumulate.Last(int tokens) -> Math.max(0, end - tokens);
          case Accumulate.AllButFirst(int tokens) -> Math.clamp(tokens, 0, end - 1);
          case Accumulate.SuffixOnly(), Accumulate.Content(), Accumulate.User() ->
              throw new DroverException(
                  "a condition pools %s, which cannot be told of a prompt that is given as token ids"
                      .formatted(accumulate));
        };
    return List.of(new TokenSpans.Range(from, end));
  }
}
