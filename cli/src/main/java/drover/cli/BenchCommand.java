package drover.cli;

import drover.bench.BenchSizes;
import drover.bench.BenchTexts;
import drover.bench.EngineBench;
import drover.bench.GrowthCurves;
import drover.bench.LayerBench;
import drover.bench.MachineLimits;
import drover.bench.Measurement;
import drover.bench.ProcessBench;
import drover.bench.ProfileBench;
import drover.bench.Shape;
import drover.bench.SteeringBench;
import drover.bench.SteeringJobs;
import drover.bench.Subject;
import drover.bench.SyntheticModel;
import drover.demo.DemoData;
import drover.engine.Llama;
import drover.engine.WeightType;
import drover.engine.io.DroverException;
import drover.kernels.Device;
import drover.kernels.Devices;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code drover bench}: how fast a model runs, beside what the machine could do at best. */
@Command(
    name = "bench",
    description =
        "Measure a model's speed, beside the machine's limits or what else each figure is judged"
            + " by.")
final class BenchCommand implements Runnable {
  /** Weights of one's own take no more memory than this. */
  private static final long MOST_WEIGHTS = 8L << 30;

  private static final Set<BenchName> IN_PROCESSES = EnumSet.of(BenchName.START, BenchName.MEMORY);

  /** What a device must not have run anything before. */
  private static final Set<BenchName> ON_A_NEW_DEVICE =
      EnumSet.of(BenchName.OPEN, BenchName.FIRST_TOKEN);

  private static final Set<BenchName> WITH_TEXTS =
      EnumSet.range(BenchName.EXTRACT, BenchName.CONDITION_TUTORIAL);

  private final Io io;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions modelOptions;

