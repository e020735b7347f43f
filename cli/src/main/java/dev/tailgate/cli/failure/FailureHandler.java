package dev.tailgate.cli.failure;

import dev.tailgate.engine.ProcessEnd;
import java.io.PrintWriter;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints what went wrong to standard error and gives the exit code. */
public final class FailureHandler
    implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final BooleanSupplier debug;

  /** {@code debug} tells whether the user wants to see where it happened. */
  public FailureHandler(BooleanSupplier debug) {
    this.debug = debug;
  }

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine command, ParseResult parseResult) {
    return report(thrown, command.getErr());
  }

  /** Also for errors, which picocli does not hand on. */
  public int report(Throwable thrown, PrintWriter err) {
    if (ProcessEnd.hasBegun()) {
      // A signal ends the process with a code of its own; what it interrupted is no news.
      return ExitCode.OK.number();
    }
    Failure failure = Failure.of(thrown);
    err.println("tailgate: " + failure.message());
    if (debug.getAsBoolean()) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.code().number();
  }

  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("tailgate: " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.USAGE.number();
  }
}
