package drover.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code drover} command: its subcommands, and the exit status scripts rely on. */
@Command(
    name = "drover",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Conditional activation steering of Llama models.")
public final class Main implements Runnable {
  /** What the caller can mend: a wrong option, a missing or broken file. A bug exits with 1. */
  static final int CALLER_ERROR = 2;

  @Spec private CommandSpec spec;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    VectorModule.load();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::refuse)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int refuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + e.getMessage() + " (see " + name + " --help)");
    return CALLER_ERROR;
  }
}
