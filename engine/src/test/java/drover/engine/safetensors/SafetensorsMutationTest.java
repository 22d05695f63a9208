package drover.engine.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.Mutations;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsMutationTest {
  private static final int COUNT = 12_000;

  private static final Pattern OFFSETS = Pattern.compile("(?<=data_offsets\":)\\[(\\d+),(\\d+)]");

  @TempDir Path temp;

  @Test
  void everyMutationLoadsOrIsRefusedInOneSentence() throws IOException {
    SplittableRandom random = new SplittableRandom(20_261_123);
    Mutations mutations = new Mutations(random);
    byte[] valid = valid();
    Mutations.check(
        "safetensors",
        COUNT,
        temp.resolve("mutated.safetensors"),
        i ->
            switch (i % 8) {
              case 0, 1 -> mutations.bytes(valid);
              case 2 -> withLength(valid, random.nextLong() >>> random.nextInt(64));
              case 3, 4 -> withHeader(valid, shifted(header(valid), random));
              default -> withHeader(valid, mutations.json(header(valid)));
            },
        SafetensorsMutationTest::readWhole);
  }

  /** Moves one tensor's begin, its end, or both: overlaps, holes and wrong sizes. */
  private static byte[] shifted(String header, SplittableRandom random) {
    List<MatchResult> all = OFFSETS.matcher(header).results().toList();
    MatchResult one = all.get(random.nextInt(all.size()));
    long begin = Long.parseLong(one.group(1));
    long end = Long.parseLong(one.group(2));
    long shift = random.nextInt(-8, 9);
    boolean both = random.nextBoolean();
    boolean first = both || random.nextBoolean();
    String moved =
        "[%d,%d]".formatted(first ? begin + shift : begin, both || !first ? end + shift : end);
    return (header.substring(0, one.start()) + moved + header.substring(one.end()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Reads all data and checks that tensors fill it exactly. */
  private static void readWhole(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      long total = 0;
      for (String name : file.names()) {
        Tensor tensor = file.tensor(name);
        MemorySegment data = tensor.data();
        assertThat(data.byteSize()).isEqualTo(tensor.info().bytes());
        long sum = 0;
        for (long i = 0; i < data.byteSize(); i++) {
          sum += data.get(ValueLayout.JAVA_BYTE, i);
        }
        assertThat(sum).isBetween(-128 * data.byteSize(), 127 * data.byteSize());
        total += data.byteSize();
      }
      assertThat(total).isEqualTo(file.dataBytes());
      assertThat(file.metadata()).doesNotContainValue(null);
    }
  }

  private byte[] valid() throws IOException {
    Path path = temp.resolve("valid.safetensors");
    List<TensorInfo> tensors =
        List.of(
            TensorInfo.of("model.embed_tokens.weight", ElementType.F32, 8, 4),
            TensorInfo.of("model.norm.weight", ElementType.F32, 4),
            TensorInfo.of("ids", ElementType.I32, 2, 3),
            TensorInfo.of("half", ElementType.BF16, 3, 2),
            TensorInfo.of("empty", ElementType.F16, 0, 5),
            TensorInfo.of("bytes", ElementType.U8, 5),
            TensorInfo.of("six", ElementType.F6_E2M3, 4));
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(path, tensors, Map.of("format", "pt", "note", "a\nb"))) {
      for (TensorInfo info : tensors) {
        byte[] data = new byte[(int) info.bytes()];
        Arrays.fill(data, (byte) 7);
        writer.append(info.name(), MemorySegment.ofArray(data));
      }
      writer.commit();
    }
    readWhole(path);
    return Files.readAllBytes(path);
  }

  private static String header(byte[] file) {
    return new String(file, 8, headerLength(file), StandardCharsets.UTF_8);
  }

  private static int headerLength(byte[] file) {
    return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static byte[] withHeader(byte[] file, byte[] header) {
    int dataAt = 8 + headerLength(file);
    return ByteBuffer.allocate(8 + header.length + file.length - dataAt)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(file, dataAt, file.length - dataAt)
        .array();
  }

  private static byte[] withLength(byte[] file, long length) {
    byte[] copy = file.clone();
    ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return copy;
  }
}
