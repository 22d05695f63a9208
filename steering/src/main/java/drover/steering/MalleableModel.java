package drover.steering;

import drover.engine.GenerationListener;
import drover.engine.GenerationSettings;
import drover.engine.Llama;
import drover.engine.PromptEncoder;
import drover.engine.Sequence;
import drover.engine.io.DroverException;
import drover.steering.search.ConditionPoint;
import drover.tokenizer.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that can be steered, with the names of the Python library's tutorial.
 *
 * <pre>{@code
 * MalleableModel malleable = new MalleableModel(model);
 * malleable.steer(
 *     Behavior.of(refusal, Layers.parse("15-23"), 1.5),
 *     Condition.of(harmful, Layers.parse("7"), 0.043, ThresholdIs.LARGER));
 * System.out.println(malleable.respond("what is 4+5?").text());
 * malleable.reset();
 * }</pre>
 *
 * <p>It remembers a {@link SteeringPlan} and nothing else. Answers that are under way keep the plan
 * that they began with; many threads may use it.
 */
public final class MalleableModel {
  /**
   * How the Python library answers by default: greedily, at most 50 tokens, repetition penalty 1.1,
   * special tokens kept in the text.
   */
  public static final GenerationSettings DEFAULT_SETTINGS =
      GenerationSettings.greedy(50).withRepetitionPenalty(1.1).withSpecialTokens(false, true);

  private static final Logger LOG = System.getLogger(MalleableModel.class.getName());

  private final Llama model;
  private final Semantics semantics;
  private volatile SteeringPlan plan;

  /** A model, read as the paper has it, with the defects of the Python library repaired. */
  public MalleableModel(Llama model) {
    this(model, Semantics.CORRECTED);
  }

  /** A model in a reading of the method. */
  public MalleableModel(Llama model, Semantics semantics) {
    this.model = model;
    this.semantics = semantics;
    this.plan = SteeringPlan.NONE.withSemantics(semantics);
  }

  /** The model. */
  public Llama model() {
    return model;
  }

  /** What steers now. */
  public SteeringPlan plan() {
    return plan;
  }

  /**
   * Steers as a plan says, in the plan's own reading of the method. What speaks against using its
   * vectors with this model is logged.
   *
   * @throws DroverException if a vector does not fit the model
   */
  public void steer(SteeringPlan value) {
    value.warnings(model).forEach(warning -> LOG.log(Level.WARNING, warning));
    plan = value;
  }

  /** Steers every answer. */
  public void steer(Behavior behavior) {
    steer(SteeringPlan.of(List.of(behavior), List.of(), List.of(), semantics));
  }

  /** Steers the answers to prompts that meet a condition. */
  public void steer(Behavior behavior, Condition condition) {
    steer(SteeringPlan.of(List.of(behavior), List.of(condition), List.of(), semantics));
  }

  /**
   * Steers as rules say.
   *
   * @param rules such as {@code if C1 or C2 then B1}
   * @throws DroverException if a rule cannot be read, or names what is not there
   */
  public void multisteer(List<Behavior> behaviors, List<Condition> conditions, List<String> rules) {
    steer(SteeringPlan.of(behaviors, conditions, rules, semantics));
  }

  /** Steers no more. */
  public void reset() {
    plan = SteeringPlan.NONE.withSemantics(semantics);
  }

  /** Answers a prompt with the default settings. */
  public SteeredGeneration respond(String prompt) {
    return respond(prompt, DEFAULT_SETTINGS);
  }

  /**
   * Answers a prompt.
   *
   * @throws DroverException if a vector does not fit the model, or the prompt its context
   */
  public SteeredGeneration respond(String prompt, GenerationSettings settings) {
    return respondBatch(List.of(prompt), settings).getFirst();
  }

  /**
   * Goes on with a prompt of one's own making, such as text without chat template.
   *
   * @throws DroverException if a vector does not fit the model, or the prompt its context
   */
  public SteeredGeneration respond(PromptTokens prompt, GenerationSettings settings) {
    return generate(List.of(prompt), settings, plan).getFirst();
  }

  /** Answers one prompt after the other with the default settings. */
  public List<SteeredGeneration> respondBatchSequential(List<String> prompts) {
    return respondBatchSequential(prompts, DEFAULT_SETTINGS);
  }

  /**
   * Answers one prompt after the other.
   *
   * @throws DroverException if a vector does not fit the model, or a prompt its context
   */
  public List<SteeredGeneration> respondBatchSequential(
      List<String> prompts, GenerationSettings settings) {
    return prompts.stream().map(prompt -> respond(prompt, settings)).toList();
  }

  /**
   * Answers prompts together, each by its own gate, and faster so: with {@link Semantics#CORRECTED}
   * the answers are those of {@link #respondBatchSequential}; the Python library steers only the
   * first of a batch.
   *
   * @throws DroverException if a vector does not fit the model, or a prompt its context
   */
  public List<SteeredGeneration> respondBatch(List<String> prompts, GenerationSettings settings) {
    SteeringPlan current = plan;
    PromptEncoder encoder = PromptEncoder.of(model);
    List<PromptTokens> encoded =
        prompts.stream()
            .map(prompt -> List.of(new Message("user", prompt)))
            .map(messages -> PromptTokens.of(encoder, messages, current.semantics()))
            .toList();
    return generate(encoded, settings, current);
  }

  /**
   * Finds the point at which a vector tells two kinds of prompt apart, with {@link
   * SearchOptions#of(SteeringVector, Semantics)}.
   *
   * @param positive prompts that shall meet the condition
   * @param negative prompts that shall not
   * @throws DroverException if the vector does not fit the model, or a prompt its context
   */
  public ConditionPoint findBestConditionPoint(
      List<String> positive, List<String> negative, SteeringVector vector) {
    SearchOptions options = SearchOptions.of(vector, semantics);
    return findBestConditionPoint(positive, negative, vector, options, Progress.NONE).point();
  }

  /**
   * The same with options of one's own; the analysis can be saved.
   *
   * @throws DroverException if the vector does not fit the model, or a prompt its context
   */
  public ConditionFinder.Found findBestConditionPoint(
      List<String> positive,
      List<String> negative,
      SteeringVector vector,
      SearchOptions options,
      Progress progress) {
    return new ConditionFinder(model, vector, options).find(positive, negative, progress);
  }

  private List<SteeredGeneration> generate(
      List<PromptTokens> prompts, GenerationSettings settings, SteeringPlan steered) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      List<SteeredRequest> requests = new ArrayList<>();
      for (PromptTokens prompt : prompts) {
        sequences.add(model.newSequence());
        requests.add(new SteeredRequest(sequences.getLast(), prompt, steered));
      }
      return new SteeredGenerator(model, settings).generate(requests, GenerationListener.NONE);
    } finally {
      sequences.forEach(Sequence::close);
    }
  }
}
