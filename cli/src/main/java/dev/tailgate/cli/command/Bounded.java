package dev.tailgate.cli.command;

import dev.tailgate.data.Flag;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers with bounds, refused while the command line is read and not minutes later. */
final class Bounded {
  private Bounded() {}

  /** A whole number of at least 1. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return atLeast(1, value);
    }
  }

  /** A whole number of at least 0. */
  static final class CountOrZero implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return atLeast(0, value);
    }
  }

  /** A percentage above 50, up to 100. */
  static final class UpperPercent implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      try {
        double percent = Double.parseDouble(value);
        if (percent > 50 && percent <= 100) {
          return percent;
        }
      } catch (NumberFormatException e) {
        // Told below, in the same words as a number out of bounds.
      }
      throw new TypeConversionException(
          "expected a percentage above 50 and up to 100 but found '" + value + "'");
    }
  }

  /** A size in bytes, with an optional K, M or G of powers of 1000. */
  static final class Bytes implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([KMG]?)B?");

    @Override
    public Long convert(String value) {
      Matcher size = SIZE.matcher(value.toUpperCase(Locale.ROOT));
      if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
        throw new TypeConversionException(
            "expected a size such as 800M or 2G but found '" + value + "'");
      }
      long unit =
          switch (size.group(2)) {
            case "K" -> 1_000L;
            case "M" -> 1_000_000L;
            case "G" -> 1_000_000_000L;
            default -> 1L;
          };
      return Math.multiplyExact(Long.parseLong(size.group(1)), unit);
    }
  }

  /** A length of time such as 90s, 5m or 1h. */
  static final class Time implements ITypeConverter<Duration> {
    private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");

    @Override
    public Duration convert(String value) {
      Matcher time = TIME.matcher(value.toLowerCase(Locale.ROOT));
      if (!time.matches() || Long.parseLong(time.group(1)) == 0) {
        throw new TypeConversionException(
            "expected a time such as 90s, 5m or 1h but found '" + value + "'");
      }
      long count = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        default -> Duration.ofHours(count);
      };
    }
  }

  private static int atLeast(int least, String value) {
    try {
      return Flag.atLeast(least, value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
