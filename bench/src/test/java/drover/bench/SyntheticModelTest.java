package drover.bench;

import static org.assertj.core.api.Assertions.assertThat;

import drover.engine.Batch;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.ModelFolder;
import drover.engine.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticModelTest {
  @TempDir private Path folder;

  @Test
  void randomWeightsRunAndTellTokensApart() {
    try (SyntheticModel synthetic = SyntheticModel.random(Shape.SMOLLM2_135M, 1, folder);
        Llama model = Llama.open(synthetic.folder());
        Sequence sequence = model.newSequence();
        Logits logits = model.forward(Batch.of(sequence, 5, 7), Hooks.NONE)) {
      assertThat(model.config()).isEqualTo(synthetic.config());
      assertThat(model.config().layers()).isEqualTo(1);
      float[] row = logits.row(0);
      assertThat(row).hasSize(49_152);
      assertThat(row[0]).isNotEqualTo(row[1]).isFinite();
    }
  }

  @Test
  void aSparseModelOpensWholeAndTakesNoRoom() throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    try (SyntheticModel synthetic = SyntheticModel.sparse(Shape.LLAMA_3_1_8B, folder);
        ModelFolder model = ModelFolder.open(synthetic.folder())) {
      assertThat(model.config()).isEqualTo(Shape.LLAMA_3_1_8B.config());
      assertThat(model.weights().dataBytes()).isEqualTo(2 * 8_030_261_248L);
      assertThat(free - Files.getFileStore(folder).getUsableSpace()).isLessThan(4L << 30);
    }
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    SyntheticModel.random(Shape.SMOLLM2_135M, 1, folder).close();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void asManyBlocksAreTakenAsFitInMemory() {
    long bytesOfBlock = 2 * 218_112_000L;
    long bytesOfAll = 2 * 8_030_261_248L;
    assertThat(SyntheticModel.layersWithin(Shape.LLAMA_3_1_8B, bytesOfAll)).isEqualTo(32);
    assertThat(SyntheticModel.layersWithin(Shape.LLAMA_3_1_8B, bytesOfAll - 1)).isEqualTo(31);
    assertThat(SyntheticModel.layersWithin(Shape.LLAMA_3_1_8B, bytesOfAll - 10 * bytesOfBlock))
        .isEqualTo(22);
    assertThat(SyntheticModel.layersWithin(Shape.LLAMA_3_1_8B, 1 << 30)).isZero();
  }
}
