package drover.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * From token texts to text: the {@code decoder} of tokenizer.json as a chain of stages that tokens
 * run through one at a time. Whole and streaming decoding are this same chain, so they cannot
 * differ.
 */
final class Decoder {

  /** One step. It may hold back what it cannot yet decide. */
  interface Stage {

    void accept(String token, Consumer<String> out);

    /** Passes on what was held back, after the last token. */
    default void finish(Consumer<String> out) {}
  }

  private final List<Supplier<Stage>> stages = new ArrayList<>();
  private boolean fused; // what comes now are parts of one token, not tokens

  private Decoder() {}

  /** Reads a decoder; null means that tokens are joined with spaces. */
  static Decoder read(Json json) {
    Decoder decoder = new Decoder();
    if (json.isNull()) {
      decoder.stages.add(DecoderStages.Join::new);
    } else {
      decoder.add(json);
    }
    return decoder;
  }

  private void add(Json json) {
    String type = json.get("type").string();
    switch (type) {
      case "Sequence" -> json.get("decoders").list().forEach(this::add);
      case "Fuse" -> fused = true;
      case "ByteLevel" -> {
        perToken(DecoderStages.Utf8::new);
        fused = true;
      }
      case "Replace" -> {
        PiecePattern pattern = PiecePattern.read(json.get("pattern"));
        String content = json.get("content").string();
        perToken(() -> (token, out) -> out.accept(pattern.replaceAll(token, content)));
      }
      case "ByteFallback" -> perToken(DecoderStages.ByteFallback::new);
      case "Strip" -> addStrip(json);
      case "Metaspace" -> {
        Metaspace options = Metaspace.read(json);
        perToken(() -> new DecoderStages.FromMetaspace(options));
      }
      default ->
          throw json.error(
              "the decoder "
                  + Json.show(type)
                  + " is not supported (supported: Sequence, ByteLevel, ByteFallback, Replace,"
                  + " Fuse, Strip, Metaspace)");
    }
  }

  private void addStrip(Json json) {
    int content = json.get("content").character();
    int start = json.get("start").natural();
    int stop = json.get("stop").natural();
    if (fused && stop == 0) {
      stages.add(() -> new DecoderStages.StripOnce(content, start));
    } else {
      perToken(() -> (token, out) -> out.accept(DecoderStages.strip(token, content, start, stop)));
    }
  }

  /** A stage that needs whole tokens: where they come in parts, these are collected first. */
  private void perToken(Supplier<Stage> stage) {
    if (fused) {
      stages.add(DecoderStages.Collect::new);
      fused = false;
    }
    stages.add(stage);
  }

  Run start() {
    return new Run(stages.stream().map(Supplier::get).toList());
  }

  /** One text being decoded. */
  static final class Run {

    private final List<Stage> stages;
    private final StringBuilder text = new StringBuilder();

    private Run(List<Stage> stages) {
      this.stages = stages;
    }

    void accept(String token) {
      accept(token, 0);
    }

    private void accept(String token, int stage) {
      if (stage == stages.size()) {
        text.append(token);
      } else {
        stages.get(stage).accept(token, out -> accept(out, stage + 1));
      }
    }

    void finish() {
      for (int i = 0; i < stages.size(); i++) {
        int next = i + 1;
        stages.get(i).finish(out -> accept(out, next));
      }
    }

    /** The text that came out since the last call. */
    String take() {
      String taken = text.toString();
      text.setLength(0);
      return taken;
    }
  }
}
