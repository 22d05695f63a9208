/** Steering vectors from contrastive text, and generation steered by them. */
package drover.steering;
