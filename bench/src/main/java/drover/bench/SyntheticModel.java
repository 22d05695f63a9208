package drover.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import drover.engine.LlamaTensors;
import drover.engine.ModelConfig;
import drover.engine.io.AtomicFile;
import drover.engine.io.DroverException;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.TensorInfo;
import drover.engine.safetensors.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/**
 * A model folder of a published model's shape with weights of no meaning, in BF16, for as long as
 * it is open: it has a config and weights, but no tokenizer. Matrices are random, in a block that
 * repeats; norms are ones.
 */
public final class SyntheticModel implements AutoCloseable {
  private static final ElementType TYPE = ElementType.BF16;
  private static final int BLOCK_ELEMENTS = 1 << 21;
  private static final short ONE = 0x3f80;

  private final Path folder;
  private final ModelConfig config;

  private SyntheticModel(Path folder, ModelConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /**
   * Writes a model with random weights.
   *
   * @param layers how many blocks it has, at most as many as the shape
   * @param in the folder in which a folder is made for it
   * @throws DroverException if the disk has no room for it
   */
  public static SyntheticModel random(Shape shape, int layers, Path in) {
    return write(
        shape.config(layers),
        in,
        (file, tensors, begin) -> {
          AtomicFile.requireRoom(in.resolve(Weights.SINGLE_FILE), begin + bytes(tensors));
          fill(file, tensors, begin);
        });
  }

  /**
   * The whole of a model as a file with a hole in place of weights, which takes no room on the
   * disk: good for opening it, and to be read as zeros.
   *
   * @param in the folder in which a folder is made for it
   */
  public static SyntheticModel sparse(Shape shape, Path in) {
    return write(
        shape.config(),
        in,
        (file, tensors, begin) -> file.write(ByteBuffer.allocate(1), begin + bytes(tensors) - 1));
  }

  /**
   * How many blocks of a shape fit in some memory, beside its embedding and LM head; 0 if none.
   *
   * @param bytes of memory
   */
  public static int layersWithin(Shape shape, long bytes) {
    int layers = shape.config().layers();
    while (layers > 0 && 2 * Shape.parameters(shape.config(layers)) > bytes) {
      layers--;
    }
    return layers;
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** Its numbers. */
  public ModelConfig config() {
    return config;
  }

  /** Writes the tensors' data. */
  private interface Data {
    void write(FileChannel file, List<TensorInfo> tensors, long begin) throws IOException;
  }

  private static SyntheticModel write(ModelConfig config, Path in, Data data) {
    SyntheticModel model = null;
    try {
      model = new SyntheticModel(Files.createTempDirectory(in, "drover-bench"), config);
      Files.write(model.folder.resolve("config.json"), configJson(config));
      List<TensorInfo> tensors =
          LlamaTensors.expectedShapes(config).entrySet().stream()
              .map(tensor -> new TensorInfo(tensor.getKey(), TYPE, tensor.getValue()))
              .toList();
      try (FileChannel file =
          FileChannel.open(
              model.folder.resolve(Weights.SINGLE_FILE),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE)) {
        data.write(file, tensors, writeHeader(file, tensors));
      }
      return model;
    } catch (IOException e) {
      close(model);
      throw new DroverException(
          "no model can be written in %s: %s".formatted(in, e.getMessage()), e);
    } catch (RuntimeException e) {
      close(model);
      throw e;
    }
  }

  private static void close(SyntheticModel model) {
    if (model != null) {
      model.close();
    }
  }

  /** Gives where the data begin. */
  private static long writeHeader(FileChannel file, List<TensorInfo> tensors) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      long at = 0;
      for (TensorInfo tensor : tensors) {
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.type().name());
        json.writeArrayFieldStart("shape");
        for (long dimension : tensor.shape()) {
          json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(at);
        at += tensor.bytes();
        json.writeNumber(at);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (out.size() % Long.BYTES != 0) {
      out.write(' ');
    }
    ByteBuffer header =
        ByteBuffer.allocate(Long.BYTES + out.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(out.size())
            .put(out.toByteArray())
            .flip();
    long begin = header.limit();
    file.write(header, 0);
    return begin;
  }

  private static void fill(FileChannel file, List<TensorInfo> tensors, long begin)
      throws IOException {
    ByteBuffer random = randomBlock();
    ByteBuffer ones = ByteBuffer.allocate(BLOCK_ELEMENTS * 2).order(ByteOrder.LITTLE_ENDIAN);
    while (ones.hasRemaining()) {
      ones.putShort(ONE);
    }
    long at = begin;
    for (TensorInfo tensor : tensors) {
      ByteBuffer block = tensor.shape().size() == 1 ? ones : random;
      for (long left = tensor.bytes(); left > 0; ) {
        block.position(0).limit((int) Math.min(left, block.capacity()));
        int written = file.write(block, at);
        at += written;
        left -= written;
      }
    }
  }

  /** Normal numbers of a deviation of 0.02, as models are initialised with. */
  private static ByteBuffer randomBlock() {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_ELEMENTS * 2).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    while (block.hasRemaining()) {
      float value = 0.02f * (float) random.nextGaussian();
      block.putShort((short) (Float.floatToIntBits(value) >>> 16));
    }
    return block;
  }

  private static long bytes(List<TensorInfo> tensors) {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  private static byte[] configJson(ModelConfig config) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("model_type", config.modelType());
      json.writeNumberField("hidden_size", config.hiddenSize());
      json.writeNumberField("intermediate_size", config.intermediateSize());
      json.writeNumberField("num_hidden_layers", config.layers());
      json.writeNumberField("num_attention_heads", config.heads());
      json.writeNumberField("num_key_value_heads", config.kvHeads());
      json.writeNumberField("head_dim", config.headDim());
      json.writeNumberField("vocab_size", config.vocabSize());
      json.writeNumberField("max_position_embeddings", config.maxPositions());
      json.writeNumberField("rms_norm_eps", config.rmsNormEps());
      json.writeNumberField("rope_theta", config.ropeTheta());
      json.writeBooleanField("tie_word_embeddings", config.tieWordEmbeddings());
      json.writeNumberField("bos_token_id", config.bosTokenId().orElseThrow());
      json.writeNumberField("eos_token_id", config.eosTokenIds().getFirst());
      json.writeStringField("hidden_act", "silu");
      json.writeStringField("torch_dtype", config.dtype().orElseThrow());
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /** Deletes the folder. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder.resolve(Weights.SINGLE_FILE));
      Files.deleteIfExists(folder.resolve("config.json"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new DroverException("%s cannot be deleted: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
