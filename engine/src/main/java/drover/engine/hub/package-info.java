/** Downloads model folders from a HuggingFace-compatible hub. */
package drover.engine.hub;
