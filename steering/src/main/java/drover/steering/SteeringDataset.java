package drover.steering;

import drover.engine.io.DroverException;
import drover.tokenizer.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Contrastive examples, each with every suffix behind it.
 *
 * <pre>{@code
 * SteeringDataset refusal =
 *     SteeringDataset.ofTexts(pairs).withSuffixPairs(beginnings).withSystemMessages("Be brief.", "");
 * }</pre>
 *
 * Special tokens that the texts spell out stay text.
 *
 * @param examples what is said, on either side
 * @param suffixes how the reply begins
 * @param usesChatTemplate whether examples go through the model's chat template, where it has one
 * @param systemMessages the system message of the positive and of the negative side
 */
public record SteeringDataset(
    List<Example> examples,
    Suffixes suffixes,
    boolean usesChatTemplate,
    Optional<ContrastPair> systemMessages) {

  /**
   * Two conversations that differ in what a direction shall capture. It points from the negative to
   * the positive.
   */
  public record Example(List<Message> positive, List<Message> negative) {
    /** Refuses a side without messages. */
    public Example {
      positive = List.copyOf(positive);
      negative = List.copyOf(negative);
      if (positive.isEmpty() || negative.isEmpty()) {
        throw new DroverException("an example has a side without messages");
      }
    }

    /** What a user says, on either side. */
    public static Example of(ContrastPair texts) {
      return new Example(user(texts.positive()), user(texts.negative()));
    }

    private static List<Message> user(String text) {
      return List.of(new Message("user", text));
    }
  }

  /** Refuses a data set without examples. */
  public SteeringDataset {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new DroverException("a steering data set needs at least one example");
    }
  }

  /**
   * What users say, and pairs of suffixes.
   *
   * @param suffixes empty where the examples alone are the contrast
   */
  public SteeringDataset(List<ContrastPair> examples, List<ContrastPair> suffixes) {
    this(
        examples.stream().map(Example::of).toList(),
        suffixes.isEmpty() ? new Suffixes.None() : new Suffixes.Pairs(suffixes),
        true,
        Optional.empty());
  }

  /** What users say, without suffixes. */
  public static SteeringDataset ofTexts(List<ContrastPair> examples) {
    return new SteeringDataset(examples, List.of());
  }

  /** Conversations, without suffixes. */
  public static SteeringDataset ofMessages(List<Example> examples) {
    return new SteeringDataset(examples, new Suffixes.None(), true, Optional.empty());
  }

  /** The same questions on both sides, told apart by their suffixes alone. */
  public static SteeringDataset ofQuestions(List<String> questions, List<ContrastPair> suffixes) {
    return new SteeringDataset(
        questions.stream().map(q -> new ContrastPair(q, q)).toList(), suffixes);
  }

  /** With a suffix for either side in each pair. */
  public SteeringDataset withSuffixPairs(List<ContrastPair> value) {
    return with(new Suffixes.Pairs(value));
  }

  /** With suffixes that are the same on both sides. */
  public SteeringDataset withSuffixes(List<String> value) {
    return with(new Suffixes.Same(value));
  }

  /**
   * With Drover's own list of neutral beginnings, the same on both sides: {@link Suffixes.Default}.
   * The Python library uses a list of its own wherever it is given no suffixes and not told to do
   * without; here that has to be asked for.
   */
  public SteeringDataset withDefaultSuffixes() {
    return with(new Suffixes.Default());
  }

  /** Without suffixes: the Python library's {@code disable_suffixes}. */
  public SteeringDataset withoutSuffixes() {
    return with(new Suffixes.None());
  }

  private SteeringDataset with(Suffixes value) {
    return new SteeringDataset(examples, value, usesChatTemplate, systemMessages);
  }

  /** With a system message before each example, one for either side. */
  public SteeringDataset withSystemMessages(String positive, String negative) {
    return new SteeringDataset(
        examples, suffixes, usesChatTemplate, Optional.of(new ContrastPair(positive, negative)));
  }

  /** With the texts as they are, even where the model has a chat template. */
  public SteeringDataset withoutChatTemplate() {
    return new SteeringDataset(examples, suffixes, false, systemMessages);
  }

  /** How many pairs of texts there are: every example with every suffix. */
  public int pairs() {
    return Math.multiplyExact(examples.size(), Math.max(1, suffixes.pairs().size()));
  }

  /** An example with a suffix, which is empty where there are none. */
  record Item(Example example, ContrastPair suffix) {}

  /** Every example with the first suffix, then with the second, and so on. */
  List<Item> items() {
    List<ContrastPair> behind = suffixes.pairs();
    if (behind.isEmpty()) {
      behind = List.of(new ContrastPair("", ""));
    }
    List<Item> items = new ArrayList<>();
    for (ContrastPair suffix : behind) {
      for (Example example : examples) {
        items.add(new Item(example, suffix));
      }
    }
    return items;
  }
}
