package drover.cli;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.steering.Quirk;
import drover.steering.Semantics;
import drover.steering.SteeringVector;
import drover.steering.VectorFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code drover vector convert}: the same vector in another format. */
@Command(name = "convert", description = "Write a steering vector in another format.")
final class VectorConvertCommand implements Runnable {
  private final Io io;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "A .svec, .gguf or .safetensors file; .svec may be left out.")
  private Path file;

  @Option(
      names = "--to",
      paramLabel = "svec|gguf|safetensors",
      description =
          "The Python library's format, a control vector for llama.cpp and repeng, or Drover's"
              + " own (default: as --out ends).")
  private String to;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "The file to write; the format's suffix is added where missing (default: FILE with the"
              + " format's suffix).")
  private Path out;

  @Option(
      names = "--semantics",
      paramLabel = "NAME",
      description =
          "How the vector is used where the file is not GGUF: corrected adds layer k after block"
              + " k, so it is direction.k; reference, as the Python library, before block k, so it"
              + " is direction.(k-1) (default: ${DEFAULT-VALUE}).")
  private String semantics = "corrected";

  VectorConvertCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Semantics reading = Semantics.named(semantics);
    VectorFormat target = target();
    Path source = VectorFormat.existing(file);
    VectorFormat from = VectorFormat.of(source);
    Path written = out == null ? sibling(source, target) : named(out, target);
    refuseSource(source, written);
    SteeringVector vector = SteeringVector.load(source, reading);
    List<String> losses = vector.save(written, reading);
    losses.forEach(io::notice);
    indexNotice(from, target, reading).ifPresent(io::notice);
    if (target == VectorFormat.GGUF) {
      io.notice(
          "llama.cpp adds directions as they are stored, times its own scale, so strengths there"
              + " are absolute");
    }
    io.out().println(written);
  }

  private VectorFormat target() {
    if (to != null) {
      return VectorFormat.named(to);
    }
    return Optional.ofNullable(out)
        .flatMap(VectorFormat::bySuffix)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "--to is missing, and --out does not end in .svec, .gguf or .safetensors"));
  }

  private static Path sibling(Path source, VectorFormat target) {
    String name = source.getFileName().toString();
    String stem =
        VectorFormat.bySuffix(source)
            .map(format -> name.substring(0, name.length() - format.suffix().length()))
            .orElse(name);
    return source.resolveSibling(stem + target.suffix());
  }

  private static Path named(Path file, VectorFormat target) {
    Optional<VectorFormat> suffix = VectorFormat.bySuffix(file);
    if (suffix.isPresent() && suffix.get() != target) {
      throw new DroverException("--out is %s, but --to is %s".formatted(file, target.key()));
    }
    if (file.getFileName() == null) {
      throw new DroverException(file + " is a folder, but a vector is a file");
    }
    return suffix.isPresent() ? file : file.resolveSibling(file.getFileName() + target.suffix());
  }

  private static void refuseSource(Path source, Path written) {
    try {
      if (Files.exists(written) && Files.isSameFile(source, written)) {
        throw new DroverException(
            written
                + " is the file to be converted, and would be overwritten; --out names another");
      }
    } catch (IOException e) {
      throw new DroverException(written + " cannot be read: " + IoErrors.reason(e), e);
    }
  }

  /** What the layers have become, where one side counts them as llama.cpp does. */
  private static Optional<String> indexNotice(
      VectorFormat from, VectorFormat target, Semantics reading) {
    boolean early = reading.keeps(Quirk.ACTS_BEFORE_BLOCK);
    if ((from == VectorFormat.GGUF) == (target == VectorFormat.GGUF)) {
      return early
          ? Optional.of(
              "--semantics makes no difference between %s and %s: both count layers alike"
                  .formatted(from.key(), target.key()))
          : Optional.empty();
    }
    return Optional.of(
        early
            ? "layer k is direction.(k-1): reference semantics adds it before block k, and"
                + " llama.cpp and repeng add direction.N after block N"
            : "layer k is direction.k: corrected semantics adds it after block k, as llama.cpp"
                + " and repeng do");
  }
}
