/** The linear algebra of directions: principal components and the whitened mean difference. */
package drover.steering.linalg;
