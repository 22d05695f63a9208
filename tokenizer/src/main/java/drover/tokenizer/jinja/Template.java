package drover.tokenizer.jinja;

import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A compiled template. Immutable and safe for use by many threads. */
public final class Template {

  private static final int MAX_SOURCE = 1 << 20;

  private final List<Statement> body;

  private Template(List<Statement> body) {
    this.body = body;
  }

  /**
   * Compiles a template.
   *
   * @throws JinjaException if the source is wrong, or uses what is not supported
   */
  public static Template compile(String source) {
    if (source.length() > MAX_SOURCE) {
      throw new JinjaException("the template is longer than " + MAX_SOURCE + " characters");
    }
    return new Template(Parser.parse(source));
  }

  /**
   * Renders the template.
   *
   * @param variables what the template sees: null, Boolean, Long, Double, String, and Lists and
   *     Maps of these
   * @param clock tells {@code strftime_now} the time
   * @throws JinjaException if the template fails, raises an exception, or does too much
   */
  public String render(Map<String, Object> variables, Clock clock) {
    Budget budget = new Budget();
    Scope globals = new Scope(null);
    Builtins.define(globals, budget, clock);
    variables.forEach(globals::set);
    try {
      return new Interpreter(budget).render(body, new Scope(globals));
    } catch (StackOverflowError e) {
      throw new JinjaException("values are nested too deep");
    }
  }
}
