package drover.steering;

/** What a strength of 1 means where a direction is added. */
public enum StrengthUnit {
  /** The direction as it is stored: of unit length where this library extracted it. */
  ABSOLUTE,
  /** The median norm of the residual stream at the layer; known to vectors that store it. */
  RESIDUAL_NORM,
  /**
   * The norm of the difference between the means of the positive and of the negative texts at the
   * layer; known to vectors that store it.
   */
  DIFFERENCE
}
