package drover.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies out activations, over any number of passes. */
final class Capture {
  private final Map<String, List<float[]>> rows = new HashMap<>();
  private final Hooks.Builder hooks = Hooks.builder();

  Capture at(HookPoint point, int layer) {
    hooks.on(
        point,
        layer,
        a ->
            rows.computeIfAbsent(key(point, layer), _ -> new ArrayList<>())
                .addAll(List.of(a.copyRows())));
    return this;
  }

  Hooks hooks() {
    return hooks.build();
  }

  float[][] rows(HookPoint point, int layer) {
    return rows.get(key(point, layer)).toArray(float[][]::new);
  }

  private static String key(HookPoint point, int layer) {
    return point + ":" + layer;
  }
}
