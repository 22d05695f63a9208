package drover.steering;

import drover.engine.io.DroverException;
import java.util.List;

/** How the replies of a {@link SteeringDataset} begin. */
public sealed interface Suffixes {
  /** Not at all: the examples alone are the contrast. */
  record None() implements Suffixes {}

  /**
   * One for either side.
   *
   * @param suffixes at least one pair
   */
  record Pairs(List<ContrastPair> suffixes) implements Suffixes {
    /** Refuses an empty list. */
    public Pairs {
      suffixes = List.copyOf(suffixes);
      check(suffixes);
    }
  }

  /**
   * The same on both sides.
   *
   * @param suffixes at least one
   */
  record Same(List<String> suffixes) implements Suffixes {
    /** Refuses an empty list. */
    public Same {
      suffixes = List.copyOf(suffixes);
      check(suffixes);
    }
  }

  /**
   * Neutral beginnings of sentences, the same on both sides, so that a direction is read where the
   * model is about to go on in many ways.
   */
  record Default() implements Suffixes {
    private static final List<String> LIST =
        List.of(
            "Well,",
            "To begin with,",
            "There is",
            "It was a",
            "In my view,",
            "Most people",
            "Let me",
            "The first thing",
            "As far as I know,",
            "Every time",
            "Some would say",
            "If I had to choose,",
            "Last summer",
            "Not long ago,",
            "Under the bridge",
            "My neighbour",
            "On the one hand,",
            "What matters here",
            "Before anything else,",
            "One could",
            "At the moment",
            "Somewhere",
            "They told me",
            "A good place to start",
            "Usually",
            "After lunch",
            "Between you and me,",
            "Nobody",
            "The short answer",
            "Imagine",
            "During the week",
            "For example,",
            "Once upon a time",
            "I remember",
            "Perhaps",
            "The best way",
            "In the morning",
            "All in all,",
            "Her brother",
            "Down the street",
            "When I think of it,",
            "You might",
            "Over the years",
            "The point is",
            "Looking back,",
            "Here are",
            "Someone once",
            "It depends",
            "The old house",
            "I would",
            "With a little luck",
            "In other words,",
            "Two of them",
            "By the way,",
            "We went",
            "The question",
            "Just now",
            "Think of",
            "Around here",
            "From what I have read,",
            "Later that day",
            "Strictly speaking,",
            "His favourite",
            "So far",
            "This kind of",
            "Without much effort",
            "The second option",
            "Outside",
            "Those who",
            "I have always",
            "Next,",
            "Above all,",
            "A friend of mine",
            "Given the choice,",
            "Every so often",
            "The train",
            "Rather than",
            "In the end",
            "What I like",
            "Please");
  }

  private static void check(List<?> suffixes) {
    if (suffixes.isEmpty()) {
      throw new DroverException("the list of suffixes is empty; leave it out to have none");
    }
  }

  /** The suffixes of either side; none for {@link None}. */
  default List<ContrastPair> pairs() {
    return switch (this) {
      case None() -> List.of();
      case Pairs(List<ContrastPair> suffixes) -> suffixes;
      case Same(List<String> suffixes) -> same(suffixes);
      case Default() -> same(Default.LIST);
    };
  }

  private static List<ContrastPair> same(List<String> suffixes) {
    return suffixes.stream().map(suffix -> new ContrastPair(suffix, suffix)).toList();
  }
}
