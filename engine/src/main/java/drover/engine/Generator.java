package drover.engine;

import drover.engine.Batch.LogitRows;
import drover.engine.Generation.Finish;
import drover.engine.io.DroverException;
import drover.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Generates texts, any number together: prompts are packed into passes of limited size, then every
 * text that has not ended gets its next token in one pass. What else is in the batch does not
 * change a text.
 */
public final class Generator {
  private final Llama model;
  private final Passes passes;
  private final GenerationSettings settings;
  private final Set<Integer> stopTokens;

  /**
   * A generator for a model.
   *
   * @param hooks called in every pass, prompts and generated tokens alike
   * @throws IllegalArgumentException if they stop passes before there are logits
   */
  public Generator(Llama model, Hooks hooks, GenerationSettings settings) {
    this(model, Passes.with(model, hooks), settings);
  }

  /** A generator whose passes somebody else runs. */
  public Generator(Llama model, Passes passes, GenerationSettings settings) {
    this.model = model;
    this.passes = passes;
    this.settings = settings;
    this.stopTokens =
        settings.ignoreStopTokens() ? Set.of() : new HashSet<>(model.folder().eosTokenIds());
  }

  /**
   * Generates one text from token ids.
   *
   * @throws DroverException as {@link #generate(List, GenerationListener)}
   */
  public Generation generate(int... prompt) {
    try (Sequence sequence = model.newSequence()) {
      return generate(List.of(new GenerationRequest(sequence, prompt)), GenerationListener.NONE)
          .getFirst();
    }
  }

  /**
   * Generates the text of each request.
   *
   * @return in the order of the requests
   * @throws DroverException if a prompt has an id that the model does not have, or does not leave
   *     room in the context for one token
   */
  public List<Generation> generate(List<GenerationRequest> requests, GenerationListener listener) {
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      checkRoom(requests.get(i));
      model.requireIds(requests.get(i).prompt());
      model.requireIds(requests.get(i).past());
      texts.add(new Text(i, requests.get(i), listener));
    }
    prefill(texts);
    List<Text> active = unfinished(texts);
    while (!active.isEmpty()) {
      decode(active);
      active = unfinished(active);
    }
    return texts.stream().map(Text::result).toList();
  }

  private static void checkRoom(GenerationRequest request) {
    long length = (long) request.sequence().length() + request.prompt().length;
    if (length >= request.sequence().maxLength()) {
      throw new DroverException(
          "the prompt of %d tokens leaves no room in the model's context of %d"
              .formatted(length, request.sequence().maxLength()));
    }
  }

  private static List<Text> unfinished(List<Text> texts) {
    return texts.stream().filter(text -> text.finish == null).toList();
  }

  /** Packs as many whole prompts into a pass as it holds; whoever's prompt ends gets a token. */
  private void prefill(List<Text> texts) {
    List<Text> group = new ArrayList<>();
    int rows = 0;
    for (Text text : texts) {
      int length = text.request.prompt().length;
      if (!group.isEmpty() && rows + length > Passes.PREFILL_ROWS) {
        prefillTogether(group);
        group.clear();
        rows = 0;
      }
      group.add(text);
      rows += length;
    }
    if (!group.isEmpty()) {
      prefillTogether(group);
    }
  }

  private void prefillTogether(List<Text> group) {
    passes.prefill(
        group.stream().map(text -> text.request).toList(),
        (indexes, logits) -> accept(Arrays.stream(indexes).mapToObj(group::get).toList(), logits));
  }

  private void decode(List<Text> active) {
    Batch.Builder batch = Batch.builder();
    for (Text text : active) {
      batch.add(text.request.sequence(), new int[] {text.last()}, LogitRows.LAST);
    }
    try (Logits logits = passes.decode(batch.build())) {
      accept(active, logits);
    }
  }

  /** Row i of the logits belongs to text i. */
  private static void accept(List<Text> texts, Logits logits) {
    int[] best = texts.stream().allMatch(t -> t.sampler.isArgmax()) ? logits.argmax() : null;
    for (int i = 0; i < texts.size(); i++) {
      Text text = texts.get(i);
      text.accept(best != null ? best[i] : text.sampler.choose(logits.row(i)));
    }
  }

  /** One text in the making. */
  private final class Text {
    private final int index;
    private final GenerationRequest request;
    private final GenerationListener listener;
    private final Sampler sampler;
    private final TextStream stream;
    private final List<Integer> ids = new ArrayList<>();
    private Finish finish;

    Text(int index, GenerationRequest request, GenerationListener listener) {
      this.index = index;
      this.request = request;
      this.listener = listener;
      this.sampler = new Sampler(settings, request.past(), request.prompt());
      Optional<Tokenizer> tokenizer = model.tokenizer();
      this.stream =
          new TextStream(
              tokenizer.map(t -> t.streamingDecoder(!settings.keepSpecialTokens())),
              settings.stopStrings());
    }

    int last() {
      return ids.getLast();
    }

    void accept(int id) {
      sampler.accept(id);
      ids.add(id);
      String shown = stream.add(id);
      if (stopTokens.contains(id) || stream.stopped()) {
        finish = Finish.STOP;
      } else if (ids.size() == settings.maxNewTokens()
          || request.sequence().length() == request.sequence().maxLength()) {
        finish = Finish.LENGTH;
      }
      if (finish != null) {
        shown += stream.finish();
      }
      listener.token(index, id, shown);
    }

    Generation result() {
      return new Generation(
          ids.stream().mapToInt(Integer::intValue).toArray(), stream.text(), finish);
    }
  }
}
