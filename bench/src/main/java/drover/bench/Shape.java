package drover.bench;

import drover.engine.LlamaTensors;
import drover.engine.ModelConfig;
import drover.engine.RopeScaling;
import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Shapes of published models, for weights of one's own. */
public enum Shape {
  /** SmolLM2-135M: 134,515,008 parameters. */
  SMOLLM2_135M("135m", 576, 1536, 30, 9, 3, 64, 49_152, 8_192, 100_000, true),
  /** Llama-3.2-1B: 1,235,814,400 parameters. */
  LLAMA_3_2_1B("1b", 2048, 8192, 16, 32, 8, 64, 128_256, 131_072, 500_000, true),
  /** Llama-3.1-8B: 8,030,261,248 parameters. */
  LLAMA_3_1_8B("8b", 4096, 14_336, 32, 32, 8, 128, 128_256, 131_072, 500_000, false);

  private final String key;
  private final int hidden;
  private final int intermediate;
  private final int layers;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final int vocabulary;
  private final int positions;
  private final int ropeTheta;
  private final boolean tied;

  Shape(
      String key,
      int hidden,
      int intermediate,
      int layers,
      int heads,
      int kvHeads,
      int headDim,
      int vocabulary,
      int positions,
      int ropeTheta,
      boolean tied) {
    this.key = key;
    this.hidden = hidden;
    this.intermediate = intermediate;
    this.layers = layers;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.headDim = headDim;
    this.vocabulary = vocabulary;
    this.positions = positions;
    this.ropeTheta = ropeTheta;
    this.tied = tied;
  }

  /**
   * A shape by its name.
   *
   * @throws DroverException if there is none, with those that there are
   */
  public static Shape named(String name) {
    return Arrays.stream(values())
        .filter(shape -> shape.key.equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DroverException(
                    "there is no shape %s; there are %s"
                        .formatted(
                            DroverException.quote(name),
                            Arrays.stream(values())
                                .map(Shape::key)
                                .collect(Collectors.joining(", ")))));
  }

  /** Its name. */
  public String key() {
    return key;
  }

  /** Its numbers. */
  public ModelConfig config() {
    return config(layers);
  }

  /** The same with another number of blocks. */
  ModelConfig config(int blocks) {
    return new ModelConfig(
        "llama",
        hidden,
        intermediate,
        blocks,
        heads,
        kvHeads,
        headDim,
        vocabulary,
        positions,
        1e-5f,
        ropeTheta,
        new RopeScaling.None(),
        tied,
        false,
        false,
        OptionalInt.of(1),
        List.of(2),
        OptionalInt.empty(),
        Optional.of("bfloat16"));
  }

  /** How many weights it has, norms included; a tied embedding counts once. */
  public long parameters() {
    return parameters(config());
  }

  static long parameters(ModelConfig config) {
    return LlamaTensors.expectedShapes(config).values().stream()
        .mapToLong(shape -> shape.stream().reduce(1L, Math::multiplyExact))
        .sum();
  }
}
