package drover.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path temp;

  @Test
  void replacesAFileOnlyWhenCommitted() throws IOException {
    Path target = Files.writeString(temp.resolve("a.txt"), "old");
    try (AtomicFile file = AtomicFile.create(target)) {
      file.write(ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
      assertThat(target).hasContent("old");
      file.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(temp).isDirectoryContaining(target::equals);
    assertThat(temp.toFile().list()).hasSize(1);
  }

  @Test
  void saysThatTheDiskIsFullAndRemovesTheTemporaryFile() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "skipped: a full disk (this system has no /dev/full)");
    try (AtomicFile file =
        AtomicFile.create(
            temp.resolve("out.bin"),
            temporary -> {
              Files.createFile(temporary);
              return FileChannel.open(full, StandardOpenOption.WRITE);
            })) {
      assertThatThrownBy(() -> file.write(ByteBuffer.allocate(10), 100))
          .isInstanceOf(DroverException.class)
          .hasMessageEndingWith("out.bin cannot be written: no room is left on the disk");
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void refusesAFolderAsTheTarget() {
    assertThatThrownBy(() -> AtomicFile.writeString(temp, "x"))
        .isInstanceOf(DroverException.class)
        .hasMessage("%s is a folder, but a file is to be written there", temp);
  }
}
