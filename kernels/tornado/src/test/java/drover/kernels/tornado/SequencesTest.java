package drover.kernels.tornado;

import static drover.kernels.tornado.Kernel.ADD;
import static drover.kernels.tornado.Kernel.ADD_SCALED;
import static drover.kernels.tornado.Kernel.ARGMAX;
import static drover.kernels.tornado.Kernel.EMBED_16;
import static drover.kernels.tornado.Kernel.LINEAR;
import static drover.kernels.tornado.Kernel.RMS_NORM;
import static drover.kernels.tornado.Kernel.ROPE;
import static drover.kernels.tornado.Kernel.SWIGLU;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequencesTest {
  private static final List<Kernel> LAYER =
      List.of(RMS_NORM, LINEAR, ROPE, ADD, RMS_NORM, SWIGLU, ADD);

  private static List<Kernel> pass(int layers, List<Kernel> behindEach) {
    List<Kernel> pass = new ArrayList<>(List.of(EMBED_16));
    for (int layer = 0; layer < layers; layer++) {
      pass.addAll(LAYER);
      pass.addAll(behindEach);
    }
    pass.addAll(List.of(RMS_NORM, LINEAR, ARGMAX));
    return pass;
  }

  @Test
  void theLayerIsWhatAPassRepeats() {
    assertThat(Repetition.in(pass(8, List.of()))).contains(new Repetition(LAYER, 1, 8));
  }

  @Test
  void whatRepeatsNothingHasNoSequence() {
    assertThat(Repetition.in(List.of(EMBED_16, RMS_NORM, LINEAR, ROPE, ADD, SWIGLU))).isEmpty();
    assertThat(Repetition.in(Collections.nCopies(3, ADD))).isEmpty();
  }

  @Test
  void aSequenceHoldsAsManyLayersAsFitAndLeaveNoRest() {
    Sequences sequences = new Sequences();
    assertThat(sequences.learn(pass(30, List.of()))).isTrue();
    // Six layers of seven kernels are 42, at most 48; and what comes behind the last layer.
    assertThat(sequences.all().stream().map(List::size)).containsExactly(6 * LAYER.size(), 7, 3);
  }

  @Test
  void aPassThatIsKnownTeachesNothing() {
    Sequences sequences = new Sequences();
    sequences.learn(pass(8, List.of()));
    assertThat(sequences.learn(pass(8, List.of()))).isFalse();
    assertThat(sequences.learn(pass(16, List.of()))).isFalse();
  }

  @Test
  void aSteeredLayerIsAnotherSequenceWhereItSparesMuch() {
    Sequences sequences = new Sequences();
    sequences.learn(pass(8, List.of()));
    int before = sequences.all().size();
    assertThat(sequences.learn(pass(8, List.of(ADD_SCALED)))).isTrue();
    assertThat(sequences.all()).hasSizeGreaterThan(before);
  }

  @Test
  void theLongestSequenceThatFitsIsTaken() {
    List<Kernel> steered = new ArrayList<>(LAYER);
    steered.add(ADD_SCALED);
    List<List<Kernel>> known = List.of(steered, LAYER);
    assertThat(Sequences.match(known, pass(2, List.of(ADD_SCALED)), 1)).isZero();
    assertThat(Sequences.match(known, pass(2, List.of()), 1)).isEqualTo(1);
    assertThat(Sequences.match(known, pass(2, List.of()), 2)).isEqualTo(-1);
  }
}
