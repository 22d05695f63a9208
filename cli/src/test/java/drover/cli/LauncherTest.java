package drover.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The shell script that starts the command. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  @TempDir private Path folder;

  @Test
  void aFolderThatIsNotTornadoVmIsRefusedInOneSentence() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "../drover", "generate", "--device", "tornado", "--prompt", "x");
    builder.environment().put("TORNADOVM_HOME", folder.toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said)
        .isEqualTo(
            "drover: TORNADOVM_HOME is "
                + folder
                + ", where there is no tornado-argfile: it must be the folder of TornadoVM's SDK.");
  }
}
