package drover.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import drover.engine.Golden;
import drover.engine.io.DroverException;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir Path temp;

  @Test
  void readsAFileThatPythonWrote() {
    Path path = Golden.folder("tiny-llama3-rope").resolve("golden.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactlyInAnyOrder("resid", "final_norm", "logits");
      assertThat(file.tensor("resid").shape()).containsExactly(4L, 200L, 64L);
      assertThat(file.info("logits").bytes()).isEqualTo(200 * 256 * 4);
      assertThat(file.tensor("final_norm").toFloatArray())
          .hasSize(200 * 64)
          .doesNotContain(Float.NaN);
    }
  }

  @Test
  void widensHalvesAndBrainFloats() throws IOException {
    byte[] data = new byte[12];
    ByteBuffer.wrap(data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0x3C00)
        .putShort((short) 0xC000)
        .putShort((short) 0x0001)
        .putShort((short) 0x3F80)
        .putShort((short) 0xC000)
        .putShort((short) 0x7F80);
    Path path =
        write(
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[6,12]}}",
            data);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensor("a").toFloatArray()).containsExactly(1f, -2f, 0x1p-24f);
      assertThat(file.tensor("b").toFloatArray()).containsExactly(1f, -2f, Float.POSITIVE_INFINITY);
    }
  }

  @Test
  void readsTensorsInAnyOrderAtAnyAlignment() throws IOException {
    Path path =
        write(
            "{\"late\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[1,5]},"
                + "\"early\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}   ",
            new byte[] {7, 0, 0, (byte) 0x80, 0x3F});
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.names()).containsExactly("late", "early");
      assertThat(file.tensor("late").toFloatArray()).containsExactly(1f);
    }
  }

  @Test
  void readsAFileWithoutTensors() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(write("{}", new byte[0]))) {
      assertThat(file.names()).isEmpty();
      assertThat(file.metadata()).isEmpty();
    }
  }

  @Test
  void tensorsCannotBeReadAfterClosing() throws IOException {
    SafetensorsFile file =
        SafetensorsFile.open(
            write("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]));
    MemorySegment data = file.tensor("a").data();
    file.close();
    file.close();
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesTheFileAndTheTensorThatIsMissing() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(write("{}", new byte[0]))) {
      assertThatThrownBy(() -> file.tensor("lm_head.weight"))
          .isInstanceOf(DroverException.class)
          .hasMessage("%s has no tensor named 'lm_head.weight'", file.path());
    }
  }

  @Test
  void namesTheTypeThatCannotBeWidened() throws IOException {
    Path path =
        write("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[1]);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThatThrownBy(() -> file.tensor("a").toFloatArray())
          .isInstanceOf(DroverException.class)
          .hasMessage("tensor 'a' has elements of type U8, but F32, F16 or BF16 was expected");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"a":{"dtype":"Q4","shape":[8],"data_offsets":[0,8]}}  | has the dtype 'Q4'
          {"a":{"dtype":"U8","shape":[7],"data_offsets":[0,8]}}  | has 8 bytes, but U8 [7] needs 7
          {"a":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}} | negative number -8 in its shape
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}  | begins at byte 8, after its end, 0
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0]}}    | must have two data_offsets
          {"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}  | ends at byte 9, but the file has only 8
          {"a":{"dtype":"U8","shape":[7],"data_offsets":[1,8]}}  | begins at byte 1 and leaves a hole after byte 0
          {"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}}  | has 8 bytes of data, but its tensors fill 7
          {"a":{"dtype":"F4","shape":[15],"data_offsets":[0,8]}} | do not fill a whole number of bytes
          {"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | overflows 64 bits
          {"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,8]}} | overflows 64 bits
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}} | Duplicate field 'a'
          {"a":{"dtype":"U8","dtype":"U8","shape":[8],"data_offsets":[0,8]}} | Duplicate field 'dtype'
          {"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}} | tensor 'b' begins at byte 4 and overlaps
          {"a":{"dtype":"U8","shape":[8]}}                       | must have the keys dtype, shape and data_offsets
          {"__metadata__":{"a":1}}                               | __metadata__ key 'a' must have a string
          {"a":[1]}                                              | must be described by a JSON object
          {} {}                                                  | more than one JSON object
          [1]                                                    | must begin with '{'
          """)
  void refusesWhatBreaksARule(String header, String rule) throws IOException {
    Path path = write(header, new byte[8]);
    assertRefused(path, rule);
  }

  @Test
  void refusesAHeaderThatIsNotUtf8() throws IOException {
    Path path = write("{\"\u00ff\":1}", StandardCharsets.ISO_8859_1, new byte[0]);
    assertRefused(path, "it is not valid UTF-8");
  }

  @Test
  void refusesTensorNamesWithoutLettingThemBreakTheLine() throws IOException {
    Path path =
        write(
            "{\"a\\n\\u001b[31mb\":{\"dtype\":\"?\",\"shape\":[8],\"data_offsets\":[0,8]}}",
            new byte[8]);
    assertRefused(path, "tensor 'a\uFFFD\uFFFD[31mb' has the dtype '?'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void refusesAFileShorterThanItsLength(int bytes) throws IOException {
    Path path = Files.write(temp.resolve("x.safetensors"), new byte[bytes]);
    assertRefused(path, "has " + bytes + " bytes, too few for a safetensors file");
  }

  @Test
  void refusesHeaderLengthsThatCannotBe() throws IOException {
    assertRefused(withLength(0), "its header must begin with '{'");
    assertRefused(withLength(3), "gives its header's length as 3 bytes, but only 2 follow");
    assertRefused(withLength(100_000_001), "more than the format's 100000000");
    assertRefused(withLength(-1), "length as 18446744073709551615 bytes, more than the format's");
  }

  @Test
  void refusesAFileThatIsCutAfterTheHeader() throws IOException {
    Path model = Golden.folder("tiny-llama3-rope").resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    Path path = temp.resolve("x.safetensors");
    Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(path, "ends at byte");
    int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Files.write(path, Arrays.copyOf(bytes, 8 + header));
    assertRefused(path, "but the file has only 0 of data");
  }

  @Test
  void refusesWhatIsNotARegularFile() {
    assertRefused(temp, "is a folder, but a file was expected");
    assertRefused(temp.resolve("none"), "none does not exist");
    Path endless = Path.of("/dev/zero");
    if (Files.exists(endless)) {
      assertRefused(endless, "is not a regular file");
    }
  }

  @Test
  void refusesAFileThatMayNotBeRead() throws IOException {
    Path path = write("{}", new byte[0]);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(path), "skipped: an unreadable file (this user may read all)");
    assertRefused(path, "cannot be read: permission is denied");
  }

  @Test
  void boundsTheNumberOfTensors() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i <= HeaderParser.MOST_TENSORS; i++) {
      header
          .append(i == 0 ? "" : ",")
          .append('"')
          .append(i)
          .append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    assertRefused(write(header.append('}').toString(), new byte[0]), "more than 250000 tensors");
  }

  private static void assertRefused(Path path, String rule) {
    assertThatThrownBy(() -> SafetensorsFile.open(path).close())
        .isInstanceOf(DroverException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(rule);
  }

  private Path withLength(long length) throws IOException {
    Path path = write("{}", new byte[0]);
    byte[] bytes = Files.readAllBytes(path);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return Files.write(path, bytes);
  }

  private Path write(String header, byte[] data) throws IOException {
    return write(header, StandardCharsets.UTF_8, data);
  }

  private Path write(String header, Charset charset, byte[] data) throws IOException {
    Path path = temp.resolve("test.safetensors");
    byte[] bytes = header.getBytes(charset);
    try (OutputStream out = Files.newOutputStream(path)) {
      out.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length).array());
      out.write(bytes);
      out.write(data);
    }
    return path;
  }
}
