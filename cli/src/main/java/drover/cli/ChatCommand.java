package drover.cli;

import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.steering.SteeringPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover chat}: a conversation in the terminal, or with lines from a pipe. */
@Command(
    name = "chat",
    description = "Talk with the model: a line is a message, and /help lists the commands.")
final class ChatCommand implements Runnable {
  private static final String HELP =
      """
      /system TEXT   start again with a system message (without TEXT: with the template's own)
      /reset         start again, with the same system message
      /steer PLAN    steer as a plan file says, from the next answer on
      /strength X    steer with another strength
      /unsteer       steer no more
      /why           show the decisions behind the last answer
      /help          show this
      /exit          end, as the end of the input does\
      """;

  private final Io io;

  @Mixin private ModelOptions modelOptions;
  @Mixin private SamplingOptions sampling;
  @Mixin private SteerOption steer;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message (default: the chat template's own, if any).")
  private String system;

  ChatCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    GenerationSettings settings = sampling.settings(io);
    SteeringPlan plan = steer.read();
    modelOptions.run(model -> converse(model, settings, plan));
  }

  private void converse(Llama model, GenerationSettings settings, SteeringPlan plan) {
    boolean person = io.conversing().getAsBoolean();
    BufferedReader in = new BufferedReader(new InputStreamReader(io.in(), StandardCharsets.UTF_8));
    try (ChatSession session = new ChatSession(model, plan, settings)) {
      if (!session.isPossible()) {
        throw new DroverException(
            "model folder "
                + model.folder().path()
                + " has no chat template, which a conversation needs; drover generate continues"
                + " plain text");
      }
      plan.warnings(model).forEach(io::notice);
      session.reset(Optional.ofNullable(system));
      ChatSteering chatSteering = new ChatSteering(session);
      if (person) {
        io.notice("A line is a message; /help lists the commands.");
      }
      for (Optional<String> line = ask(in, person); line.isPresent(); line = ask(in, person)) {
        String text = line.get().strip();
        if (text.equals("/exit")) {
          return;
        }
        if (!text.isEmpty() && !obey(session, chatSteering, text)) {
          say(session, text, person);
        }
      }
    }
  }

  private Optional<String> ask(BufferedReader in, boolean person) {
    if (person) {
      io.out().print("> ");
      io.out().flush();
    }
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw new DroverException("standard input cannot be read: " + IoErrors.reason(e), e);
    }
  }

  /** Does what a line commands; false for a message. */
  private boolean obey(ChatSession session, ChatSteering steering, String line) {
    String[] words = line.split("\\s+", 2);
    if (!words[0].matches("/[a-z]+")) {
      return false;
    }
    switch (words[0]) {
      case "/reset" -> session.reset(session.system());
      case "/system" -> session.reset(Optional.of(words).filter(w -> w.length > 1).map(w -> w[1]));
      case "/steer", "/strength", "/unsteer", "/why" ->
          io.notice(steering.obey(words[0], words.length > 1 ? words[1].strip() : ""));
      case "/help" -> io.notice(HELP);
      default -> io.notice("There is no command " + words[0] + "; /help lists those there are.");
    }
    return true;
  }

  /** A message that cannot be answered does not end the conversation. */
  private void say(ChatSession session, String text, boolean person) {
    try {
      session.say(
          text,
          piece -> {
            io.out().print(piece);
            io.out().flush();
          });
      io.out().println();
    } catch (DroverException e) {
      if (!person) {
        throw e;
      }
      io.out().println();
      io.notice(e.getMessage() + " (/reset starts again)");
    }
    io.out().flush();
  }
}
