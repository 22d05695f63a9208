/** The data files and the small model of the demo, found inside the jar. */
package drover.demo;
