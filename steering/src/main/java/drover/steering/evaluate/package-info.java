/** What generated texts show: refusal, its rate, and repetition. */
package drover.steering.evaluate;
