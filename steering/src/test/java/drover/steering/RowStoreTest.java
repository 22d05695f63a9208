package drover.steering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drover.engine.io.DroverException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowStoreTest {
  private static final int STRINGS = 50;
  private static final int PLACES = 3;
  private static final int WIDTH = 7;
  private static final long BYTES = 50L * 3 * 7 * Float.BYTES;

  /** With exactly enough memory, and with one byte less. */
  @ParameterizedTest
  @ValueSource(longs = {BYTES, BYTES - 1})
  void rowsComeBackFromMemoryAndFile(long mostMemoryBytes, @TempDir Path folder) {
    try (RowStore store = new RowStore(STRINGS, STRINGS, PLACES, WIDTH, mostMemoryBytes, folder)) {
      for (int string = STRINGS - 1; string > 0; string--) {
        store.put(List.of(string), row(string));
      }
      assertThat(store.has(0)).isFalse();
      assertThatThrownBy(() -> store.row(0, 0))
          .isInstanceOf(DroverException.class)
          .hasMessage("the work was stopped before all texts were computed");
      for (int string = 1; string < STRINGS; string++) {
        assertThat(store.has(string)).isTrue();
        for (int place = 0; place < PLACES; place++) {
          float[] expected = new float[WIDTH];
          System.arraycopy(row(string), place * WIDTH, expected, 0, WIDTH);
          assertThat(store.row(string, place)).containsExactly(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {BYTES, 0})
  void stringsThatAreAlikeShareTheirRows(long mostMemoryBytes, @TempDir Path folder) {
    try (RowStore store = new RowStore(STRINGS, 2, PLACES, WIDTH, mostMemoryBytes, folder)) {
      store.put(List.of(0, 2), row(5));
      store.put(List.of(1), row(6));
      assertThat(store.row(2, 1)).containsExactly(store.row(0, 1));
      assertThat(store.row(1, 1)).isNotEqualTo(store.row(0, 1));
    }
  }

  @Test
  void aFolderForTemporaryFilesThatIsMissingIsNamed(@TempDir Path folder) {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> new RowStore(STRINGS, STRINGS, PLACES, WIDTH, 0, missing))
        .isInstanceOf(DroverException.class)
        .hasMessage(
            "the folder for temporary files, %s, cannot hold the rows: there is no such file or"
                + " folder",
            missing);
  }

  @Test
  void theFileGoesWhenTheStoreIsClosed(@TempDir Path folder) {
    RowStore store = new RowStore(STRINGS, STRINGS, PLACES, WIDTH, 0, folder);
    store.put(List.of(3), row(3));
    store.close();
    assertThat(folder).isEmptyDirectory();
  }

  private static float[] row(int string) {
    Random random = new Random(string);
    float[] row = new float[PLACES * WIDTH];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) random.nextGaussian();
    }
    return row;
  }
}
