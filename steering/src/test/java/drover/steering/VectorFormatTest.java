package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorFormatTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void theSuffixOfANameDecidesWhatIsWritten(VectorFormat format) {
    Path file = folder.resolve("v" + format.suffix());
    assertThat(SteeringVector.file(file)).isEqualTo(file);
    FullVector.of(1).save(file);
    assertThat(VectorFormat.of(file)).isEqualTo(format);
  }

  @Test
  void aNameWithoutSuffixGetsThePythonLibrarys() {
    FullVector.of(1).save(folder.resolve("refusal.v2"));
    assertThat(VectorFormat.of(folder.resolve("refusal.v2.svec"))).isEqualTo(VectorFormat.SVEC);
    assertThat(SteeringVector.load(folder.resolve("refusal.v2")).width()).isEqualTo(Tiny.WIDTH);
  }

  @ParameterizedTest
  @EnumSource
  void theContentDecidesWhatIsRead(VectorFormat format) throws IOException {
    SteeringVector vector = FullVector.of(1);
    Path file = folder.resolve("v" + format.suffix());
    vector.save(file);
    for (String name : new String[] {"v", "v.svec", "v.gguf", "v.safetensors", "v.bin"}) {
      Path other = folder.resolve("moved").resolve(name);
      Files.createDirectories(other.getParent());
      Files.copy(file, other);
      SteeringVector loaded = SteeringVector.load(other);
      assertThat(loaded.directions().keySet())
          .isEqualTo(
              format == VectorFormat.GGUF
                  ? vector.directions().tailMap(1).keySet()
                  : vector.directions().keySet());
    }
  }

  @Test
  void whatIsNoVectorIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("v"), "hello");
    assertThatThrownBy(() -> SteeringVector.load(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            file
                + " is no steering vector: neither its name nor its content is that of a .svec,"
                + " .gguf or .safetensors file");
    for (VectorFormat format : VectorFormat.values()) {
      Path missing = folder.resolve("none" + format.suffix());
      assertThatThrownBy(() -> SteeringVector.load(missing))
          .isInstanceOf(DroverException.class)
          .hasMessage(missing + " does not exist");
      Path empty = Files.createFile(folder.resolve("empty" + format.suffix()));
      assertThatThrownBy(() -> SteeringVector.load(empty))
          .isInstanceOf(DroverException.class)
          .hasMessageStartingWith(empty.toString());
    }
    assertThatThrownBy(() -> VectorFormat.named("pt"))
        .hasMessage("unknown format 'pt'; there are svec, gguf and safetensors");
  }

  /** A NaN cannot get into a {@link SteeringVector}, so files are made from good ones. */
  @ParameterizedTest
  @EnumSource
  void aDirectionThatIsNotFiniteIsRefusedWithFileAndLayer(VectorFormat format) throws IOException {
    float mark = 1234.5f;
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      NavigableMap<Integer, float[]> directions = new TreeMap<>(Tiny.vector(1).directions());
      directions.get(2)[5] = mark;
      Path file = folder.resolve("v" + format.suffix());
      new SteeringVector(directions, new TreeMap<>(), Provenance.ofModelType("llama")).save(file);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(
          file,
          format == VectorFormat.SVEC
              ? replaced(
                  bytes,
                  "1234.5".getBytes(StandardCharsets.US_ASCII),
                  Float.toString(bad).getBytes(StandardCharsets.US_ASCII))
              : replaced(bytes, littleEndian(mark), littleEndian(bad)));
      assertThatThrownBy(() -> SteeringVector.load(file))
          .isInstanceOf(DroverException.class)
          .hasMessageStartingWith(file + ": the direction of layer ")
          .hasMessageContaining("2")
          .hasMessageContaining("is not finite");
    }
  }

  @Test
  void conversionsKeepLayersAndBits() {
    SteeringVector vector = FullVector.of(3);
    Path svec = folder.resolve("a.svec");
    Path safetensors = folder.resolve("b.safetensors");
    Path gguf = folder.resolve("c.gguf");
    Path back = folder.resolve("d.svec");
    vector.save(svec);
    SteeringVector.load(svec).save(safetensors);
    SteeringVector.load(safetensors).save(gguf);
    SteeringVector.load(gguf).save(back);

    FullVector.expectSameDirections(SteeringVector.load(svec), vector);
    FullVector.expectSameDirections(SteeringVector.load(safetensors), vector);
    SteeringVector last = SteeringVector.load(back);
    assertThat(last.directions()).containsOnlyKeys(1, 2);
    last.directions()
        .forEach((layer, d) -> FullVector.expectSameBits(d, vector.directions().get(layer)));
    assertThat(SteeringVector.load(safetensors).explainedVariances())
        .isEqualTo(vector.explainedVariances());
    assertThat(last.provenance().modelType()).isEqualTo("llama");
  }

  @Test
  void whatAFormatDoesNotHoldIsSaid() {
    SteeringVector vector = FullVector.of(1);
    assertThat(vector.save(folder.resolve("v.safetensors"))).isEmpty();
    assertThat(Tiny.vector(1).save(folder.resolve("v.svec"))).isEmpty();
    assertThat(vector.save(folder.resolve("v.svec")))
        .containsExactly(
            "a .svec file does not hold the model's fingerprint, the model's depth, how it was"
                + " extracted, the norms that strengths can be measured in, the condition point");
    assertThat(Tiny.vector(1).save(folder.resolve("v.gguf")))
        .containsExactly(
            "left out: layers 0, because direction.1 is the first that llama.cpp takes",
            "a .gguf file does not hold the explained variances");
    assertThat(Tiny.vector(1).save(folder.resolve("v.gguf"), Semantics.REFERENCE))
        .startsWith("left out: layers 0-1, because direction.1 is the first that llama.cpp takes");
  }

  @Test
  void aFileThatCannotBeWrittenLeavesNothingBehind() throws IOException {
    NavigableMap<Integer, float[]> onlyFirst = new TreeMap<>();
    onlyFirst.put(0, new float[] {1});
    SteeringVector vector =
        new SteeringVector(onlyFirst, new TreeMap<>(), Provenance.ofModelType("llama"));
    Path file = folder.resolve("v.gguf");
    assertThatThrownBy(() -> vector.save(file))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            file
                + " cannot be written: direction.1 is the first that llama.cpp takes, but the"
                + " vector has only layers 0");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private static byte[] littleEndian(float value) {
    int bits = Integer.reverseBytes(Float.floatToRawIntBits(value));
    return ByteBuffer.allocate(Integer.BYTES).putInt(bits).array();
  }

  private static byte[] replaced(byte[] bytes, byte[] from, byte[] to) {
    Charset latin = StandardCharsets.ISO_8859_1;
    String text = new String(bytes, latin);
    assertThat(text).containsOnlyOnce(new String(from, latin));
    return text.replace(new String(from, latin), new String(to, latin)).getBytes(latin);
  }
}
