package dev.tailgate.stats.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MetricsTest {

  @Test
  void idsAreUniqueAndFindable() {
    assertThat(Metrics.all()).extracting(MetricSpec::id).doesNotHaveDuplicates();
    for (MetricSpec metric : Metrics.all()) {
      assertThat(Metrics.byId(metric.id())).contains(metric);
    }
    assertThat(Metrics.byId("unheard_of")).isEmpty();
  }

  @Test
  void outlierMetricsKeepTheNamesOfTheResultFile() {
    assertThat(OutlierMetrics.all())
        .extracting(MetricSpec::id)
        .containsExactly(
            "kurtosis",
            "average_kurtosis",
            "max_kurtosis",
            "pooled_excess_kurtosis",
            "max_inf_norm",
            "abs_max",
            "outliers_6sigma");
    assertThat(Metrics.all()).startsWith(OutlierMetrics.all().toArray(MetricSpec[]::new));
  }

  @Test
  void specsAreComplete() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricSpec("Max Norm", "1", Direction.LOWER, "f", "s"))
        .withMessageContaining("'Max Norm'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MetricSpec("norm", "1", Direction.LOWER, " ", "s"));
  }
}
