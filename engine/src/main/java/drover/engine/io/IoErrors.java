package drover.engine.io;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** Says in a few words why the operating system refused a file operation. */
public final class IoErrors {
  private IoErrors() {}

  /** The reason, in words that end a sentence such as "FILE cannot be read: ...". */
  public static String reason(IOException error) {
    if (isDiskFull(error)) {
      return "no room is left on the disk";
    }
    return switch (error) {
      case NoSuchFileException _ -> "there is no such file or folder";
      case FileNotFoundException _ -> "there is no such file or it may not be opened";
      case AccessDeniedException _ -> "permission is denied";
      case FileAlreadyExistsException _ -> "it exists already";
      case NotDirectoryException _ -> "it is not a folder";
      case DirectoryNotEmptyException _ -> "it is a folder that is not empty";
      case CharacterCodingException _ -> "it is not valid UTF-8";
      case EOFException _ -> "it ends too early";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    };
  }

  /**
   * Whether a write failed for want of room. Java has no exception of its own for this: the words
   * are the operating system's (ENOSPC and EDQUOT on Unix, ERROR_DISK_FULL on Windows).
   */
  public static boolean isDiskFull(IOException error) {
    String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space on the disk");
  }
}