  @Option(
      names = "--what",
      paramLabel = "LIST",
      split = ",",
      description =
          "What to measure: all, or some of start (from a process's start to the first token),"
              + " memory (a process's peak), open, first-token (of a device that has run nothing"
              + " yet, and again), prefill, decode, decode-q8, batch, steering, plans, extract,"
              + " extract-tutorial, condition-vector-500, condition-vector, six-conditions,"
              + " condition (a search), condition-tutorial, layer, profile (default:"
              + " start,open,prefill,decode).")
  private List<String> what = BenchName.USUAL.stream().map(BenchName::key).toList();

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description =
          "Instead of --model: random weights in the shape of SmolLM2-135M (135m), Llama-3.2-1B"
              + " (1b) or Llama-3.1-8B (8b), of as many blocks as fit in 8 GB.")
  private String shape;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description = "Where --shape writes its weights for a while (default: ${DEFAULT-VALUE}).")
  private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "A folder with the tutorial's four files (default: Drover's own).")
  private Path data;

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "Another device to run prefill and decode on, in turn, and be compared with.")
  private String against;

  @Option(
      names = "--curves",
      paramLabel = "DIR",
      description =
          "Measure how time and memory grow with prompts, pasts, pairs and batches, too; write"
              + " curves.json and PNG figures.")
  private Path curves;

  @Option(names = "--runs", paramLabel = "N", description = "How often to measure (default: 5).")
  private Integer runs;

  @Option(names = "--quick", description = "Do very little, to try it: such figures mean little.")
  private boolean quick;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  BenchCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Set<BenchName> names = EnumSet.noneOf(BenchName.class);
    what.forEach(name -> names.addAll(BenchName.named(name)));
    if (runs != null && runs < 1) {
      throw new ParameterException(
          spec.commandLine(), "--runs is " + runs + ", but must be at least 1");
    }
    if (curves != null) {
      Tour.prepare(curves);
    }
    if (shape == null) {
      modelOptions.runOn((folder, device) -> measure(names, folder, modelOptions.name(), device));
    } else {
      Shape chosen = Shape.named(shape);
      modelOptions.runOn((_, device) -> measure(names, chosen, device));
    }
  }

  private BenchSizes sizes() {
    BenchSizes sizes = quick ? BenchSizes.QUICK : BenchSizes.FULL;
    return runs == null ? sizes : sizes.withRuns(runs);
  }

  /** A model of one's own: the whole of it is opened, what fits in memory is run. */
  private void measure(Set<BenchName> names, Shape chosen, Device device) {
    Set<BenchName> others = EnumSet.copyOf(names);
    int layers = SyntheticModel.layersWithin(chosen, MOST_WEIGHTS);
    if (layers < chosen.config().layers() && others.remove(BenchName.OPEN)) {
      try (SyntheticModel whole = SyntheticModel.sparse(chosen, scratch)) {
        measure(EnumSet.of(BenchName.OPEN), whole.folder(), title(chosen, 0), device);
      }
    }
    if (!others.isEmpty() || curves != null) {
      io.notice("writing random weights in " + scratch + " ...");
      try (SyntheticModel model = SyntheticModel.random(chosen, layers, scratch)) {
        measure(others, model.folder(), title(chosen, layers), device);
      }
    }
  }

  private static String title(Shape shape, int layers) {
    int all = shape.config().layers();
    String part = layers == 0 || layers == all ? "" : ", %d of %d blocks".formatted(layers, all);
    return "random " + shape.key() + part;
  }

  private void measure(Set<BenchName> names, Path folder, String title, Device device) {
    BenchSizes sizes = sizes();
    BenchPrinter printer =
        new BenchPrinter(io, json, BenchSetting.of(folder, title, device, modelOptions));
    // First of all, so that nothing else uses the machine.
    if (names.stream().anyMatch(IN_PROCESSES::contains)) {
      measureProcesses(names, folder, device, sizes, printer);
    }
    measureOpening(names, () -> Llama.open(folder, device, modelOptions.weights()), sizes, printer);
    Set<BenchName> rest = EnumSet.copyOf(names);
    rest.removeAll(IN_PROCESSES);
    rest.removeAll(ON_A_NEW_DEVICE);
    if (rest.isEmpty() && curves == null) {
      return;
    }
    io.notice("measuring the machine, then warming up ...");
    MachineLimits limits = MachineLimits.measure(modelOptions.threads());
    printer.print(limits);
    try (Llama model = Llama.open(folder, device, modelOptions.weights())) {
      measure(rest, new Subject(model, limits, sizes), printer);
    }
  }

  private void measureProcesses(
      Set<BenchName> names, Path folder, Device device, BenchSizes sizes, BenchPrinter printer) {
    try (BenchProcesses processes = new BenchProcesses(folder, device, modelOptions)) {
      if (names.contains(BenchName.START)) {
        printer.print(ProcessBench.start(sizes.runs(), processes.firstToken()));
      }
      if (names.contains(BenchName.MEMORY)) {
        printer.print(processes.memory(sizes));
      }
    }
  }

  private static void measureOpening(
      Set<BenchName> names, Supplier<Llama> open, BenchSizes sizes, BenchPrinter printer) {
    if (names.contains(BenchName.OPEN)) {
      open.get().close();
      printer.print(EngineBench.open(sizes.runs(), open));
    }
    if (names.contains(BenchName.FIRST_TOKEN)) {
      try (Llama model = open.get()) {
        EngineBench.firstToken(sizes.runs(), model).forEach(printer::print);
      }
    }
  }

  private void measure(Set<BenchName> names, Subject subject, BenchPrinter printer) {
    EngineBench engine = new EngineBench(subject);
    // A block alone warms up by itself, and a profile has a device of its own.
    if (!Set.of(BenchName.LAYER, BenchName.PROFILE).containsAll(names)) {
      engine.warmUp();
    }
    if (against != null) {
      measureAgainst(names, subject, printer);
    } else {
      print(names, BenchName.PREFILL, printer, () -> List.of(engine.prefill()));
      print(names, BenchName.DECODE, printer, () -> List.of(engine.decode("decode")));
    }
    if (names.contains(BenchName.DECODE_Q8)) {
      measureQuantised(subject, printer);
    }
    print(names, BenchName.BATCH, printer, () -> List.of(engine.batch()));
    SteeringBench steering = new SteeringBench(subject);
    print(names, BenchName.STEERING, printer, () -> List.of(steering.decode(), steering.prefill()));
    print(names, BenchName.PLANS, printer, () -> List.of(steering.plans()));
    if (names.stream().anyMatch(WITH_TEXTS::contains)) {
      measureJobs(names, subject, printer);
    }
    int allLayers =
        shape == null ? subject.model().config().layers() : Shape.named(shape).config().layers();
    print(names, BenchName.LAYER, printer, () -> new LayerBench(subject, allLayers).measure());
    Path folder = subject.model().folder().path();
    Function<Device, Llama> open = on -> Llama.open(folder, on, modelOptions.weights());
    if (names.contains(BenchName.PROFILE)) {
      try (ProfileBench profile = new ProfileBench(subject, open)) {
        profile.measure().forEach(printer::print);
      }
    }
    if (curves != null) {
      try (GrowthCurves growth = new GrowthCurves(subject, open);
          CurveFiles files = new CurveFiles(curves, printer)) {
        growth.measure(texts(), files::write);
      }
    }
  }

  private static void print(
      Set<BenchName> names,
      BenchName name,
      BenchPrinter printer,
      Supplier<List<Measurement>> measure) {
    if (names.contains(name)) {
      measure.get().forEach(printer::print);
    }
  }

  private void measureAgainst(Set<BenchName> names, Subject subject, BenchPrinter printer) {
    Path folder = subject.model().folder().path();
    try (Device second = Devices.open(against, modelOptions.threads());
        Llama model = Llama.open(folder, second, modelOptions.weights())) {
      EngineBench here = new EngineBench(subject);
      EngineBench there = new EngineBench(new Subject(model, subject.limits(), subject.sizes()));
      there.warmUp();
      String name = "on " + second.name();
      print(names, BenchName.PREFILL, printer, () -> List.of(here.prefillAgainst(there, name)));
      print(names, BenchName.DECODE, printer, () -> List.of(here.decodeAgainst(there, name)));
    }
  }

  private static void measureQuantised(Subject subject, BenchPrinter printer) {
    Path folder = subject.model().folder().path();
    Device device = subject.model().device();
    try (Llama model = Llama.open(folder, device, WeightType.Q8_0)) {
      EngineBench bench = new EngineBench(new Subject(model, subject.limits(), subject.sizes()));
      bench.warmUp();
      printer.print(bench.decode("decode-q8"));
    }
  }

  private BenchTexts texts() {
    return TutorialTexts.read(data == null ? DemoData.data() : data);
  }

  private void measureJobs(Set<BenchName> names, Subject subject, BenchPrinter printer) {
    if (subject.model().tokenizer().isEmpty()) {
      throw new DroverException(
          "extractions and searches need a model with a tokenizer, which random weights lack");
    }
    SteeringJobs jobs = new SteeringJobs(subject, texts());
    jobs.warmUp();
    for (BenchName name : names) {
      String key = name.key();
      switch (name) {
        case EXTRACT -> printer.print(jobs.extract(key, 20, 100));
        case EXTRACT_TUTORIAL -> printer.print(jobs.extract(key, 100, 100));
        case CONDITION_VECTOR_500 -> printer.print(jobs.conditionVector(key, 500));
        case CONDITION_VECTOR -> printer.print(jobs.conditionVector(key, 4_050));
        case SIX_CONDITIONS -> printer.print(jobs.sixConditions());
        case CONDITION -> printer.print(jobs.search(key, 200));
        case CONDITION_TUTORIAL -> printer.print(jobs.search(key, 4_050));
        default -> {}
      }
    }
  }
}
