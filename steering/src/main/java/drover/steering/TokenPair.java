package drover.steering;

/** A pair of texts as tokens, with the length of each one's suffix in tokens. */
record TokenPair(int[] positive, int positiveSuffix, int[] negative, int negativeSuffix) {}
