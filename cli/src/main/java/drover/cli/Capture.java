package drover.cli;

import drover.cli.CaptureCommand.LogitChoice;
import drover.cli.CaptureCommand.Rows;
import drover.cli.HookList.Place;
import drover.engine.Activation;
import drover.engine.Batch;
import drover.engine.Batch.LogitRows;
import drover.engine.HookPoint;
import drover.engine.Hooks;
import drover.engine.Llama;
import drover.engine.Logits;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.engine.safetensors.ElementType;
import drover.engine.safetensors.SafetensorsWriter;
import drover.engine.safetensors.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Runs prompts and writes what hooks see. Prompts are packed into passes of limited size and
 * written as they come, so that memory does not grow with their number or length.
 */
final class Capture {
  private static final int PASS_ROWS = 512;
  private static final int PASS_LOGITS = 1 << 24;

  /** The format allows headers of 100 MB, and a tensor's entry takes about a hundred bytes. */
  private static final int MOST_TENSORS = 500_000;

  /** A piece of a prompt within a pass. */
  private record Piece(int prompt, boolean isLast) {}

  private final Llama model;
  private final Set<Place> places;
  private final Rows rows;
  private final LogitChoice logits;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Sequence> open = new ArrayList<>();
  private float[] buffer = {};

  Capture(Llama model, Set<Place> places, Rows rows, LogitChoice logits) {
    this.model = model;
    this.places = places;
    this.rows = rows;
    this.logits = logits;
  }

  /**
   * Captures from all prompts.
   *
   * @param prompts token ids
   * @param progress hears how many prompts are done
   * @throws DroverException if the file cannot be written
   */
  void run(List<int[]> prompts, Path out, IntConsumer progress) {
    try (SafetensorsWriter writer = SafetensorsWriter.create(out, tensors(prompts), Map.of());
        ExitHook _ = new ExitHook(writer::close)) {
      runAll(prompts, writer, progress);
      for (int prompt = 0; prompt < prompts.size(); prompt++) {
        writer.append(prompt + ".ids", prompts.get(prompt));
      }
      writer.commit();
    } finally {
      open.forEach(Sequence::close);
    }
  }

  private List<TensorInfo> tensors(List<int[]> prompts) {
    int each = places.size() + (logits == LogitChoice.NONE ? 1 : 2);
    if ((long) each * prompts.size() > MOST_TENSORS) {
      throw new DroverException(
          "%d prompts times %d tensors are more than the %d that one file can hold"
              .formatted(prompts.size(), each, MOST_TENSORS));
    }
    List<TensorInfo> tensors = new ArrayList<>();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      int tokens = prompts.get(prompt).length;
      for (Place place : places) {
        tensors.add(
            TensorInfo.of(
                prompt + "." + place.name(),
                ElementType.F32,
                rows == Rows.ALL ? tokens : 1,
                place.width(model.config())));
      }
      if (logits != LogitChoice.NONE) {
        long count = logits == LogitChoice.ALL ? tokens : 1;
        tensors.add(
            TensorInfo.of(prompt + ".logits", ElementType.F32, count, model.config().vocabSize()));
      }
      tensors.add(TensorInfo.of(prompt + ".ids", ElementType.I32, tokens));
    }
    return tensors;
  }

  private void runAll(List<int[]> prompts, SafetensorsWriter writer, IntConsumer progress) {
    Hooks hooks = hooks(writer);
    int most = passRows();
    int room = most;
    Batch.Builder batch = Batch.builder();
    for (int prompt = 0; prompt < prompts.size(); prompt++) {
      int[] ids = prompts.get(prompt);
      Sequence sequence = model.newSequence();
      open.add(sequence);
      for (int from = 0; from < ids.length; ) {
        int to = Math.min(ids.length, from + room);
        boolean isLast = to == ids.length;
        batch.add(sequence, Arrays.copyOfRange(ids, from, to), logitRows(isLast));
        pieces.add(new Piece(prompt, isLast));
        room -= to - from;
        from = to;
        if (room == 0 || (isLast && prompt == prompts.size() - 1)) {
          pass(batch.build(), hooks, writer);
          closeAllBut(isLast ? null : sequence);
          progress.accept(isLast ? prompt + 1 : prompt);
          batch = Batch.builder();
          room = most;
        }
      }
    }
  }

  /** Fewer where every row's logits are kept: a row of them is large. */
  private int passRows() {
    return logits == LogitChoice.ALL
        ? Math.clamp(PASS_LOGITS / model.config().vocabSize(), 1, PASS_ROWS)
        : PASS_ROWS;
  }

  private LogitRows logitRows(boolean isLast) {
    return switch (logits) {
      case ALL -> LogitRows.ALL;
      case LAST -> isLast ? LogitRows.LAST : LogitRows.NONE;
      case NONE -> LogitRows.NONE;
    };
  }

  private void closeAllBut(Sequence unfinished) {
    open.stream().filter(sequence -> sequence != unfinished).forEach(Sequence::close);
    open.removeIf(sequence -> sequence != unfinished);
    pieces.clear();
  }

  private Hooks hooks(SafetensorsWriter writer) {
    Hooks.Builder hooks = Hooks.builder();
    int deepest = 0;
    for (Place place : places) {
      hooks.on(place.point(), place.layer(), activation -> write(activation, place, writer));
      deepest = Math.max(deepest, place.layer());
    }
    boolean needsHead =
        logits != LogitChoice.NONE
            || places.stream().anyMatch(place -> place.point() == HookPoint.FINAL_NORM);
    if (!needsHead) {
      hooks.stopAfterLayer(deepest);
    }
    return hooks.build();
  }

  private void write(Activation activation, Place place, SafetensorsWriter writer) {
    Batch batch = activation.batch();
    for (int run = 0; run < batch.runs(); run++) {
      Piece piece = pieces.get(run);
      if (rows == Rows.LAST && !piece.isLast()) {
        continue;
      }
      int count = rows == Rows.LAST ? 1 : batch.length(run);
      int first = batch.start(run) + batch.length(run) - count;
      int size = count * activation.width();
      if (buffer.length < size) {
        buffer = new float[size];
      }
      activation.read(first, count, buffer, 0);
      writer.append(piece.prompt() + "." + place.name(), buffer, 0, size);
    }
  }

  private void pass(Batch batch, Hooks hooks, SafetensorsWriter writer) {
    try (Logits result = model.forward(batch, hooks)) {
      int row = 0;
      for (int run = 0; run < batch.runs(); run++) {
        int count =
            switch (logitRows(pieces.get(run).isLast())) {
              case ALL -> batch.length(run);
              case LAST -> 1;
              case NONE -> 0;
            };
        for (int i = 0; i < count; i++) {
          writer.append(pieces.get(run).prompt() + ".logits", result.row(row++));
        }
      }
    }
  }
}
