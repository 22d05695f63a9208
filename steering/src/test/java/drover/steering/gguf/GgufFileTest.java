package drover.steering.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of the <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">format</a>.
 */
class GgufFileTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    Path file = folder.resolve("a.gguf");
    Map<String, float[]> vectors = new LinkedHashMap<>();
    vectors.put("direction.9", new float[] {1, -0f, Float.MIN_VALUE});
    vectors.put("b", new float[] {4});
    GgufWriter.write(file, Map.of("k", "\u00e9 \ud83d\ude00"), Map.of("n", -1), vectors);
    GgufFile read = GgufFile.read(file);
    assertThat(read.texts()).isEqualTo(Map.of("k", "\u00e9 \ud83d\ude00"));
    assertThat(read.vectors().keySet()).containsExactly("direction.9", "b");
    assertThat(read.vectors().get("direction.9")).containsExactly(1, -0f, Float.MIN_VALUE);
    assertThat(read.vectors().get("b")).containsExactly(4);
  }

  @Test
  void bytesAreThoseOfTheFormat() throws IOException {
    Path file = folder.resolve("a.gguf");
    Map<String, float[]> vectors = new LinkedHashMap<>();
    vectors.put("direction.1", new float[] {1, 2});
    vectors.put("direction.2", new float[] {3, 4});
    GgufWriter.write(file, Map.of("k", "v"), Map.of("n", 2), vectors);
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            GgufBytes.header(3, 2, 2)
                .entry("k", "v")
                .text("n")
                .u32(4)
                .u32(2)
                .tensor("direction.1", 0, 0, 2)
                .tensor("direction.2", 0, 32, 2)
                .pad(32)
                .floats(1, 2)
                .pad(32)
                .floats(3, 4)
                .pad(32)
                .bytes());
  }

  @Test
  void halvesAndOtherAlignmentsAndVersion2AreRead() throws IOException {
    GgufFile file =
        read(
            GgufBytes.header(2, 2, 1)
                .text("general.alignment")
                .u32(4)
                .u32(8)
                .tensor("b", 1, 8, 3)
                .tensor("a", 0, 0, 1, 1)
                .pad(8)
                .floats(7)
                .pad(8)
                .halves(1, 65504, -0.5f));
    assertThat(file.vectors().keySet()).containsExactly("b", "a");
    assertThat(file.vectors().get("b")).containsExactly(1, 65504, -0.5f);
    assertThat(file.vectors().get("a")).containsExactly(7);
  }

  @Test
  void otherMetadataArePassedOver() throws IOException {
    GgufBytes bytes = GgufBytes.header(3, 1, 15);
    int[] sizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    for (int type = 0; type < sizes.length; type++) {
      bytes.text("value." + type).u32(type);
      switch (type) {
        case 8 -> bytes.text("text");
        case 9 -> bytes.u32(5).u64(3).u32(1).u32(2).u32(3);
        default -> bytes.raw(new int[sizes[type]]);
      }
    }
    bytes.text("texts").u32(9).u32(8).u64(2).text("x").text("");
    bytes.text("nested").u32(9).u32(9).u64(2).u32(0).u64(2).raw(1, 2).u32(8).u64(1).text("y");
    GgufFile file = read(bytes.tensor("a", 0, 0, 1).pad(32).floats(5));
    assertThat(file.texts()).isEqualTo(Map.of("value.8", "text"));
    assertThat(file.vectors().get("a")).containsExactly(5);
  }

  @Test
  void aFileWithoutTensorsHasNone() throws IOException {
    assertThat(read(GgufBytes.header(3, 0, 0)).vectors()).isEmpty();
  }

  @Test
  @Timeout(20)
  void hostileHeadersAndMetadataAreRefusedInOneSentence() throws IOException {
    refused(new GgufBytes().raw('G', 'G', 'U'), "is not a GGUF file");
    refused(new GgufBytes().raw('G', 'G', 'M', 'L'), "is not a GGUF file");
    refused(new GgufBytes().raw('G', 'G', 'U', 'F', 3), "is cut short or broken: the version");
    refused(GgufBytes.header(1, 0, 0), "is GGUF of version 1, but only versions 2 and 3 are read");
    refused(GgufBytes.header(-1, 0, 0), "is GGUF of version 4294967295");
    refused(GgufBytes.header(3 << 24, 0, 0), "is in big-endian order");
    refused(
        GgufBytes.header(3, -1, 0), "gives the number of tensors as 18446744073709551615, more");
    refused(GgufBytes.header(3, 10_001, 0), "gives the number of tensors as 10001, more than");
    refused(GgufBytes.header(3, 10_000, 0), "10000 tensors would take 320000 bytes");
    refused(GgufBytes.header(3, 0, 1L << 62), "gives the number of metadata as 46116");
    refused(GgufBytes.header(3, 0, 5), "5 metadata would take 70 bytes");
    refused(
        GgufBytes.header(3, 0, 1).u64(Long.MAX_VALUE).raw(new int[20]),
        "the key of metadata 0 would take 9223372036854775807 bytes");
    refused(GgufBytes.header(3, 0, 1).u64(1).raw(0xff).raw(new int[8]), "is not UTF-8");
    refused(
        GgufBytes.header(3, 0, 1).text("k".repeat(70_000)).u32(0).raw(1),
        "has the key of metadata 0 of 70000 bytes, but at most 65535 are read");
    refused(
        GgufBytes.header(3, 0, 2).entry("k", "v").entry("k", "w"),
        "has the metadata key 'k' twice");
    refused(
        entry("k").u32(13).raw(new int[9]), "the value of 'k' the type 13, which GGUF does not");
    refused(entry("k").u32(-1).raw(new int[9]), "the type 4294967295, which GGUF does not have");
    refused(entry("k").u32(8).u64(-1), "the value of 'k' would take 18446744073709551615 bytes");
  }

  @Test
  @Timeout(20)
  void hostileArraysAreRefusedInOneSentence() throws IOException {
    refused(
        entry("k").u32(9).u32(0).u64(1L << 62), "the value of 'k' would take 46116860184273879");
    refused(entry("k").u32(9).u32(12).u64(1L << 61), "the value of 'k' would take 23058430092136");
    refused(entry("k").u32(9).u32(8).u64(Long.MIN_VALUE), "would take 9223372036854775808 elem");
    refused(entry("k").u32(9).u32(8).u64(2).u64(0), "would take 2 elements");
    refused(entry("k").u32(9).u32(77).u64(1).u64(0), "the type 77, which GGUF does not have");
    GgufBytes deep = entry("k").u32(9);
    for (int i = 0; i < 100_000; i++) {
      deep.u32(9).u64(1);
    }
    refused(deep, "nests arrays more than 8 deep in the value of 'k'");
    GgufBytes wide = entry("k").u32(9).u32(9).u64(500_000);
    for (int i = 0; i < 500_000; i++) {
      wide.u32(5).u64(0);
    }
    assertThat(read(wide).texts()).isEmpty();
  }

  @Test
  void hostileAlignmentsAreRefusedInOneSentence() throws IOException {
    refused(entry("general.alignment").u32(10).u64(32), "of a type other than uint32");
    refused(entry("general.alignment").u32(8).text("32"), "of a type other than uint32");
    refused(entry("general.alignment").u32(4).u32(0), "as 0, which is no power of two");
    refused(entry("general.alignment").u32(4).u32(48), "as 48, which is no power of two");
    refused(
        GgufBytes.header(3, 1, 1)
            .text("general.alignment")
            .u32(4)
            .u32(1 << 31)
            .tensor("a", 0, 0, 1)
            .floats(1),
        "is cut short or broken: tensor 'a'");
  }

  @Test
  void hostileTensorsAreRefusedInOneSentence() throws IOException {
    refused(tensors(1).tensor("a", 0, 0).u64(0), "gives tensor 'a' 0 dimensions, but 1 to 4");
    refused(tensors(1).tensor("a", 0, 0, 1, 1, 1, 1, 1), "gives tensor 'a' 5 dimensions");
    refused(tensors(1).text("a").u32(-1).u64(1).u64(1).u64(1), "4294967295 dimensions");
    refused(tensors(1).tensor("a", 0, 0, 2, 2).pad(32).floats(1, 2, 3, 4), "more than one dim");
    refused(tensors(1).tensor("a", 8, 0, 32), "gives tensor 'a' the tensor type 8, but only F32");
    refused(tensors(1).tensor("a", 0, 0, 0), "gives tensor 'a' 0 elements");
    refused(tensors(1).tensor("a", 0, 0, -1), "gives tensor 'a' 18446744073709551615 elements");
    refused(tensors(1).tensor("a", 0, 0, 1L << 62), "gives tensor 'a' 4611686018427387904 elem");
    refused(tensors(1).tensor("a", 0, 0, 2).pad(32).floats(1), "tensor 'a' would take 8 bytes");
    refused(tensors(1).tensor("a", 0, 0, 1), "tensor 'a' would take 4 bytes from byte 0");
    refused(
        tensors(1).tensor("a", 0, -32, 1).pad(32).floats(1), "from byte 18446744073709551584 of");
    refused(
        tensors(1).tensor("a", 0, Long.MAX_VALUE - 3, 1).pad(32).floats(1),
        "from byte 9223372036854775804 of");
    refused(
        tensors(1).tensor("a", 0, 4, 1).pad(32).floats(1, 2),
        "puts tensor 'a' at byte 4 of the data, which is no multiple of the alignment, 32");
    refused(
        tensors(2).tensor("a", 0, 0, 9).tensor("b", 0, 32, 1).pad(32).floats(new float[20]),
        "has tensor 'b' overlap another");
    refused(
        tensors(2).tensor("a", 0, 0, 1).tensor("b", 0, 0, 1).pad(32).floats(new float[20]),
        "overlap another");
    refused(
        tensors(2).tensor("a", 0, 0, 1).tensor("a", 0, 32, 1).pad(32).floats(new float[20]),
        "has the tensor 'a' twice");
    refused(
        tensors(1).tensor("a".repeat(65), 0, 0, 1).pad(32).floats(1),
        "has the name of tensor 0 of 65 bytes, but at most 64 are read");
  }

  @Test
  void aFileOfWeightsIsRefusedWithoutBeingReadToItsEnd() throws IOException {
    Path file = folder.resolve("weights.gguf");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 34);
    }
    assertThatThrownBy(() -> GgufFile.read(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(file + " is larger than 67108864 bytes, the most that is read of vectors");
  }

  @Test
  void namesThatLlamaCppCannotHoldAreNotWritten() {
    Map<String, float[]> vectors = Map.of("a".repeat(64), new float[] {1});
    assertThatThrownBy(
            () -> GgufWriter.write(folder.resolve("a.gguf"), Map.of(), Map.of(), vectors))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static GgufBytes entry(String key) {
    return GgufBytes.header(3, 0, 1).text(key);
  }

  private static GgufBytes tensors(int count) {
    return GgufBytes.header(3, count, 0);
  }

  private GgufFile read(GgufBytes bytes) throws IOException {
    return GgufFile.read(Files.write(folder.resolve("made.gguf"), bytes.bytes()));
  }

  private void refused(GgufBytes bytes, String sentence) throws IOException {
    Path file = Files.write(folder.resolve("bad.gguf"), bytes.bytes());
    assertThatThrownBy(() -> GgufFile.read(file))
        .isInstanceOf(DroverException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(sentence);
  }
}
