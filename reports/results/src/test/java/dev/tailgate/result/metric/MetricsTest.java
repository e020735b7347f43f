package dev.tailgate.result.metric;

import static dev.tailgate.stats.metric.Direction.LOWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void idsAreUniqueAndFindable() {
    assertThat(Metrics.all()).extracting(Metric::id).doesNotHaveDuplicates();
    for (Metric metric : Metrics.all()) {
      assertThat(Metrics.byId(metric.id())).contains(metric);
    }
    assertThat(Metrics.byId("unheard_of")).isEmpty();
  }

  @Test
  void outlierMetricsKeepTheNamesOfTheResultFile() {
    assertThat(OutlierMetrics.all())
        .extracting(Metric::id)
        .containsExactly(
            "kurtosis",
            "average_kurtosis",
            "max_kurtosis",
            "pooled_excess_kurtosis",
            "max_inf_norm",
            "abs_max",
            "outliers_6sigma");
    assertThat(Metrics.all()).startsWith(OutlierMetrics.all().toArray(Metric[]::new));
  }

  @Test
  void specsAreComplete() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Metric("Max Norm", "1", LOWER, "f", "s"))
        .withMessageContaining("'Max Norm'");
    assertThatIllegalArgumentException().isThrownBy(() -> new Metric("norm", "1", LOWER, " ", "s"));
  }
}
