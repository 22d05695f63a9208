package drover.bench;

/**
 * One figure.
 *
 * @param what the benchmark's name
 * @param median the median over the runs
 * @param least the smallest of the runs
 * @param most the largest of the runs
 * @param unit of the three
 * @param limit what the machine could do at best, in the same unit; 0 where nothing bounds it
 * @param limitedBy what that limit is
 */
public record Measurement(
    String what,
    double median,
    double least,
    double most,
    String unit,
    double limit,
    String limitedBy) {

  /** The median's share of the limit, or NaN where there is none. */
  public double ofLimit() {
    return limit == 0 ? Double.NaN : median / limit;
  }
}
