package drover.engine;

import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Which hooks are called where: an immutable value that any number of passes may share. */
public final class Hooks {
  /** No hooks, no cost. */
  public static final Hooks NONE = builder().build();

  private record Entry(int layer, Hook hook) {
    boolean matches(int otherLayer) {
      return layer == EVERY_LAYER || layer == otherLayer;
    }
  }

  private static final int EVERY_LAYER = -1;

  private final Map<HookPoint, List<Entry>> entries;
  private final OptionalInt stopAfterLayer;

  private Hooks(Map<HookPoint, List<Entry>> entries, OptionalInt stopAfterLayer) {
    this.entries = entries;
    this.stopAfterLayer = stopAfterLayer;
  }

  /** Starts an empty set. */
  public static Builder builder() {
    return new Builder();
  }

  /** The last layer to run, if not all are. */
  public OptionalInt stopAfterLayer() {
    return stopAfterLayer;
  }

  /** The hooks of a place, in the order in which they were added. */
  List<Hook> at(HookPoint point, int layer) {
    List<Entry> candidates = entries.get(point);
    if (candidates == null) {
      return List.of();
    }
    // Asked at every place of every pass: no stream where there is nothing.
    List<Hook> hooks = List.of();
    for (Entry entry : candidates) {
      if (entry.matches(layer)) {
        if (hooks.isEmpty()) {
          hooks = new ArrayList<>();
        }
        hooks.add(entry.hook());
      }
    }
    return hooks;
  }

  /** Whether a place has hooks. */
  boolean any(HookPoint point, int layer) {
    List<Entry> candidates = entries.get(point);
    return candidates != null && candidates.stream().anyMatch(e -> e.matches(layer));
  }

  /**
   * Refuses layers that a model does not have.
   *
   * @param layers the number of layers of the model
   */
  void check(int layers) {
    entries.forEach(
        (point, list) -> {
          for (Entry entry : list) {
            if (point == HookPoint.FINAL_NORM) {
              checkFinalNorm(entry.layer(), layers);
            } else if (entry.layer() >= layers) {
              throw outOfRange(point.hookName() + ":" + entry.layer(), layers);
            }
          }
        });
    if (stopAfterLayer.isPresent() && stopAfterLayer.getAsInt() >= layers) {
      throw outOfRange("stop after layer " + stopAfterLayer.getAsInt(), layers);
    }
  }

  /** A hook that would never be called is a mistake. */
  private void checkFinalNorm(int layer, int layers) {
    if (layer != EVERY_LAYER && layer != layers) {
      throw new DroverException(
          "final_norm:%d: the final norm is in no layer, but behind all %d of them"
              .formatted(layer, layers));
    }
    if (stopAfterLayer.isPresent()) {
      throw new DroverException(
          "final_norm is never reached by a pass that stops after layer "
              + stopAfterLayer.getAsInt());
    }
  }

  private static DroverException outOfRange(String what, int layers) {
    return new DroverException("%s: the model has layers 0 to %d".formatted(what, layers - 1));
  }

  /** Collects hooks. */
  public static final class Builder {
    private final Map<HookPoint, List<Entry>> entries = new EnumMap<>(HookPoint.class);
    private OptionalInt stopAfterLayer = OptionalInt.empty();

    private Builder() {}

    /** Adds a hook at every layer. */
    public Builder on(HookPoint point, Hook hook) {
      return put(point, EVERY_LAYER, hook);
    }

    /** Adds a hook at one layer, counted from 0. */
    public Builder on(HookPoint point, int layer, Hook hook) {
      if (layer < 0) {
        throw new DroverException(point.hookName() + ":" + layer + ": layers are counted from 0");
      }
      return put(point, layer, hook);
    }

    /** Adds a hook at several layers. */
    public Builder on(HookPoint point, Collection<Integer> layers, Hook hook) {
      layers.forEach(layer -> on(point, layer, hook));
      return this;
    }

    /**
     * Ends each pass after a layer: later layers, the final norm and the logits are not computed.
     * The sequences of the batch advance, but their later layers stay unfilled: continue them only
     * with passes that stop at the same layer or earlier.
     */
    public Builder stopAfterLayer(int layer) {
      if (layer < 0) {
        throw new DroverException("stop after layer " + layer + ": layers are counted from 0");
      }
      stopAfterLayer = OptionalInt.of(layer);
      return this;
    }

    private Builder put(HookPoint point, int layer, Hook hook) {
      entries.computeIfAbsent(point, _ -> new ArrayList<>()).add(new Entry(layer, hook));
      return this;
    }

    /** The hooks so far. */
    public Hooks build() {
      Map<HookPoint, List<Entry>> copy = new EnumMap<>(HookPoint.class);
      entries.forEach((point, list) -> copy.put(point, List.copyOf(list)));
      return new Hooks(copy, stopAfterLayer);
    }
  }
}
