package drover.steering;

import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.List;

/**
 * Contrastive texts: examples, each with every suffix behind it.
 *
 * @param examples what the user says, on either side
 * @param suffixes how the reply begins, on either side; empty where the examples alone are the
 *     contrast
 */
public record SteeringDataset(List<ContrastPair> examples, List<ContrastPair> suffixes) {
  /** Refuses a data set without examples. */
  public SteeringDataset {
    examples = List.copyOf(examples);
    suffixes = List.copyOf(suffixes);
    if (examples.isEmpty()) {
      throw new DroverException("a steering data set needs at least one example");
    }
  }

  /** The same questions on both sides, told apart by their suffixes alone. */
  public static SteeringDataset ofQuestions(List<String> questions, List<ContrastPair> suffixes) {
    return new SteeringDataset(
        questions.stream().map(q -> new ContrastPair(q, q)).toList(), suffixes);
  }

  /** An example with a suffix, which is empty where there are none. */
  record Item(ContrastPair example, ContrastPair suffix) {}

  /** Every example with the first suffix, then with the second, and so on. */
  List<Item> items() {
    List<ContrastPair> behind = suffixes.isEmpty() ? List.of(new ContrastPair("", "")) : suffixes;
    List<Item> items = new ArrayList<>();
    for (ContrastPair suffix : behind) {
      for (ContrastPair example : examples) {
        items.add(new Item(example, suffix));
      }
    }
    return items;
  }
}
