package drover.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path temp;

  @Test
  void writesWhatTheReaderReads() {
    Path path = temp.resolve("out.safetensors");
    List<TensorInfo> tensors =
        List.of(
            TensorInfo.of("ids", ElementType.I32, 3),
            TensorInfo.of("flag", ElementType.U8, 1),
            TensorInfo.of("0.resid_post.15", ElementType.F32, 2, 2),
            TensorInfo.of("scalar", ElementType.F32),
            TensorInfo.of("none", ElementType.F32, 0, 7));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            path, tensors, Map.of("format", "drover", "n\u00e4me", "\u2603"))) {
      writer.append("0.resid_post.15", new float[] {1, 2});
      writer.append("ids", new int[] {5, -6, 7});
      writer.append("scalar", new float[] {0, Float.NaN, 0}, 1, 1);
      writer.append("0.resid_post.15", new float[] {3, -0.0f});
      writer.append("flag", MemorySegment.ofArray(new byte[] {9}));
      assertThat(path).doesNotExist();
      writer.commit();
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEqualTo(Map.of("format", "drover", "n\u00e4me", "\u2603"));
      assertThat(file.names()).containsExactly("ids", "0.resid_post.15", "scalar", "none", "flag");
      assertThat(file.tensor("0.resid_post.15").shape()).containsExactly(2L, 2L);
      assertThat(file.tensor("0.resid_post.15").toFloatArray()).containsExactly(1, 2, 3, -0.0f);
      assertThat(file.tensor("ids").toIntArray()).containsExactly(5, -6, 7);
      assertThat(file.tensor("scalar").toFloatArray()).containsExactly(Float.NaN);
      assertThat(file.tensor("none").toFloatArray()).isEmpty();
      assertThat(file.tensor("ids").data().isReadOnly()).isTrue();
    }
  }

  @Test
  void padsTheHeaderWithSpacesToAMultipleOfEight() throws IOException {
    Path path = temp.resolve("out.safetensors");
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            path, List.of(TensorInfo.of("abc", ElementType.F32, 0)), Map.of())) {
      writer.commit();
    }
    byte[] bytes = Files.readAllBytes(path);
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(length % 8).isZero();
    assertThat(bytes).hasSize((int) (8 + length));
    assertThat(new String(bytes, 8, (int) length, StandardCharsets.UTF_8)).matches("\\{.*\\} *");
  }

  @Test
  void leavesNothingBehindWithoutACommit() throws IOException {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            temp.resolve("out.safetensors"),
            List.of(TensorInfo.of("a", ElementType.F32, 2)),
            Map.of())) {
      writer.append("a", new float[] {1});
      assertThatThrownBy(writer::commit)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("lacks 4 bytes");
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesWhatTheDiskHasNoRoomForAndLeavesNothing() throws IOException {
    Path path = temp.resolve("out.safetensors");
    assertThatThrownBy(
            () ->
                SafetensorsWriter.create(
                    path, List.of(TensorInfo.of("a", ElementType.F32, 1L << 57)), Map.of()))
        .isInstanceOf(DroverException.class)
        .hasMessageMatching(
            ".*out\\.safetensors cannot be written: it needs \\d+ bytes, but the disk has only \\d+"
                + " free");
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesAFolderThatDoesNotExist() {
    assertThatThrownBy(
            () -> SafetensorsWriter.create(temp.resolve("no/out.safetensors"), List.of(), Map.of()))
        .isInstanceOf(DroverException.class)
        .hasMessageContaining("no is not an existing folder");
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    TensorInfo a = TensorInfo.of("a", ElementType.F32, 2);
    assertThatThrownBy(() -> SafetensorsWriter.create(temp.resolve("x"), List.of(a, a), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(temp).isEmptyDirectory();
  }

  @Property(tries = 200)
  void anyNamesAndShapesComeBack(@ForAll("tensors") Map<String, float[]> tensors)
      throws IOException {
    Path folder = Files.createTempDirectory("writer");
    Path path = folder.resolve("out.safetensors");
    List<TensorInfo> infos =
        tensors.entrySet().stream()
            .map(e -> TensorInfo.of(e.getKey(), ElementType.F32, e.getValue().length))
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(path, infos, Map.of())) {
      tensors.forEach(writer::append);
      writer.commit();
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).isEqualTo(tensors.keySet());
      tensors.forEach(
          (name, values) -> assertThat(file.tensor(name).toFloatArray()).isEqualTo(values));
    }
    Files.delete(path);
    Files.delete(folder);
  }

  @Provide
  Arbitrary<Map<String, float[]>> tensors() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .excludeChars('\u0000')
            .ofMaxLength(20)
            .filter(s -> s.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
            .filter(s -> !s.equals("__metadata__"));
    return Arbitraries.maps(names, Arbitraries.floats().array(float[].class).ofMaxSize(200))
        .ofMaxSize(6);
  }
}
