package drover.steering;

import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import java.util.List;

/** Runs passes as far as the last of some places, and hands over what they leave there. */
final class PoolingPasses {
  /** Rows of one pass, where they can be chosen. */
  static final int ROWS = 512;

  /**
   * Where to read.
   *
   * @param point what is read
   * @param layer at which layer
   */
  record Place(HookPoint point, int layer) {}

  /** Hears what a pass finds. */
  interface Reader {
    /**
     * Called for each place.
     *
     * @param place its index
     * @param rows the activations {@code [rows, hidden]}, row-major; overwritten later
     * @param norms the norms of the residual stream there, {@code [rows]}; behind the final norm,
     *     those before it
     */
    void read(int place, float[] rows, float[] norms);
  }

  /** Ends a pass that nobody wants any more. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  private final Llama model;
  private final List<Place> places;
  private final Progress progress;
  private final long total;
  private float[] rows = new float[0];
  private long done;

  /**
   * @param total how many rows there will be in all passes
   */
  PoolingPasses(Llama model, List<Place> places, Progress progress, long total) {
    this.model = model;
    this.places = places;
    this.progress = progress;
    this.total = total;
  }

  /**
   * Runs a batch.
   *
   * @throws Stopped as soon as the listener wants an end; the pass then counts for nothing
   */
  void run(Batch batch, Reader reader) {
    run(batch, Hooks.builder(), reader);
    done += batch.rows();
    progress.at(done, total);
  }

  /** Runs a batch that is not counted, with hooks that come before the reading. */
  void run(Batch batch, Hooks.Builder hooks, Reader reader) {
    int layers = model.config().layers();
    int lastLayer = 0;
    for (int p = 0; p < places.size(); p++) {
      int place = p;
      Place at = places.get(p);
      float[][] norms = new float[1][];
      // Behind the final norm, every row has about the same norm: those before it tell more.
      boolean normed = at.point() == HookPoint.FINAL_NORM;
      hooks.on(
          normed ? HookPoint.RESID_POST : at.point(),
          normed ? layers - 1 : at.layer(),
          a -> norms[0] = a.norms());
      hooks.on(at.point(), at.layer(), a -> reader.read(place, rows(a), norms[0]));
      lastLayer = Math.max(lastLayer, at.layer());
    }
    if (lastLayer < layers) {
      hooks.stopAfterLayer(lastLayer);
    }
    model.forward(batch, hooks.build()).close();
  }

  private float[] rows(Activation activation) {
    if (progress.isStopped()) {
      throw new Stopped();
    }
    int elements = Math.multiplyExact(activation.rows(), activation.width());
    if (rows.length < elements) {
      rows = new float[elements];
    }
    activation.read(0, activation.rows(), rows, 0);
    return rows;
  }
}
