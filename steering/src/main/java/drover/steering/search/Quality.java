package drover.steering.search;

/**
 * How well a condition tells positive texts, for which it should be met, from negative ones.
 *
 * @param f1 the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN)
 * @param precision the share of positive texts among those that meet the condition; 0 where none do
 * @param recall the share of positive texts that meet it
 * @param auc the probability that a random positive text is nearer to meeting it than a random
 *     negative one, ties counted half: the area under the ROC curve, which no threshold enters
 */
public record Quality(double f1, double precision, double recall, double auc) {}
