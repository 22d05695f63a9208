package drover.cli;

import drover.engine.WeightType;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the type of weights that {@code --weights} names. */
final class WeightTypes implements ITypeConverter<WeightType> {
  @Override
  public WeightType convert(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "file" -> WeightType.FILE;
      case "q8_0" -> WeightType.Q8_0;
      default ->
          throw new TypeConversionException(
              "there are no weights of type '" + name + "', only file and q8_0");
    };
  }
}
