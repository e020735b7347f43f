package dev.tailgate.page.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.result.LargeResult;
import dev.tailgate.result.Samples;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as a reader meets it: in a browser, with its script; no console message is allowed. */
class ReportInBrowserTest {
  private static final String HOSTILE =
      "</script><script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\">\u202e"
          + "x".repeat(10_000);

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {375, 1440})
  void fitsTheWindowAndNeedsNoNetwork(int width) throws Exception {
    String page = HtmlReport.render(List.of(LargeResult.of("")));
    assertThat(
            ask(
                page,
                width,
                "const r=document.documentElement;return [r.dataset.ready,innerWidth,"
                    + "r.scrollWidth<=innerWidth,performance.getEntriesByType('resource').length]"))
        .isEqualTo("true," + width + ",true,0");
  }

  @Test
  void showsTheWorstFifteenAndAllOnDemand() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(LargeResult.of(""))),
                1440,
                VISIBLE
                    + "const a=visible();document.getElementById('all-taps').click();"
                    + "return [a,visible()]"))
        .isEqualTo("15,504");
  }

  @Test
  void filtersByLayerAndRoleOverAllTaps() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(LargeResult.of(""))),
                1440,
                VISIBLE
                    + "const f=document.getElementById('tap-filter');f.value='ffn 12';"
                    + "f.dispatchEvent(new Event('input'));"
                    + "return [visible(),document.getElementById('tap-count').textContent]"))
        .isEqualTo("3,3 of 504");
  }

  @Test
  void sortsNumbersAsNumbersBothWays() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(LargeResult.of(""))),
                1440,
                "const t=document.querySelector('table.taps');"
                    + "const col=()=>[...t.querySelectorAll('tbody tr')].map(r=>parseFloat(r.cells[3].textContent));"
                    + "const b=t.tHead.rows[0].cells[3].querySelector('button');"
                    + "b.click();const down=col().every((v,i,a)=>!i||a[i-1]>=v);"
                    + "b.click();const up=col().every((v,i,a)=>!i||a[i-1]<=v);"
                    + "return [down,up,t.tHead.rows[0].cells[3].getAttribute('aria-sort'),t.tBodies[0].rows.length]"))
        .isEqualTo("true,true,ascending,15");
  }

  @Test
  void opensACloserLookFromTheKeyboardAndClosesItAgain() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(LargeResult.of(""))),
                1440,
                "const key=(k)=>document.activeElement.dispatchEvent(new KeyboardEvent('keydown',{key:k,bubbles:true,cancelable:true}));"
                    + "const p=document.querySelector('table.picture');"
                    + "const tabs=p.querySelectorAll('a[tabindex=\"0\"]').length;"
                    + "p.querySelector('a[tabindex=\"0\"]').focus();key('ArrowRight');key('ArrowDown');"
                    + "const at=document.activeElement.closest('td');"
                    + "const cell=[at.cellIndex,at.parentNode.rowIndex];"
                    + "document.activeElement.click();const look=document.getElementById('look');"
                    + "const open=[look.hidden,look.querySelectorAll('svg').length,look.querySelectorAll('.bars tr').length,"
                    + "look.querySelector('h3').textContent];"
                    + "key('Escape');return [tabs,...cell,...open,look.hidden,location.hash]"))
        .isEqualTo("1,2,2,false,1,8,/model/decoder/layers.1/query/Add_output_0,true,");
  }

  @Test
  void coloursThePictureByEachNumber() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(LargeResult.of(""))),
                1440,
                "const cells=()=>[...document.querySelectorAll('table.picture td')].filter(c=>c.textContent).length;"
                    + "const a=cells();document.querySelector('input[value=sqnr]').click();"
                    + "return [a,cells(),document.getElementById('ramp-name').textContent,"
                    + "document.querySelectorAll('table.picture a[tabindex=\"0\"]').length]"))
        .isEqualTo("504,64,SQNR of rounding it alone, dB,1");
  }

  @Test
  void leavesHostileNamesInert() throws Exception {
    String page = HtmlReport.render(List.of(LargeResult.of(HOSTILE)));
    assertThat(page.length()).as("names of 10 kB are cut").isLessThan(2_000_000);
    assertThat(
            ask(
                page,
                375,
                "document.querySelector('table.picture a').click();"
                    + "const r=document.documentElement;const look=document.getElementById('look');"
                    + "return [window.hacked,look.hidden,look.querySelectorAll('img,script').length,"
                    + "document.querySelectorAll('img').length,r.scrollWidth<=innerWidth]"))
        .isEqualTo(",false,0,0,true");
  }

  @Test
  void worksForAResultWithoutEvidence() throws Exception {
    assertThat(
            ask(
                HtmlReport.render(List.of(Samples.vanilla(), Samples.twin())),
                1440,
                "document.querySelector('table.picture a').click();"
                    + "return document.querySelector('#look .note').textContent"))
        .startsWith("This result holds no closer looks");
  }

  private static final String VISIBLE =
      "const visible=()=>[...document.querySelectorAll('table.taps tbody tr')]"
          + ".filter(r=>r.offsetParent!==null).length;";

  private String ask(String page, int width, String script)
      throws IOException, InterruptedException {
    return Browser.in(folder).ask(page, width, script);
  }
}
