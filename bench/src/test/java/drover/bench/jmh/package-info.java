/**
 * JMH benchmarks of single operations, run by hand: {@code mvn -Pjmh -pl bench -am verify}. Each
 * first runs a {@link drover.bench.jmh.Mixture} of all operations, shapes and types, so that the
 * JIT's profiles are as mixed as a running model's.
 */
package drover.bench.jmh;
