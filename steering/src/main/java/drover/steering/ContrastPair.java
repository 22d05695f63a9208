package drover.steering;

/**
 * Two texts that differ in what a direction shall capture. It points from the negative to the
 * positive.
 */
public record ContrastPair(String positive, String negative) {}
