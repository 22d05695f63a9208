package drover.tokenizer;

import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role who speaks: usually {@code system}, {@code user} or {@code assistant}
 * @param content what is said
 */
public record Message(String role, String content) {

  /** Makes the message; neither part may be null. */
  public Message {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }
}
