package drover.steering;

/** What a behavior does to a row x of the residual stream, d being its direction. */
public enum Operator {
  /** {@code x + strength * d}. */
  ADD,
  /**
   * Takes out a share of what lies along d: {@code x - strength * (x . d) d / |d|^2}. Strength 1
   * leaves nothing of it, 2 reflects.
   */
  ABLATE,
  /**
   * Turns x by {@code strength} degrees towards d, in the plane of the two; its norm stays. A row
   * along d has no such plane and stays.
   */
  ROTATE
}
