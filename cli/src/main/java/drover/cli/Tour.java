package drover.cli;

import drover.cli.Progress.Unit;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.io.DroverException;
import drover.engine.io.IoErrors;
import drover.steering.MalleableModel;
import drover.steering.PcaProjection;
import drover.steering.SteeredGeneration;
import drover.steering.SteeringDataset;
import drover.steering.SteeringPlan;
import drover.steering.SteeringVector;
import drover.steering.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What every part of the tour needs: a model, texts, a folder, and someone to tell. */
final class Tour {
  /** Texts that are generated together. */
  private static final int BATCH = 25;

  private final Llama model;
  private final TourSizes sizes;
  private final Path folder;
  private final Io io;

  /** Makes the folder. */
  Tour(Llama model, TourSizes sizes, Path folder, Io io) {
    this.model = model;
    this.sizes = sizes;
    this.folder = folder;
    this.io = io;
  }

  /**
   * Makes a folder for the tour's files.
   *
   * @throws DroverException if it cannot be made
   */
  static void prepare(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DroverException(
          "the folder %s of --out cannot be made: %s".formatted(folder, IoErrors.reason(e)), e);
    }
  }

  Llama model() {
    return model;
  }

  TourSizes sizes() {
    return sizes;
  }

  Io io() {
    return io;
  }

  /** A file of the tour's folder. */
  Path file(String name) {
    return folder.resolve(name);
  }

  /** A vector, and what its texts look like at each layer. */
  record Trained(SteeringVector vector, SequencedMap<Integer, PcaProjection> projections) {}

  /** Extracts a vector. */
  Trained train(String what, SteeringDataset dataset, TrainingOptions options) {
    return train(what, List.of(dataset), options).getFirst();
  }

  /** Extracts a vector of each data set. */
  List<Trained> train(String what, List<SteeringDataset> datasets, TrainingOptions options) {
    List<SequencedMap<Integer, PcaProjection>> projections = new ArrayList<>();
    datasets.forEach(_ -> projections.add(new TreeMap<>()));
    try (Progress progress = new Progress(io, Unit.ITEMS)) {
      List<SteeringVector> vectors =
          SteeringVector.trainAll(
              model,
              datasets,
              options,
              (done, total) -> progress.update(what + ", tokens", done, total, done),
              (projection, set) -> projections.get(set).put(projection.layer(), projection));
      return IntStream.range(0, vectors.size())
          .mapToObj(set -> new Trained(vectors.get(set), projections.get(set)))
          .toList();
    }
  }

  /** Answers prompts, many together. */
  List<SteeredGeneration> answer(String what, List<String> prompts, SteeringPlan plan) {
    MalleableModel malleable = new MalleableModel(model);
    malleable.steer(plan);
    GenerationSettings settings = GenerationSettings.greedy(sizes.tokens());
    List<SteeredGeneration> answers = new ArrayList<>();
    try (Progress progress = new Progress(io, Unit.ITEMS)) {
      for (int from = 0; from < prompts.size(); from += BATCH) {
        progress.update(what + ", answers", from, prompts.size(), from);
        int to = Math.min(prompts.size(), from + BATCH);
        answers.addAll(malleable.respondBatch(prompts.subList(from, to), settings));
      }
    }
    return answers;
  }

  /** The texts of answers. */
  static List<String> texts(List<SteeredGeneration> answers) {
    return answers.stream().map(answer -> answer.text().strip()).toList();
  }

  /** Saves a vector in two formats and gives the name of the one that keeps everything. */
  String save(SteeringVector vector, String name) {
    vector.save(file(name + ".svec"));
    vector.save(file(name + ".safetensors"));
    return name + ".safetensors";
  }
}
