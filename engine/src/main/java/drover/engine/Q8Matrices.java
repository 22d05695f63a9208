package drover.engine;

import drover.engine.io.AtomicFile;
import drover.engine.io.CacheFolder;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.SafetensorsFile;
import drover.engine.safetensors.SafetensorsWriter;
import drover.engine.safetensors.Tensor;
import drover.engine.safetensors.TensorInfo;
import drover.engine.safetensors.Weights;
import drover.kernels.DType;
import drover.kernels.Q8;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A model's matrices in {@link DType#Q8_0}, as an earlier opening left them in a file, or made
 * anew.
 *
 * <p>The file is a safetensors file that lies beside the model, or in the user's cache folder where
 * the model's cannot be written: a tensor of bytes {@code [rows, bytes of a row]} for each matrix,
 * and in its metadata the model's fingerprint and its files' names, sizes and times. It is used if
 * all of that fits the model and the middle row of every matrix is what it would be if it were made
 * now. Where no file can be written, the matrices are kept in memory.
 */
final class Q8Matrices implements AutoCloseable {
  /** Not {@code .safetensors}: other programs take every such file for a part of the model. */
  static final String FILE = "model.q8_0.drover";

  private static final System.Logger LOG = System.getLogger(Q8Matrices.class.getName());
  private static final int BYTES_AT_A_TIME = 1 << 20;

  private final Map<String, MemorySegment> matrices;
  private final Runnable closing;

  private Q8Matrices(Map<String, MemorySegment> matrices, Runnable closing) {
    this.matrices = matrices;
    this.closing = closing;
  }

  /** Those of a model: read, or made and kept. */
  static Q8Matrices of(ModelFolder model) {
    return new Maker(model, CacheFolder.ofProcess()).matrices();
  }

  static Q8Matrices of(ModelFolder model, Path cacheFolder) {
    return new Maker(model, cacheFolder).matrices();
  }

  /** One matrix, row after row. */
  MemorySegment data(String name) {
    return matrices.get(name);
  }

  /** Frees or unmaps the matrices. */
  @Override
  public void close() {
    closing.run();
  }

  /** Finds or makes the matrices of one model. */
  private static final class Maker {
    private final Weights weights;
    private final List<TensorInfo> expected;
    private final Map<String, String> metadata;
    private final Path beside;
    private final Path cached;

    /** Whether it was said already that a file is made. */
    private boolean replaces;

    Maker(ModelFolder model, Path cacheFolder) {
      weights = model.weights();
      expected =
          LlamaTensors.matrices(model.config()).stream()
              .map(name -> quantised(weights.info(name)))
              .toList();
      String fingerprint = model.fingerprint();
      metadata =
          Map.of(
              "format", "drover q8_0 2", "model", fingerprint, "files", describe(weights.files()));
      beside = model.path().resolve(FILE);
      cached = cacheFolder.resolve("q8_0").resolve(fingerprint + ".drover");
    }

    private static TensorInfo quantised(TensorInfo info) {
      int columns = Math.toIntExact(info.shape().getLast());
      return TensorInfo.of(
          info.name(), ElementType.U8, info.shape().getFirst(), DType.Q8_0.rowBytes(columns));
    }

    private static String describe(Iterable<Path> files) {
      StringJoiner all = new StringJoiner("; ");
      for (Path file : files) {
        try {
          all.add(
              "%s %d %s"
                  .formatted(
                      file.getFileName(), Files.size(file), Files.getLastModifiedTime(file)));
        } catch (IOException e) {
          throw new DroverException(file + " cannot be read: " + IoErrors.reason(e), e);
        }
      }
      return all.toString();
    }

    Q8Matrices matrices() {
      for (Path file : List.of(beside, cached)) {
        if (Files.exists(file)) {
          try {
            return open(file);
          } catch (DroverException e) {
            notice(e.getMessage() + "; it is made anew");
            replaces = true;
          }
        }
      }
      return make();
    }

