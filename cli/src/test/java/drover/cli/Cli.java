package drover.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Runs the command within the test's own process. */
final class Cli {
  /** What came of it. */
  record Result(int status, String out, String err) {}

  private Cli() {}

  static Result run(Object... args) {
    return runWith("", Map.of(), args);
  }

  /**
   * @param in all of standard input
   * @param environment the environment variables
   * @param args each as its text
   */
  static Result runWith(String in, Map<String, String> environment, Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Io io =
        new Io(
            new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
            new PrintWriter(out),
            new PrintWriter(err),
            () -> false,
            () -> false,
            environment::get);
    String[] words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    int status = Main.execute(io, words);
    return new Result(status, out.toString(), err.toString());
  }
}
