import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks or fixes the format of every Java source under a folder with google-java-format: {@code
 * java Format.java check|fix FOLDER}. Prints a line for each file that is not as the formatter
 * writes it. Build output ({@code target}) and hidden folders are left out.
 */
final class Format {
  void main(String[] args) throws IOException {
    boolean fix = args[0].equals("fix");
    Path root = Path.of(args[1]);
    sources(root).parallelStream()
        .map(file -> format(file, fix).map(problem -> root.relativize(file) + problem))
        .flatMap(Optional::stream)
        .sorted()
        .forEachOrdered(IO::println);
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skipped = name.equals("target") || name.startsWith(".");
            return skipped && !folder.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }

  /** What is wrong with the file, as a suffix to its name; empty if nothing (any more). */
  private static Optional<String> format(Path file, boolean fix) {
    try {
      String text = Files.readString(file);
      String formatted = new Formatter().formatSourceAndFixImports(text);
      if (formatted.equals(text)) {
        return Optional.empty();
      }
      if (fix) {
        Files.writeString(file, formatted);
        return Optional.empty();
      }
      return Optional.of("");
    } catch (FormatterException e) {
      return Optional.of(":" + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