    /** Refuses a file that is broken or not this model's. */
    private Q8Matrices open(Path path) {
      SafetensorsFile file = SafetensorsFile.open(path);
      try {
        Map<String, MemorySegment> matrices = new HashMap<>();
        if (!file.metadata().equals(metadata) || file.names().size() != expected.size()) {
          throw new DroverException(path + " was made of other weights");
        }
        for (TensorInfo info : expected) {
          Tensor tensor = file.tensor(info.name());
          if (!tensor.info().equals(info) || !middleRowFits(tensor)) {
            throw new DroverException(path + " is broken, or was made of other weights");
          }
          matrices.put(info.name(), tensor.data());
        }
        return new Q8Matrices(matrices, file::close);
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    }

    private boolean middleRowFits(Tensor stored) {
      Tensor tensor = weights.tensor(stored.name());
      long middle = tensor.shape().getFirst() / 2;
      long bytes = stored.shape().getLast();
      MemorySegment row = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
      quantise(tensor, middle, 1, row);
      return row.mismatch(stored.data().asSlice(middle * bytes, bytes)) == -1;
    }

    private Q8Matrices make() {
      for (Path file : List.of(beside, cached)) {
        if (keep(file)) {
          return open(file);
        }
      }
      notice("the weights in Q8_0 are kept in memory only, and made anew each time");
      return inMemory();
    }

    /** Whether the file could be written. */
    private boolean keep(Path file) {
      if (file.equals(cached) && !attempt(() -> createFolder(file))) {
        return false;
      }
      if (!Files.isWritable(file.getParent())) {
        return false;
      }
      SafetensorsWriter[] writer = new SafetensorsWriter[1];
      if (!attempt(() -> writer[0] = SafetensorsWriter.create(file, expected, metadata))) {
        return false;
      }
      try (SafetensorsWriter open = writer[0]) {
        if (!replaces) {
          notice("the weights in Q8_0 are kept in " + file);
        }
        for (TensorInfo info : expected) {
          if (!append(open, info)) {
            return false;
          }
        }
        return attempt(open::commit);
      }
    }

    private boolean append(SafetensorsWriter writer, TensorInfo info) {
      Tensor tensor = weights.tensor(info.name());
      long rowBytes = info.shape().getLast();
      int rows = (int) Math.max(1, BYTES_AT_A_TIME / rowBytes);
      MemorySegment piece = MemorySegment.ofArray(new byte[Math.toIntExact(rows * rowBytes)]);
      for (long row = 0; row < info.shape().getFirst(); row += rows) {
        long count = Math.min(rows, info.shape().getFirst() - row);
        quantise(tensor, row, count, piece);
        MemorySegment filled = piece.asSlice(0, count * rowBytes);
        if (!attempt(() -> writer.append(info.name(), filled))) {
          return false;
        }
      }
      return true;
    }

    private static void createFolder(Path file) {
      try {
        Files.createDirectories(file.getParent());
      } catch (IOException e) {
        throw AtomicFile.cannotWrite(file, e);
      }
    }

    /** Does what the disk may refuse, and tells if it does. */
    private static boolean attempt(Runnable work) {
      try {
        work.run();
        return true;
      } catch (DroverException e) {
        notice(e.getMessage());
        return false;
      }
    }

    private Q8Matrices inMemory() {
      Arena arena = Arena.ofShared();
      try {
        Map<String, MemorySegment> matrices = new HashMap<>();
        for (TensorInfo info : expected) {
          MemorySegment data = arena.allocate(info.bytes());
          quantise(weights.tensor(info.name()), 0, info.shape().getFirst(), data);
          matrices.put(info.name(), data);
        }
        return new Q8Matrices(matrices, arena::close);
      } catch (RuntimeException e) {
        arena.close();
        throw e;
      }
    }

    /** Writes rows {@code [row, row + count)} from the beginning of {@code into}. */
    private void quantise(Tensor tensor, long row, long count, MemorySegment into) {
      float[] values = new float[Math.toIntExact(tensor.shape().getLast())];
      long bytes = DType.Q8_0.rowBytes(values.length);
      for (long r = 0; r < count; r++) {
        tensor.read((row + r) * values.length, values);
        if (!Q8.encodeRow(values, into, r * bytes)) {
          throw new DroverException(
              "%s: tensor %s has a value in row %d that is not finite, or too large for Q8_0"
                  .formatted(weights.folder(), DroverException.quote(tensor.name()), row + r));
        }
      }
    }

    private static void notice(String sentence) {
      LOG.log(Level.WARNING, sentence);
    }
  }
}
