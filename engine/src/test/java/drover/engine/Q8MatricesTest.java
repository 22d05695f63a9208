package drover.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import drover.engine.io.DroverException;
import drover.engine.safetensors.SafetensorsFile;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quantised weights are kept in a file, which is used as long as it fits the model. */
class Q8MatricesTest {
  private static final String LAST = "model.layers.2.mlp.down_proj.weight";

  @TempDir private Path temporary;

  private Path model;
  private Path cache;

  @BeforeEach
  void copyAModel() throws IOException {
    model = Files.createDirectory(temporary.resolve("model"));
    cache = temporary.resolve("cache");
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(Golden.folder("tiny-llama3-rope").resolve(file), model.resolve(file));
    }
  }

  @Test
  void theFirstOpeningLeavesAFileThatTheNextOneUses() throws IOException {
    byte[] made = matrix();
    FileTime written = Files.getLastModifiedTime(file());
    assertThat(matrix()).isEqualTo(made);
    assertThat(Files.getLastModifiedTime(file())).isEqualTo(written);
    assertThat(cache).doesNotExist();
    try (Stream<Path> files = Files.list(model)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void itLiesInTheCacheFolderWhereTheModelsCannotBeWritten() throws IOException {
    Files.createDirectories(file().resolve("in the way"));
    byte[] made = matrix();
    try (Stream<Path> files = Files.walk(cache).filter(Files::isRegularFile)) {
      assertThat(files).hasSize(1);
    }
    assertThat(matrix()).isEqualTo(made);
  }

  @Test
  void itIsKeptInMemoryWhereNothingCanBeWritten() throws IOException {
    byte[] made = matrix();
    Files.delete(file());
    Files.createDirectories(file().resolve("in the way"));
    Files.createFile(cache);
    assertThat(matrix()).isEqualTo(made);
    assertThat(cache).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.5, 0.999})
  void aFileThatIsCutShortIsMadeAnew(double share) throws IOException {
    byte[] made = matrix();
    long whole = Files.size(file());
    try (RandomAccessFile file = new RandomAccessFile(file().toFile(), "rw")) {
      file.setLength((long) (share * whole));
    }
    assertThat(matrix()).isEqualTo(made);
    assertThat(file()).hasSize(whole);
  }

  @Test
  void aFileOfZerosIsMadeAnew() throws IOException {
    byte[] made = matrix();
    byte[] whole = Files.readAllBytes(file());
    byte[] lost = Arrays.copyOf(whole, whole.length);
    Arrays.fill(lost, whole.length / 2, whole.length, (byte) 0);
    Files.write(file(), lost);
    assertThat(matrix()).isEqualTo(made);
    assertThat(file()).hasBinaryContent(whole);
  }

  @Test
  void whatIsNoFileOfDroversIsMadeAnew() throws IOException {
    byte[] made = matrix();
    Path other = model.resolve("model.safetensors");
    Files.copy(other, file(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(matrix()).isEqualTo(made);
  }

  @Test
  void otherWeightsOfTheSameShapeGetAFileOfTheirOwn() throws IOException {
    byte[] made = matrix();
    changeAWeight(0.25f);
    Files.setLastModifiedTime(model.resolve("model.safetensors"), FileTime.fromMillis(1));
    assertThat(matrix()).isNotEqualTo(made);
  }

  @Test
  void aWeightThatIsNotFiniteIsRefused() throws IOException {
    changeAWeight(Float.NaN);
    assertThatExceptionOfType(DroverException.class)
        .isThrownBy(this::matrix)
        .withMessageContaining(LAST)
        .withMessageContaining("row 0");
    assertThat(file()).doesNotExist();
  }

  @Test
  void theModelComputesTheSameFromTheFileAndFromMemory() throws IOException {
    float[] made = logits();
    assertThat(file()).exists();
    assertThat(logits()).isEqualTo(made);
    try (Device device = Devices.open("scalar", 1);
        Llama exact = Llama.open(model, device)) {
      float[] expected = logits(exact);
      assertThat(made).isNotEqualTo(expected);
      for (int i = 0; i < made.length; i++) {
        assertThat(made[i]).isCloseTo(expected[i], within(0.25f));
      }
    }
  }

  private float[] logits() {
    try (Device device = Devices.open("scalar", 1);
        Llama opened = Llama.open(model, device, WeightType.Q8_0)) {
      return logits(opened);
    }
  }

  private static float[] logits(Llama opened) {
    int[] ids = {1, 7, 30, 2, 99};
    try (Logits logits = opened.forward(Batch.of(opened.newSequence(), ids), Hooks.NONE)) {
      return logits.row(logits.rows() - 1);
    }
  }

  private Path file() {
    return model.resolve(Q8Matrices.FILE);
  }

  /** The last matrix, as opening the model gives it. */
  private byte[] matrix() {
    try (ModelFolder opened = ModelFolder.open(model);
        Q8Matrices matrices = Q8Matrices.of(opened, cache)) {
      return matrices.data(LAST).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** Overwrites the first element of the matrix. */
  private void changeAWeight(float value) throws IOException {
    Path path = model.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putFloat(Math.toIntExact(buffer.getLong(0) + Long.BYTES + offset(path)), value);
    Files.write(path, bytes);
  }

  private static long offset(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long data =
          file.names().stream()
              .mapToLong(name -> file.tensor(name).data().address())
              .min()
              .orElseThrow();
      return file.tensor(LAST).data().address() - data;
    }
  }
}
