package drover.cli;

import drover.bench.Curve;
import drover.engine.io.AtomicFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/** Writes curves as they are measured: figures at once, all numbers in one file at the end. */
final class CurveFiles implements AutoCloseable {
  private final Path folder;
  private final BenchPrinter printer;
  private final StringWriter lines = new StringWriter();

  CurveFiles(Path folder, BenchPrinter printer) {
    this.folder = folder;
    this.printer = printer;
  }

  /** Writes a curve's figures, and prints it. */
  void write(Curve curve) {
    printer.print(curve);
    new JsonLines(new PrintWriter(lines)).write(out -> printer.write(out, curve));
    String about = printer.setting().model() + ", " + printer.setting().device();
    curve
        .figures(about)
        .forEach(
            (name, figure) -> figure.write(folder.resolve(curve.name() + "-" + name + ".png")));
  }

  /** Writes {@code curves.json}, a JSON object a line. */
  @Override
  public void close() {
    AtomicFile.writeString(folder.resolve("curves.json"), lines.toString());
  }
}
