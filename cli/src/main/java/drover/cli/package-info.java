/** The {@code drover} command. */
package drover.cli;
