package drover.engine.hub;

import java.time.Duration;

/**
 * How long a download tries.
 *
 * @param attempts how often a request may fail in a row without progress between
 * @param firstDelay the wait after the first failure; doubles from then on
 * @param longestDelay the longest wait, also where a server asks for more
 * @param stall how long a server may be silent before that counts as a failure
 */
record RetryPolicy(int attempts, Duration firstDelay, Duration longestDelay, Duration stall) {
  static final RetryPolicy DEFAULT =
      new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(60));

  Duration delay(int failures) {
    Duration delay = firstDelay.multipliedBy(1L << Math.min(failures - 1, 20));
    return delay.compareTo(longestDelay) < 0 ? delay : longestDelay;
  }
}
