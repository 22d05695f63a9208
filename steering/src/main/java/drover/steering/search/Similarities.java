package drover.steering.search;

import drover.engine.io.DroverException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The similarities of texts to a condition vector, at some layers: of positive texts, which should
 * meet the condition, and of negative ones, which should not. Immutable.
 */
public final class Similarities {
  private final List<Integer> layers;

  /** [texts][layers] */
  private final double[][] positive;

  private final double[][] negative;

  /**
   * Keeps copies.
   *
   * @param layers ascending, without repetition
   * @param positive [texts, layers]
   * @param negative [texts, layers]
   * @throws DroverException if there is no layer or no text of either kind, or a similarity is not
   *     finite
   */
  public Similarities(List<Integer> layers, double[][] positive, double[][] negative) {
    if (layers.isEmpty()) {
      throw new DroverException("a condition needs at least one layer to be checked at");
    }
    if (IntStream.range(1, layers.size()).anyMatch(i -> layers.get(i - 1) >= layers.get(i))) {
      throw new IllegalArgumentException("layers must be ascending: " + layers);
    }
    this.layers = List.copyOf(layers);
    this.positive = checked("positive", positive);
    this.negative = checked("negative", negative);
  }

  private double[][] checked(String kind, double[][] texts) {
    if (texts.length == 0) {
      throw new DroverException(
          "there is no %s text, but a condition is sought between positive and negative ones"
              .formatted(kind));
    }
    double[][] copy = new double[texts.length][];
    for (int text = 0; text < texts.length; text++) {
      if (texts[text].length != layers.size()) {
        throw new IllegalArgumentException(
            texts[text].length + " similarities for " + layers.size() + " layers");
      }
      copy[text] = texts[text].clone();
      for (int column = 0; column < copy[text].length; column++) {
        double similarity = copy[text][column];
        // Similarities are computed in float: anything larger is a defect of its source.
        if (!(Math.abs(similarity) <= Float.MAX_VALUE)) {
          throw new DroverException(
              "the similarity of %s text %d at layer %d is %s, not a finite number"
                  .formatted(kind, text + 1, layers.get(column), similarity));
        }
      }
    }
    return copy;
  }

  /** The layers, ascending. */
  public List<Integer> layers() {
    return layers;
  }

  /** How many positive texts there are. */
  public int positives() {
    return positive.length;
  }

  /** How many negative texts there are. */
  public int negatives() {
    return negative.length;
  }

  /** The positive texts' similarities at one of the layers, in the order of the texts. */
  public double[] positive(int layer) {
    return column(positive, layer);
  }

  /** The negative texts' similarities at one of the layers, in the order of the texts. */
  public double[] negative(int layer) {
    return column(negative, layer);
  }

  private double[] column(double[][] texts, int layer) {
    int column = columns(List.of(layer))[0];
    return Arrays.stream(texts).mapToDouble(text -> text[column]).toArray();
  }

  /** Where layers stand in a row. */
  int[] columns(List<Integer> some) {
    int[] columns = some.stream().mapToInt(layers::indexOf).toArray();
    if (Arrays.stream(columns).anyMatch(column -> column < 0)) {
      throw new IllegalArgumentException("layers " + some + " are not all among " + layers);
    }
    return columns;
  }

  /** [texts][layers], not to be changed. */
  double[][] positiveRows() {
    return positive;
  }

  /** [texts][layers], not to be changed. */
  double[][] negativeRows() {
    return negative;
  }

  /**
   * The texts for a search, and those kept out of it.
   *
   * @param training what the search sees
   * @param heldOut what tells how well the point that it finds carries over
   */
  public record Split(Similarities training, Similarities heldOut) {}

  /**
   * Holds out a share of the positive and the same share of the negative texts, at random. Where
   * there are as many of one kind as of the other, the texts count as pairs, and a pair stays
   * together. Texts keep their order.
   *
   * @param heldOutShare between 0 and 1, exclusive
   * @param seed the same seed gives the same split
   * @throws DroverException if the share is no share, or a kind has fewer than two texts
   */
  public Split split(double heldOutShare, long seed) {
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new DroverException(
          "the share of texts to hold out must lie between 0 and 1, but is " + heldOutShare);
    }
    // The same seed for either kind: equal numbers of texts are shuffled alike.
    boolean[] outPositive = heldOut("positive", positive.length, heldOutShare, seed);
    boolean[] outNegative = heldOut("negative", negative.length, heldOutShare, seed);
    return new Split(
        new Similarities(
            layers, chosen(positive, outPositive, false), chosen(negative, outNegative, false)),
        new Similarities(
            layers, chosen(positive, outPositive, true), chosen(negative, outNegative, true)));
  }

  private static boolean[] heldOut(String kind, int texts, double share, long seed) {
    if (texts < 2) {
      throw new DroverException(
          "holding out texts needs at least two of either kind, but there is one " + kind);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, texts).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    int count = Math.clamp(Math.round(share * texts), 1, texts - 1);
    boolean[] out = new boolean[texts];
    order.subList(0, count).forEach(text -> out[text] = true);
    return out;
  }

  private static double[][] chosen(double[][] texts, boolean[] out, boolean wanted) {
    return IntStream.range(0, texts.length)
        .filter(text -> out[text] == wanted)
        .mapToObj(text -> texts[text])
        .toArray(double[][]::new);
  }
}
