package drover.steering;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.io.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;

/** The kinds of file that hold a {@link SteeringVector}, known by their suffix or their content. */
public enum VectorFormat {
  /** JSON, as the Python library has it. */
  SVEC,
  /** A control vector, as llama.cpp and repeng have it. */
  GGUF,
  /** Drover's own: safetensors whose metadata hold all that is known of the vector. */
  SAFETENSORS;

  private static final int LENGTH_BYTES = 8;

  /** {@code svec}, {@code gguf} or {@code safetensors}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How names of such files end: {@code .svec}, {@code .gguf} or {@code .safetensors}. */
  public String suffix() {
    return "." + key();
  }

  /**
   * The format of a name.
   *
   * @throws DroverException if there is none
   */
  public static VectorFormat named(String name) {
    for (VectorFormat format : values()) {
      if (format.key().equals(name)) {
        return format;
      }
    }
    throw new DroverException(
        "unknown format %s; there are svec, gguf and safetensors"
            .formatted(DroverException.quote(name)));
  }

  /** The format that a file's name ends in, if it does. */
  public static Optional<VectorFormat> bySuffix(Path file) {
    String name = String.valueOf(file.getFileName());
    for (VectorFormat format : values()) {
      if (name.endsWith(format.suffix())) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** The file that a path means: itself, or with {@code .svec} added where there is none. */
  public static Path existing(Path file) {
    return Files.exists(file) ? file : withSuffix(file);
  }

  /** The path with {@code .svec} added, unless it ends in the suffix of a format. */
  static Path withSuffix(Path file) {
    if (file.getFileName() == null) {
      throw new DroverException(file + " is a folder, but a vector is a file");
    }
    return bySuffix(file).isPresent()
        ? file
        : file.resolveSibling(file.getFileName() + SVEC.suffix());
  }

  /**
   * The format of a file: by its first bytes, or where they say nothing by its name.
   *
   * @throws DroverException if it cannot be read, or nothing speaks for any format
   */
  public static VectorFormat of(Path file) {
    StrictJson.requireRegularFile(file);
    try (InputStream in = Files.newInputStream(file)) {
      return byContent(in.readNBytes(LENGTH_BYTES + 1))
          .or(() -> bySuffix(file))
          .orElseThrow(
              () ->
                  new DroverException(
                      file
                          + " is no steering vector: neither its name nor its content is that of"
                          + " a .svec, .gguf or .safetensors file"));
    } catch (IOException e) {
      throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  private static Optional<VectorFormat> byContent(byte[] start) {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("GGUF")) {
      return Optional.of(GGUF);
    }
    // The header's length is below 100 MB, so its upper bytes are zero, which no JSON text has.
    if (text.startsWith("\0\0\0\0{", LENGTH_BYTES / 2)) {
      return Optional.of(SAFETENSORS);
    }
    return text.stripLeading().startsWith("{") ? Optional.of(SVEC) : Optional.empty();
  }

  SteeringVector read(Path file, Semantics semantics) {
    return switch (this) {
      case SVEC -> SvecFile.read(file);
      case GGUF -> GgufVectorFile.read(file, semantics);
      case SAFETENSORS -> SafetensorsVectorFile.read(file);
    };
  }

  void write(SteeringVector vector, Path file, Semantics semantics) {
    switch (this) {
      case SVEC -> SvecFile.write(vector, file);
      case GGUF -> GgufVectorFile.write(vector, file, semantics);
      case SAFETENSORS -> SafetensorsVectorFile.write(vector, file);
    }
  }

  /** What of a vector a file does not hold, in sentences. */
  List<String> losses(SteeringVector vector, Semantics semantics) {
    List<String> sentences = new ArrayList<>();
    if (this == GGUF) {
      NavigableSet<Integer> layers = GgufVectorFile.leftOut(vector, semantics);
      if (!layers.isEmpty()) {
        sentences.add(
            "left out: layers %s, because direction.1 is the first that llama.cpp takes"
                .formatted(Layers.show(layers)));
      }
      int last = vector.directions().lastKey();
      if (VectorMetadata.isAfterFinalNorm(last, vector.provenance())) {
        sentences.add(
            "layer %d was read after the final norm, which llama.cpp adds nothing after"
                .formatted(last));
      }
    }
    List<String> facts = this == SAFETENSORS ? List.of() : facts(vector);
    if (!facts.isEmpty()) {
      sentences.add("a %s file does not hold %s".formatted(suffix(), String.join(", ", facts)));
    }
    return sentences;
  }

  /** What is known of a vector and held by Drover's own files only, or by them and .svec. */
  private List<String> facts(SteeringVector vector) {
    Provenance provenance = vector.provenance();
    List<String> facts = new ArrayList<>();
    if (this == GGUF && !vector.explainedVariances().isEmpty()) {
      facts.add("the explained variances");
    }
    if (provenance.modelFingerprint().isPresent()) {
      facts.add("the model's fingerprint");
    }
    if (provenance.modelLayers().isPresent()) {
      facts.add("the model's depth");
    }
    if (provenance.training().isPresent()) {
      facts.add("how it was extracted");
    }
    if (!provenance.residualNorms().isEmpty() || !provenance.differenceNorms().isEmpty()) {
      facts.add("the norms that strengths can be measured in");
    }
    if (provenance.point().isPresent()) {
      facts.add("the condition point");
    }
    return facts;
  }
}
