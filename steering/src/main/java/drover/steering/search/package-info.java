/**
 * The point at which a condition separates two kinds of text: layers, threshold and direction,
 * found from the texts' similarities to the condition vector.
 */
package drover.steering.search;
