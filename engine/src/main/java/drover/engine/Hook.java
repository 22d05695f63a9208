package drover.engine;

/**
 * Sees an activation on its way through the forward pass and may change it in place.
 *
 * <p>Capture the residual stream after block 12:
 *
 * <pre>{@code
 * List<float[]> rows = new ArrayList<>();
 * Hook capture = a -> rows.addAll(List.of(a.copyRows()));
 * model.forward(batch, Hooks.builder().on(HookPoint.RESID_POST, 12, capture).build());
 * }</pre>
 *
 * Add a vector to every row before block 15:
 *
 * <pre>{@code
 * Direction direction = model.direction(vector);
 * Hooks.builder().on(HookPoint.RESID_PRE, 15, a -> a.add(direction, 1.5f)).build();
 * }</pre>
 *
 * Replace the attention output of layer 3 by zeros:
 *
 * <pre>{@code
 * float[] zeros = new float[model.config().hiddenSize()];
 * Hook silence =
 *     a -> {
 *       for (int row = 0; row < a.rows(); row++) {
 *         a.setRow(row, zeros);
 *       }
 *     };
 * Hooks.builder().on(HookPoint.ATTN_OUT, 3, silence).build();
 * }</pre>
 *
 * Stop after layer k, when nothing later is of interest:
 *
 * <pre>{@code
 * Hooks hooks = Hooks.builder().on(HookPoint.RESID_POST, k, capture).stopAfterLayer(k).build();
 * }</pre>
 */
@FunctionalInterface
public interface Hook {
  /**
   * Called once per pass for each layer that it is registered for, on the thread that runs the
   * pass. An exception ends the pass; the sequences keep the length that they had.
   *
   * @param activation valid only during the call
   */
  void apply(Activation activation);
}
