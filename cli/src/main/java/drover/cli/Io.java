package drover.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What a command meets besides files: a process has its own, a test makes one up.
 *
 * @param in standard input
 * @param out standard output, for the result alone
 * @param err standard error, for notices, progress and refusals
 * @param conversing whether a person sits at both standard input and output
 * @param watched whether a person sees standard error as it is written
 * @param environment the environment variables
 */
record Io(
    InputStream in,
    PrintWriter out,
    PrintWriter err,
    BooleanSupplier conversing,
    BooleanSupplier watched,
    Function<String, String> environment) {

  /** The process's own streams. */
  static Io ofProcess() {
    return new Io(
        System.in,
        StandardOutput.writer(),
        new PrintWriter(System.err, true, System.err.charset()),
        Terminal::converses,
        Terminal::showsErrors,
        System::getenv);
  }

  /** An environment variable; one that is set to nothing counts as not set. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.apply(name)).filter(value -> !value.isBlank());
  }

  /** Tells the caller something that is no result, in one line. */
  void notice(String sentence) {
    out.flush();
    err.println(sentence);
    err.flush();
  }
}
