package drover.cli;

import drover.cli.StandardOutput.ReaderGone;
import drover.engine.io.DroverException;
import drover.kernels.DeviceException;
import drover.tokenizer.TokenizerException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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

  private static final List<String> COMMANDS =
      List.of(
          "generate",
          "chat",
          "tokenize",
          "capture",
          "extract",
          "find-condition",
          "demo",
          "bench",
          "model",
          "vector");

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
      int status = commandLine(io, args).setOut(new PrintWriter(help)).execute(args);
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

  /** With all subcommands, or where the arguments begin with one, with that one. */
  private static CommandLine commandLine(Io io, String... args) {
    CommandLine root = new CommandLine(new Main());
    // To read the options of all commands takes longer than to open a model.
    List<String> names =
        args.length > 0 && COMMANDS.contains(args[0]) ? List.of(args[0]) : COMMANDS;
    for (String name : names) {
      root.addSubcommand(command(name, io));
    }
    root.setErr(io.err())
        // A prompt may begin with "@", which picocli would take for a file of arguments.
        .setExpandAtFiles(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, _) -> refuse(io, e))
        .setExecutionExceptionHandler((e, command, parsed) -> explain(io, e, command));
    offerHelp(root);
    return root;
  }

  private static Object command(String name, Io io) {
    return switch (name) {
      case "generate" -> new GenerateCommand(io);
      case "chat" -> new ChatCommand(io);
      case "tokenize" -> new TokenizeCommand(io);
      case "capture" -> new CaptureCommand(io);
      case "extract" -> new ExtractCommand(io);
      case "find-condition" -> new FindConditionCommand(io);
      case "demo" -> new DemoCommand(io);
      case "bench" -> new BenchCommand(io);
      case "model" ->
          new CommandLine(new ModelCommand())
              .addSubcommand(new ModelInfoCommand(io))
              .addSubcommand(new ModelPullCommand(io));
      case "vector" ->
          new CommandLine(new VectorCommand())
              .addSubcommand(new VectorInfoCommand(io))
              .addSubcommand(new VectorConvertCommand(io));
      default -> throw new AssertionError(name);
    };
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
