package drover.steering;

import drover.engine.PromptEncoder;
import drover.engine.io.DroverException;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A conversation as token ids, and which of them are whose: what a message says lies where the ids
 * change when something else is said in its place.
 *
 * <p>That needs nothing of the chat template or the tokenizer but that they can be asked again. A
 * token in which a message and the template meet counts as the message's. Positions are found when
 * first asked for; one thread at a time.
 */
final class TokenSpans {

  /**
   * Tokens side by side.
   *
   * @param from the first
   * @param to behind the last
   */
  record Range(int from, int to) {
    int length() {
      return to - from;
    }
  }

  /** Said instead: no two begin or end alike, so one of them differs from any message there. */
  private static final List<String> INSTEAD = List.of("Blue lamps", "quiet morning");

  private final int[] ids;
  private final int[] conversation;
  private final List<Message> messages;
  private final Function<List<Message>, int[]> encode;
  private final int suffixFrom;
  private final Range[] found;

  private TokenSpans(
      int[] ids,
      int[] conversation,
      List<Message> messages,
      Function<List<Message>, int[]> encode,
      int suffixFrom,
      Range[] found) {
    this.ids = ids;
    this.conversation = conversation;
    this.messages = messages;
    this.encode = encode;
    this.suffixFrom = suffixFrom;
    this.found = found;
  }

  /**
   * A conversation through the chat template; a single message is plain text where the model has no
   * template.
   *
   * @param addGenerationPrompt whether to add what tells the model that it is its turn
   * @throws DroverException if the template fails, or is missing where it is needed
   */
  static TokenSpans of(PromptEncoder encoder, List<Message> messages, boolean addGenerationPrompt) {
    return of(
        messages,
        said ->
            encoder.hasChatTemplate() || said.size() > 1
                ? encoder.chat(said, addGenerationPrompt)
                : encoder.prompt(said.getFirst().content(), Optional.empty()));
  }

  /** A conversation that is encoded in some other way, which is asked again for other contents. */
  static TokenSpans of(List<Message> messages, Function<List<Message>, int[]> encode) {
    int[] ids = encode.apply(messages);
    return new TokenSpans(
        ids, ids, List.copyOf(messages), encode, ids.length, new Range[messages.size()]);
  }

  /**
   * The conversation with a suffix glued on behind.
   *
   * @param whole the ids of both together; the suffix has those behind what is common with the
   *     conversation alone
   */
  TokenSpans followedBy(int[] whole) {
    int mismatch = Arrays.mismatch(whole, conversation);
    return new TokenSpans(
        whole, conversation, messages, encode, mismatch < 0 ? whole.length : mismatch, found);
  }

  /** All ids; not to be changed. */
  int[] ids() {
    return ids;
  }

  /** The tokens of the suffix; none without one. */
  Range suffix() {
    return new Range(suffixFrom, ids.length);
  }

  /**
   * What the last message of the user says.
   *
   * @throws DroverException if no message is the user's
   */
  Range user() {
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role().equals("user")) {
        return message(i);
      }
    }
    throw new DroverException("accumulate is user, but no message has the role 'user'");
  }

  /** What each message says, in their order, and the suffix; those without tokens are left out. */
  List<Range> content() {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      ranges.add(message(i));
    }
    ranges.add(suffix());
    ranges.removeIf(range -> range.length() == 0);
    return ranges;
  }

  /**
   * The tokens that are pooled, as ranges that are not empty.
   *
   * @throws DroverException if there are none
   */
  List<Range> pooled(Accumulate accumulate) {
    int end = ids.length;
    List<Range> ranges =
        switch (accumulate) {
          case Accumulate.All() -> List.of(new Range(0, end));
          case Accumulate.Last(int tokens) -> List.of(new Range(Math.max(0, end - tokens), end));
          case Accumulate.AllButFirst(int tokens) ->
              List.of(new Range(Math.clamp(end - 1, 0, tokens), end));
          case Accumulate.SuffixOnly() -> List.of(suffix());
          case Accumulate.Content() -> content();
          case Accumulate.User() -> List.of(user());
        };
    if (ranges.stream().mapToInt(Range::length).sum() == 0) {
      throw new DroverException(
          accumulate instanceof Accumulate.SuffixOnly
              ? "accumulate is suffix-only, but there is an empty suffix"
              : "accumulate is %s, but a text has no tokens of that kind".formatted(accumulate));
    }
    return ranges;
  }

  /** A message's tokens; of one that runs into the suffix, those before it. */
  private Range message(int message) {
    if (found[message] == null) {
      found[message] = find(message);
    }
    Range range = found[message];
    int end = suffixFrom;
    return new Range(Math.min(range.from(), end), Math.min(range.to(), end));
  }

  /** Within the conversation without suffix. */
  private Range find(int message) {
    int before = conversation.length;
    int behind = conversation.length;
    for (String instead : INSTEAD) {
      List<Message> changed = new ArrayList<>(messages);
      changed.set(message, new Message(messages.get(message).role(), instead));
      int[] other = encode.apply(changed);
      int mismatch = Arrays.mismatch(conversation, other);
      before = Math.min(before, mismatch < 0 ? conversation.length : mismatch);
      behind = Math.min(behind, commonSuffix(conversation, other));
    }
    return new Range(before, Math.max(before, conversation.length - behind));
  }

  /** How many last elements are equal. */
  private static int commonSuffix(int[] a, int[] b) {
    int most = Math.min(a.length, b.length);
    int length = 0;
    while (length < most && a[a.length - 1 - length] == b[b.length - 1 - length]) {
      length++;
    }
    return length;
  }
}
