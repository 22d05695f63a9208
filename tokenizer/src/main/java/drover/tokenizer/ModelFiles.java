package drover.tokenizer;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Words for what goes wrong with files. */
final class ModelFiles {

  private ModelFiles() {}

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "access is denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
