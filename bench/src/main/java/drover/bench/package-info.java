/** Benchmarks of work from end to end, with the machine's limits measured beside them. */
package drover.bench;
