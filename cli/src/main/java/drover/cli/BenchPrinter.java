package drover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import drover.bench.Curve;
import drover.bench.MachineLimits;
import drover.bench.Measurement;
import drover.bench.Measurement.Judgement.Limit;
import drover.bench.Measurement.Judgement.Ratio;
import java.io.IOException;
import java.util.Locale;

/** Prints figures as lines for a person, or as JSON. */
final class BenchPrinter {
  private static final double GIGA = 1e9;

  private final Io io;
  private final boolean json;
  private final BenchSetting setting;

  /** Says what the figures will be of, where that is no part of each. */
  BenchPrinter(Io io, boolean json, BenchSetting setting) {
    this.io = io;
    this.json = json;
    this.setting = setting;
    if (!json) {
      io.out()
          .println(
              "%s, %s weights, on %s"
                  .formatted(setting.model(), setting.weights(), setting.about()));
      io.out().flush();
    }
  }

  /** What the figures are of. */
  BenchSetting setting() {
    return setting;
  }

  /** Prints what the machine can do. */
  void print(MachineLimits limits) {
    print(Measurement.of("memory reading", "GB/s", limits.readBandwidth() / GIGA));
    print(Measurement.of("F32 multiply-adds", "GFLOP/s", limits.fmaPeak() / GIGA));
  }

  /** Prints a figure. */
  void print(Measurement measured) {
    if (json) {
      new JsonLines(io.out()).write(out -> write(out, measured));
      return;
    }
    StringBuilder line = new StringBuilder();
    line.append(
        "%-22s %8s %s".formatted(measured.what(), show(measured.median()), measured.unit()));
    if (measured.least() != measured.most()) {
      line.append(" (%s to %s)".formatted(show(measured.least()), show(measured.most())));
    }
    measured
        .judgement()
        .ifPresent(judgement -> line.append(", ").append(show(measured.median(), judgement)));
    io.out().println(line);
    measured
        .details()
        .forEach(
            (name, value) ->
                io.out().println("%30s %s".formatted(show(value.doubleValue()), shown(name))));
    io.out().flush();
  }

  /** Prints a curve, as JSON only: a person has the figures. */
  void print(Curve curve) {
    if (json) {
      new JsonLines(io.out()).write(out -> write(out, curve));
    }
  }

  private static String show(double median, Measurement.Judgement judgement) {
    return switch (judgement) {
      case Limit(double value, String by) ->
          String.format(Locale.ROOT, "%.2f of the limit %s (%s)", median / value, show(value), by);
      case Ratio ratio ->
          "%s times that of %s (%s to %s)"
              .formatted(
                  ratio(ratio.median()),
                  ratio.to(),
                  ratio(ratio.runs()[0]),
                  ratio(ratio.runs()[ratio.runs().length - 1]));
    };
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String shown(String name) {
    return name.replace('_', ' ');
  }

  private static String show(double value) {
    String format = value < 1 ? "%.3f" : value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  private void write(JsonGenerator out, Measurement measured) throws IOException {
    out.writeStringField("what", measured.what());
    out.writeNumberField("median", measured.median());
    out.writeNumberField("least", measured.least());
    out.writeNumberField("most", measured.most());
    out.writeStringField("unit", measured.unit());
    out.writeNumberField("runs", measured.runs().length);
    if (measured.judgement().isPresent()) {
      switch (measured.judgement().get()) {
        case Limit(double value, String by) -> {
          out.writeNumberField("limit", value);
          out.writeStringField("limited_by", by);
          out.writeNumberField("of_limit", measured.median() / value);
        }
        case Ratio ratio -> {
          out.writeNumberField("ratio", ratio.median());
          out.writeNumberField("ratio_least", ratio.runs()[0]);
          out.writeNumberField("ratio_most", ratio.runs()[ratio.runs().length - 1]);
          out.writeStringField("ratio_to", ratio.to());
        }
      }
    }
    if (!measured.details().isEmpty()) {
      out.writeObjectFieldStart("details");
      for (var detail : measured.details().entrySet()) {
        out.writeNumberField(detail.getKey(), detail.getValue().doubleValue());
      }
      out.writeEndObject();
    }
    writeSetting(out);
  }

  /** A curve as the fields of an object. */
  void write(JsonGenerator out, Curve curve) throws IOException {
    out.writeStringField("curve", curve.name());
    out.writeStringField("over", curve.x());
    out.writeArrayFieldStart("points");
    for (Curve.Point point : curve.points()) {
      out.writeStartObject();
      out.writeNumberField("at", point.x());
      out.writeNumberField("seconds", point.seconds());
      out.writeNumberField("tokens", point.units());
      out.writeNumberField("attention_seconds", point.attention());
      out.writeNumberField("attention_share", point.attentionShare());
      out.writeNumberField("heap_bytes", point.memory());
      out.writeEndObject();
    }
    out.writeEndArray();
    writeSetting(out);
  }

  private void writeSetting(JsonGenerator out) throws IOException {
    out.writeStringField("model", setting.model());
    out.writeStringField("weights", setting.weights());
    out.writeStringField("device", setting.device());
    out.writeNumberField("threads", setting.threads());
    if (setting.vectorBits().isPresent()) {
      out.writeNumberField("vector_bits", setting.vectorBits().getAsInt());
    }
  }
}
