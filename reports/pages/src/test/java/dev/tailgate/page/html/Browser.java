package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium, where there is one. */
final class Browser {
  private static final Pattern ANSWER = Pattern.compile("\"ANSWER (.*?) END\"");

  private final Path program;
  private final Path folder;

  private Browser(Path program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /** Skips the test where the path has none. */
  static Browser in(Path folder) {
    Optional<Path> found =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(
                name ->
                    Stream.of(
                            System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .map(place -> Path.of(place, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no Chromium on the path");
    return new Browser(found.orElseThrow(), folder);
  }

  /**
   * Opens a page in a frame of that width, which may be narrower than the least window, and runs
   * the body of a function in it, whose value is returned as text. The page's policy is widened by
   * the hash of that script and nothing else. Any message on the console but the answer fails the
   * test.
   */
  String ask(String page, int width, String script) throws IOException, InterruptedException {
    String body =
        "addEventListener('load',()=>console.log('ANSWER '+encodeURIComponent(String((()=>{"
            + script
            + "})()))+' END'));";
    Path file = folder.resolve("page.html");
    Files.writeString(
        file,
        page.replace("script-src ", "script-src '" + PageResource.source(body) + "' ")
            .replace("</body>", "<script>" + body + "</script></body>"));
    Path frame = folder.resolve("frame.html");
    Files.writeString(
        frame,
        "<!DOCTYPE html><iframe src=\"page.html\" style=\"border:0;height:900px;width:"
            + width
            + "px\"></iframe>");
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--user-data-dir=" + folder.resolve("profile"),
                    "--window-size=1600,1000",
                    "--virtual-time-budget=3000",
                    "--enable-logging=stderr",
                    "--dump-dom",
                    frame.toUri().toString()))
            .redirectOutput(folder.resolve("output.txt").toFile())
            .redirectError(errors.toFile())
            .start();
    // The page's own time is bounded by the budget above, however long the machine takes.
    process.waitFor();
    String messages = Files.readString(errors);
    Matcher answer = ANSWER.matcher(messages);
    assertThat(answer.find()).as("the page answers: %s", messages).isTrue();
    assertThat(answer.replaceAll("").split("CONSOLE", -1)).as("%s", messages).hasSize(2);
    answer = ANSWER.matcher(messages);
    return answer.find() ? URLDecoder.decode(answer.group(1), StandardCharsets.UTF_8) : "";
  }
}
