/** Finding the point at which a condition separates two kinds of prompt. */
package drover.steering.search;
