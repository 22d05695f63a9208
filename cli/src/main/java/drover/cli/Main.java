package drover.cli;

import drover.cli.StandardOutput.ReaderGone;
import drover.engine.io.DroverException;
import drover.kernels.DeviceException;
import drover.tokenizer.TokenizerException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
  static final int DONE = 0;

  /** A defect of Drover, with its stack trace. */
  static final int BUG = 1;

  /** What the caller can mend: a wrong option, a missing or broken file. */
  static final int CALLER_ERROR = 2;

  @Spec private CommandSpec spec;

  /** Runs the command and exits with its status. */
  public static void main(String[] args) {
    System.exit(execute(Io.ofProcess(), args));
  }

  /** Runs the command; whatever happens becomes a status. */
  @SuppressWarnings("CatchAndPrintStackTrace") // a bug's trace is for whoever reports it
  static int execute(Io io, String... args) {
    // Held back, because picocli takes a failure to print it for a bug.
    StringWriter help = new StringWriter();
    try {
      int status = commandLine(io).setOut(new PrintWriter(help)).execute(args);
      io.out().print(help);
      io.out().flush();
      return status;
    } catch (ReaderGone _) {
      return DONE;
    } catch (DroverException e) {
      return refuse(io, "drover", e.getMessage());
    } catch (OutOfMemoryError e) {
      return refuse(
          io,
          "drover",
          "out of memory (%s); DROVER_JAVA_OPTS=-Xmx... gives Java more than its %d MB"
              .formatted(e.getMessage(), Runtime.getRuntime().maxMemory() >> 20));
    } catch (Throwable e) {
      e.printStackTrace(io.err());
      io.err().flush();
      return BUG;
    }
  }

  static CommandLine commandLine(Io io) {
    CommandLine model =
        new CommandLine(new ModelCommand())
            .addSubcommand(new ModelInfoCommand(io))
            .addSubcommand(new ModelPullCommand(io));
    CommandLine vector =
        new CommandLine(new VectorCommand())
            .addSubcommand(new VectorInfoCommand(io))
            .addSubcommand(new VectorConvertCommand(io));
    CommandLine root = new CommandLine(new Main());
    root.addSubcommand(new GenerateCommand(io))
        .addSubcommand(new ChatCommand(io))
        .addSubcommand(new TokenizeCommand(io))
        .addSubcommand(new CaptureCommand(io))
        .addSubcommand(new ExtractCommand(io))
        .addSubcommand(new FindConditionCommand(io))
        .addSubcommand(new DemoCommand(io))
        .addSubcommand(new BenchCommand(io))
        .addSubcommand(model)
        .addSubcommand(vector)
        .setErr(io.err())
        // A prompt may begin with "@", which picocli would take for a file of arguments.
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> refuse(io, e))
        .setExecutionExceptionHandler((e, command, parsed) -> explain(io, e, command));
    offerHelp(root);
    return root;
  }

  private static void offerHelp(CommandLine command) {
    for (CommandLine subcommand : command.getSubcommands().values()) {
      subcommand
          .getCommandSpec()
          .addMixin("help", CommandSpec.forAnnotatedObject(new HelpOption()));
      offerHelp(subcommand);
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static int refuse(Io io, ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    return refuse(io, name, e.getMessage() + " (see " + name + " --help)");
  }

  private static int explain(Io io, Exception e, CommandLine command) throws Exception {
    if (ExitHook.isExiting()) {
      return DONE;
    }
    return switch (e) {
      case ReaderGone _ -> DONE;
      case DroverException _, TokenizerException _, DeviceException _ ->
          refuse(io, command.getCommandSpec().qualifiedName(), e.getMessage());
      default -> throw e;
    };
  }

  /** One line on stderr, after whatever the result has so far. */
  private static int refuse(Io io, String name, String sentence) {
    io.notice(name + ": " + sentence.replaceAll("\\p{Cntrl}+", " ").strip());
    return CALLER_ERROR;
  }
}
