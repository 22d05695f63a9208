package drover.steering;

import drover.engine.io.DroverException;
import java.util.Locale;

/**
 * Which tokens of a text are pooled: the row of a text at a layer is the mean of their activations.
 */
public sealed interface Accumulate {
  /** Every token. */
  record All() implements Accumulate {
    @Override
    public String toString() {
      return "all";
    }
  }

  /** The tokens of the suffix. */
  record SuffixOnly() implements Accumulate {
    @Override
    public String toString() {
      return "suffix-only";
    }
  }

  /**
   * The last tokens; all of a text that has fewer.
   *
   * @param tokens how many, at least 1
   */
  record Last(int tokens) implements Accumulate {
    /** Checks the number. */
    public Last {
      check(tokens);
    }

    @Override
    public String toString() {
      return Integer.toString(tokens);
    }
  }

  /**
   * All but the first tokens, the first of which is an attention sink in many models; the last
   * token alone of a text that has no more.
   *
   * @param tokens how many are left out, at least 1
   */
  record AllButFirst(int tokens) implements Accumulate {
    /** Checks the number. */
    public AllButFirst {
      check(tokens);
    }

    @Override
    public String toString() {
      return "all-but-first:" + tokens;
    }
  }

  /** What the messages say, without what the chat template writes around it. */
  record Content() implements Accumulate {
    @Override
    public String toString() {
      return "content";
    }
  }

  /** What the last message of the user says. */
  record User() implements Accumulate {
    @Override
    public String toString() {
      return "user";
    }
  }

  private static void check(int tokens) {
    if (tokens < 1) {
      throw new DroverException("accumulate is " + tokens + ", but must be at least 1 token");
    }
  }

  /**
   * Reads what {@code toString} writes: {@code all}, {@code suffix-only}, {@code content}, {@code
   * user}, {@code all-but-first:N}, or a number of last tokens.
   *
   * @throws DroverException if it is none of them
   */
  static Accumulate parse(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    return switch (name) {
      case "all" -> new All();
      case "suffix-only" -> new SuffixOnly();
      case "content" -> new Content();
      case "user" -> new User();
      default ->
          name.startsWith("all-but-first:")
              ? new AllButFirst(number(name.substring(name.indexOf(':') + 1), text))
              : new Last(number(name, text));
    };
  }

  /**
   * Reads the mode of a condition: {@code mean} for all tokens, {@code last} for the last one, as
   * in the Python library, or what {@link #parse} reads.
   *
   * @throws DroverException if it is none of them
   */
  static Accumulate ofMode(String text) {
    return switch (text) {
      case "mean" -> new All();
      case "last" -> new Last(1);
      default -> parse(text);
    };
  }

  private static int number(String digits, String text) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new DroverException(
          "accumulate is %s, but must be all, suffix-only, content, user, all-but-first:N or a number of tokens"
              .formatted(DroverException.quote(text)),
          e);
    }
  }
}
