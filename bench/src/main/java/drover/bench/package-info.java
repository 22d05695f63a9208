/** Benchmarks with the machine's limits beside them. */
package drover.bench;
