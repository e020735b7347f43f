package dev.tailgate.page.html;

import dev.tailgate.result.LargeResult;
import dev.tailgate.result.json.RunResultJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Weight of a report and how fast it is in Chromium: first paint, and the median of nine of each
 * interaction with the layout it causes. Arguments: the browser, then result files; without files,
 * a made-up result of 504 taps.
 */
public final class ReportPageBench {
  private static final String PROBE =
      "addEventListener('load',()=>setTimeout(()=>{"
          + "const t=f=>{const xs=[];for(let i=0;i<9;i++){const a=performance.now();f(i);"
          + "document.body.getBoundingClientRect();xs.push(performance.now()-a)}"
          + "xs.sort((a,b)=>a-b);return xs[4].toFixed(1)};"
          + "const paint=performance.getEntriesByName('first-contentful-paint')[0];"
          + "const id=i=>document.getElementById(i);const all=id('all-taps');"
          + "const sort=document.querySelector('table.taps th:nth-child(4) button');"
          + "if(!sort){console.log('ANSWER '+encodeURIComponent('first paint '+paint.startTime.toFixed(0))+' END');return}"
          + "const f=id('tap-filter');const words=['ffn','ffn 3','query','','layer','12','out','key 1',''];"
          + "const radios=[...document.querySelectorAll('input[name=colour]')];"
          + "const cells=()=>[...document.querySelectorAll('table.picture td a')];"
          + "const out=['first paint '+(paint?paint.startTime.toFixed(0):'?'),"
          + "'elements '+document.getElementsByTagName('*').length,"
          + "'show all '+(all?t(()=>all.click()):'-')];if(all&&!all.checked)all.click();"
          + "out.push('sort '+t(()=>sort.click()));"
          + "out.push('filter '+t(i=>{f.value=words[i];f.dispatchEvent(new Event('input'))}));"
          + "out.push('colour '+t(i=>radios[i%radios.length].click()));radios[0].click();"
          + "out.push('open '+t(i=>{const c=cells();c[i*7%c.length].click()}));"
          + "console.log('ANSWER '+encodeURIComponent(out.join(', '))+' END')},1500));";

  private ReportPageBench() {}

  /** Prints a line a page. */
  public static void main(String[] args) throws IOException, InterruptedException {
    String browser = args.length == 0 ? "chromium" : args[0];
    show(
        "empty page",
        "<!DOCTYPE html><meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'\">"
            + "<body>empty</body>",
        browser);
    if (args.length < 2) {
      show("made up, 504 taps", HtmlReport.render(List.of(LargeResult.of(""))), browser);
    }
    for (int i = 1; i < args.length; i++) {
      String json = Files.readString(Path.of(args[i]));
      show(args[i], HtmlReport.render(List.of(RunResultJson.read(json))), browser);
    }
  }

  private static void show(String name, String page, String browser)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("report-bench");
    try {
      Path file =
          Files.writeString(
              folder.resolve("page.html"),
              page.replace("script-src ", "script-src '" + PageResource.source(PROBE) + "' ")
                  .replace("</body>", "<script>" + PROBE + "</script></body>"));
      for (int run = 0; run < 3; run++) {
        System.out.printf(
            Locale.ROOT,
            "%s: %d kB; ms: %s%n",
            name,
            page.getBytes(StandardCharsets.UTF_8).length / 1000,
            answer(browser, file, folder));
      }
    } finally {
      delete(folder);
    }
  }

  private static String answer(String browser, Path page, Path folder)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--window-size=1440,1000",
                "--enable-logging=stderr",
                // Keeps the browser, and with it real time, until the answer is there.
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                page.toUri().toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int at = line.indexOf("\"ANSWER ");
        if (at >= 0) {
          String text = line.substring(at + 8, line.indexOf(" END"));
          return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }
      }
      return "no answer";
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files
          .sorted(java.util.Comparator.reverseOrder())
          .map(Path::toFile)
          .forEach(
              f -> {
                boolean ignored = f.delete();
              });
    }
  }
}
