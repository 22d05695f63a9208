package drover.steering;

/**
 * What a condition found at one of its layers.
 *
 * @param name C1 for a plan's first condition, and so on
 * @param layer where it was read
 * @param similarity what was found
 * @param met whether the threshold is on the right side of it
 */
public record Decision(String name, int layer, double similarity, boolean met) {}
