/** Rules that say which behaviours apply when which conditions are met. */
package drover.steering.rules;
