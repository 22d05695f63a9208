package drover.tokenizer.regex;

import java.util.List;

/** The syntax tree of a pattern. */
sealed interface Node {

  /** How a repetition chooses its count. */
  enum Greed {
    GREEDY,
    LAZY,
    POSSESSIVE
  }

  /** A place between two characters. */
  enum Place {
    LINE_START,
    LINE_END,
    TEXT_START,
    TEXT_END,
    LAST_LINE_END,
    WORD_BOUNDARY,
    NOT_WORD_BOUNDARY
  }

  int NO_LIMIT = Integer.MAX_VALUE;

  /** How far a look-behind may look back, in characters. */
  int MAX_WIDTH = 1000;

  /** One character of a set. */
  record One(CharSet set) implements Node {}

  record Sequence(List<Node> parts) implements Node {}

  record Choice(List<Node> options) implements Node {}

  record Repeat(Node body, int min, int max, Greed greed) implements Node {}

  record Atomic(Node body) implements Node {}

  record Look(Node body, boolean behind, boolean negative) implements Node {}

  record At(Place place) implements Node {}

  /** Whether the node can match without taking a character. */
  default boolean canBeEmpty() {
    return switch (this) {
      case One one -> false;
      case Sequence sequence -> sequence.parts().stream().allMatch(Node::canBeEmpty);
      case Choice choice -> choice.options().stream().anyMatch(Node::canBeEmpty);
      case Repeat repeat -> repeat.min() == 0 || repeat.body().canBeEmpty();
      case Atomic atomic -> atomic.body().canBeEmpty();
      case Look look -> true;
      case At at -> true;
    };
  }

  /** How many characters the node always takes; refused where that varies. */
  default int width() {
    return switch (this) {
      case One one -> 1;
      case Sequence sequence -> sequence.parts().stream().mapToInt(Node::width).sum();
      case Choice choice -> {
        int width = choice.options().getFirst().width();
        if (choice.options().stream().anyMatch(option -> option.width() != width)) {
          throw new RegexException("a look-behind inside which lengths vary is not supported");
        }
        yield width;
      }
      case Repeat repeat -> {
        if (repeat.min() != repeat.max()) {
          throw new RegexException("a look-behind of varying length is not supported");
        }
        long width = (long) repeat.min() * repeat.body().width();
        if (width > MAX_WIDTH) {
          throw new RegexException("a look-behind that looks back too far");
        }
        yield (int) width;
      }
      case Atomic atomic -> atomic.body().width();
      case Look look -> 0;
      case At at -> 0;
    };
  }
}
