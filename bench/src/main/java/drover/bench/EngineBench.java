package drover.bench;

import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.GenerationListener;
import drover.engine.GenerationRequest;
import drover.engine.GenerationSettings;
import drover.engine.Generator;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The engine's speed from end to end, without steering. */
public final class EngineBench {
  static final int SHORT_PROMPT = 16;
  private static final int ODD_PROMPT = 37;
  private static final int WARM_UP_ROUNDS = 5;

  /** A large model warms the JIT in fewer rounds, since each operation runs longer. */
  private static final long WARM_UP_NANOS = 15_000_000_000L;

  private final Subject subject;
  private final Llama model;
  private final BenchSizes sizes;

  /** For a model on a device. */
  public EngineBench(Subject subject) {
    this.subject = subject;
    this.model = subject.model();
    this.sizes = subject.sizes();
  }

  /**
   * Runs long and short prompts, one text and several, in turn, until the JIT has seen the mixture.
   */
  public void warmUp() {
    long end = System.nanoTime() + WARM_UP_NANOS;
    for (int round = 0; round < WARM_UP_ROUNDS && System.nanoTime() < end; round++) {
      prefillSeconds(model, subject.ids(1, subject.prefillTokens(0)));
      prefillSeconds(model, subject.ids(1, Math.min(ODD_PROMPT, subject.prefillTokens(0))));
      decodeSeconds(subject.decodedTokens(SHORT_PROMPT) / 4 + 1);
      generateSeconds(0, sizes.batch() / 2 + 1, sizes.newTokens() / 8 + 1);
    }
  }

  /**
   * Milliseconds to open a model.
   *
   * @param open opens it
   */
  public static Measurement open(int runs, Supplier<Llama> open) {
    return Measurement.of(
        "open", "ms", Runs.of(runs, () -> Runs.seconds(() -> open.get().close()) * 1e3));
  }

  /** Tokens per second of a long prompt, against the multiply-add peak. */
  public Measurement prefill() {
    int[] ids = subject.ids(1, subject.prefillTokens(0));
    return Measurement.of(
            "prefill " + ids.length,
            "tokens/s",
            Runs.of(sizes.runs(), () -> ids.length / prefillSeconds(model, ids)))
        .limited(subject.computeLimit(model.config().layers()), Subject.FMA_PEAK);
  }

  /**
   * Tokens per second of one text, against reading all weights once for each token.
   *
   * @param name what to call it
   */
  public Measurement decode(String name) {
    int tokens = subject.decodedTokens(SHORT_PROMPT);
    OptionalLong before = model.device().submissions();
    Measurement measured =
        Measurement.of(
                name + " " + tokens,
                "tokens/s",
                Runs.of(sizes.runs(), () -> tokens / decodeSeconds(tokens)))
            .limited(subject.readingLimit(), Subject.READING);
    if (before.isEmpty()) {
      return measured;
    }
    long submissions = model.device().submissions().orElseThrow() - before.getAsLong();
    return measured.with("submissions_per_pass", submissions / (sizes.runs() * (tokens + 1.0)));
  }

  /**
   * Seconds that a short prompt takes the first time that a device runs anything, which may have to
   * compile what it runs, and again.
   *
   * @param model opened on a device that has run nothing yet
   */
  public static List<Measurement> firstToken(int runs, Llama model) {
    int[] ids = Subject.ids(model, 1, SHORT_PROMPT);
    double first = prefillSeconds(model, ids);
    return List.of(
        Measurement.of("first-token cold", "s", first),
        Measurement.of("first-token warm", "s", Runs.of(runs, () -> prefillSeconds(model, ids))));
  }

  /** New tokens per second of many texts together, prompts included, against one at a time. */
  public Measurement batch() {
    int singles = Math.min(sizes.singles(), sizes.batch());
    Runs.Pairs pairs =
        Runs.inTurn(
            sizes.runs(),
            () -> sizes.batch() * sizes.newTokens() / generateSeconds(0, sizes.batch()),
            () -> {
              double seconds = 0;
              for (int text = 0; text < singles; text++) {
                seconds += generateSeconds(text, 1);
              }
              return singles * sizes.newTokens() / seconds;
            });
    return Measurement.of(
            "batch %d x %d + %d".formatted(sizes.batch(), sizes.promptTokens(), sizes.newTokens()),
            "new tokens/s",
            pairs.first())
        .comparedTo(pairs.ratios(), "one text at a time");
  }

  /** Tokens per second of prefill here and on another model or device, in turn. */
  public Measurement prefillAgainst(EngineBench other, String name) {
    int[] ids = subject.ids(1, subject.prefillTokens(0));
    Runs.Pairs pairs =
        Runs.inTurn(
            sizes.runs(),
            () -> ids.length / prefillSeconds(model, ids),
            () -> ids.length / prefillSeconds(other.model, ids));
    return Measurement.of("prefill " + ids.length, "tokens/s", pairs.first())
        .comparedTo(pairs.ratios(), name);
  }

  /** Tokens per second of decoding here and on another model or device, in turn. */
  public Measurement decodeAgainst(EngineBench other, String name) {
    int tokens = subject.decodedTokens(SHORT_PROMPT);
    Runs.Pairs pairs =
        Runs.inTurn(
            sizes.runs(),
            () -> tokens / decodeSeconds(tokens),
            () -> tokens / other.decodeSeconds(tokens));
    return Measurement.of("decode " + tokens, "tokens/s", pairs.first())
        .comparedTo(pairs.ratios(), name);
  }

  static double prefillSeconds(Llama model, int[] ids) {
    try (Sequence sequence = model.newSequence()) {
      return Runs.seconds(
          () -> {
            try (Logits logits = model.forward(Batch.of(sequence, ids), Hooks.NONE)) {
              // A device may run what it was told to only now.
              logits.argmax();
            }
          });
    }
  }

  /** After a short prompt. */
  double decodeSeconds(int tokens) {
    try (Sequence sequence = model.newSequence()) {
      int[] next = {step(model, sequence, subject.ids(2, SHORT_PROMPT))};
      return Runs.seconds(
          () -> {
            for (int i = 0; i < tokens; i++) {
              next[0] = step(model, sequence, next);
            }
          });
    }
  }

  static int step(Llama model, Sequence sequence, int... ids) {
    Batch batch = Batch.builder().add(sequence, ids, LogitRows.LAST).build();
    try (Logits logits = model.forward(batch, Hooks.NONE)) {
      return logits.argmax()[0];
    }
  }

  private double generateSeconds(int first, int texts) {
    return generateSeconds(first, texts, sizes.newTokens());
  }

  double generateSeconds(int first, int texts, int newTokens) {
    GenerationSettings settings =
        GenerationSettings.greedy(newTokens).withSpecialTokens(true, false);
    List<Sequence> sequences = new ArrayList<>();
    List<GenerationRequest> requests = new ArrayList<>();
    for (int text = first; text < first + texts; text++) {
      sequences.add(model.newSequence());
      int[] ids = subject.ids(100 + text, sizes.promptTokens());
      requests.add(new GenerationRequest(sequences.getLast(), ids));
    }
    try {
      Generator generator = new Generator(model, Hooks.NONE, settings);
      return Runs.seconds(() -> generator.generate(requests, GenerationListener.NONE));
    } finally {
      sequences.forEach(Sequence::close);
    }
  }
}
