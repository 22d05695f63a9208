/** How Python reads and writes numbers and words, for files and rules that the two share. */
package drover.steering.python;
