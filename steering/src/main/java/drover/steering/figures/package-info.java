/**
 * Figures as SVG and PNG: points of two classes, curves, and a heat map. Plain data goes in, a file
 * or a string comes out.
 *
 * <p>Nothing here uses {@code java.awt}: its text needs fontconfig and fonts, which a bare machine
 * lacks. Text in a PNG is drawn from a small font of strokes instead. Equal figures give equal
 * pixels everywhere, and equal bytes wherever zlib is the same.
 */
package drover.steering.figures;
