package drover.steering;

import drover.engine.Llama;
import java.util.List;

final class DatasetTokens {
  private DatasetTokens() {}

  static List<TokenPair> of(Llama model, SteeringDataset dataset, Semantics semantics) {
    throw new IllegalStateException();
  }
}
