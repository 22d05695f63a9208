package drover.engine;

import drover.engine.io.DroverException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A place in the forward pass where hooks see the activation. Names and meanings are those of
 * TransformerLens.
 *
 * <p>Shapes: {@code [rows, hidden]} where nothing else is said; a row is a token of some sequence.
 */
public enum HookPoint {
  /** The residual stream before a block. */
  RESID_PRE,
  /** Queries before the rotary embedding, {@code [rows, heads * headDim]}. */
  Q,
  /** Keys before the rotary embedding, {@code [rows, kvHeads * headDim]}. */
  K,
  /** Values, {@code [rows, kvHeads * headDim]}. */
  V,
  /** The heads' weighted values before the output projection, {@code [rows, heads * headDim]}. */
  Z,
  /** What attention adds to the residual stream. */
  ATTN_OUT,
  /** The residual stream between attention and MLP. */
  RESID_MID,
  /** What the MLP adds to the residual stream. */
  MLP_OUT,
  /** The residual stream after a block. */
  RESID_POST,
  /**
   * The residual stream after the final norm. Not in a layer: hooks on it are called with the
   * number of layers as the layer.
   */
  FINAL_NORM;

  /** The name as TransformerLens and the command spell it, for example {@code resid_post}. */
  public String hookName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The hook point of a name.
   *
   * @throws DroverException if there is none, with the names that there are
   */
  public static HookPoint named(String name) {
    for (HookPoint point : values()) {
      if (point.hookName().equals(name)) {
        return point;
      }
    }
    throw new DroverException(
        "unknown hook %s; there are %s"
            .formatted(
                DroverException.quote(name),
                Arrays.stream(values())
                    .map(HookPoint::hookName)
                    .collect(Collectors.joining(", "))));
  }
}
