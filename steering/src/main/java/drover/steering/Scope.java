package drover.steering;

import drover.engine.io.DroverException;

/** Which tokens a behavior acts on. */
public sealed interface Scope {
  /** The prompt and what is generated. */
  record All() implements Scope {
    @Override
    public String toString() {
      return "all";
    }
  }

  /** The prompt only. */
  record Prompt() implements Scope {
    @Override
    public String toString() {
      return "prompt";
    }
  }

  /** What is generated only. */
  record Generated() implements Scope {
    @Override
    public String toString() {
      return "generated";
    }
  }

  /**
   * All but the first tokens of the text, the prompt's included. The first one is an attention sink
   * in many models, whose activation is unlike all others.
   *
   * @param tokens how many are left alone, at least 0
   */
  record After(int tokens) implements Scope {
    /** Checks the number. */
    public After {
      if (tokens < 0) {
        throw new DroverException("scope is after:" + tokens + ", but must be after:0 or more");
      }
    }

    @Override
    public String toString() {
      return "after:" + tokens;
    }
  }

  /**
   * Whether a token is acted on.
   *
   * @param position its place in the whole text, counted from 0
   * @param prompt the number of tokens up to the prompt's end
   */
  default boolean includes(int position, int prompt) {
    return switch (this) {
      case All() -> true;
      case Prompt() -> position < prompt;
      case Generated() -> position >= prompt;
      case After(int tokens) -> position >= tokens;
    };
  }

  /**
   * Reads {@code all}, {@code prompt}, {@code generated} or {@code after:N}.
   *
   * @throws DroverException if it is none of them
   */
  static Scope parse(String text) {
    return switch (text) {
      case "all" -> new All();
      case "prompt" -> new Prompt();
      case "generated" -> new Generated();
      default -> new After(tokens(text));
    };
  }

  private static int tokens(String text) {
    try {
      if (text.startsWith("after:")) {
        return Integer.parseInt(text.substring("after:".length()));
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new DroverException(
        "scope is %s, but must be all, prompt, generated or after:N"
            .formatted(DroverException.quote(text)));
  }
}
