package drover.cli;

import drover.tokenizer.Message;
import java.util.List;

/** A prompt as the caller gave it. */
sealed interface Prompt {
  /** Where it stands, as refusals begin: an option, or a file and line. */
  String origin();

  /** What a user says. */
  record Text(String origin, String text) implements Prompt {}

  /** A whole conversation. */
  record Conversation(String origin, List<Message> messages) implements Prompt {}

  /** Ready token ids, taken as they are. */
  record Ids(String origin, int[] ids) implements Prompt {}
}
