package drover.cli;

import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.steering.PcaProjection;
import drover.steering.SteeringVector;
import drover.steering.figures.Figure;
import drover.steering.figures.Lines;
import drover.steering.figures.Scatter;
import drover.steering.figures.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * Pictures of what an extraction sees, each as PNG and as SVG, named as the Python library has it.
 */
final class FiguresOption {
  @Option(
      names = "--figures",
      paramLabel = "DIR",
      description =
          "Draw the texts of each layer on the plane of its first two components, and the explained"
              + " variance over layers, as PNG and SVG.")
  private Path folder;

  /** Whether pictures are wanted. */
  boolean isGiven() {
    return folder != null;
  }

  /**
   * Makes the folder.
   *
   * @throws DroverException if it cannot be made
   */
  void prepare() {
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new DroverException(
          "the folder %s of --figures cannot be made: %s".formatted(folder, IoErrors.reason(e)), e);
    }
  }

  /** Draws the texts of a layer. */
  void draw(PcaProjection projection) {
    write("pca_layer_" + projection.layer(), figure(projection));
  }

  /** The texts of a layer. */
  static Scatter figure(PcaProjection projection) {
    double[] shares = projection.explainedVariance();
    return new Scatter(
        "PCA, layer " + projection.layer(),
        "PC1" + percent(shares[0]),
        "PC2" + percent(shares[1]),
        List.of(
            series("positive", projection.positive()), series("negative", projection.negative())));
  }

  /** Draws the explained variance over layers. */
  void draw(SteeringVector vector) {
    write("macroscopic_analysis", figure(vector));
  }

  /** The explained variance over layers. */
  static Lines figure(SteeringVector vector) {
    double[] layers =
        vector.explainedVariances().keySet().stream().mapToDouble(Integer::doubleValue).toArray();
    double[] shares =
        vector.explainedVariances().values().stream().mapToDouble(Double::doubleValue).toArray();
    return new Lines(
        "Explained variance over layers",
        "layer",
        "share of the variance along PC1",
        List.of(new Series("explained variance", layers, shares)));
  }

  private static Series series(String name, double[][] points) {
    return new Series(name, column(points, 0), column(points, 1));
  }

  private static double[] column(double[][] points, int axis) {
    return IntStream.range(0, points.length).mapToDouble(i -> points[i][axis]).toArray();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, " (%.1f%% of the variance)", 100 * share);
  }

  private void write(String name, Figure figure) {
    figure.write(folder.resolve(name + ".png"));
    figure.write(folder.resolve(name + ".svg"));
  }
}
