package dev.tailgate.cli.console;

/** Says nothing. */
final class SilentTalk implements Talk {
  @Override
  public void say(String line) {}

  @Override
  public void at(String stage, long done, long total) {}

  @Override
  public void close() {}
}
