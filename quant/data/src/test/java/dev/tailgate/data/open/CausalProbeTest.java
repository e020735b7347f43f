package dev.tailgate.data.open;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailgate.data.DataRequest;
import dev.tailgate.data.ReferenceModel;
import dev.tailgate.data.Task;
import dev.tailgate.onnx.ir.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CausalProbeTest {
  @TempDir Path folder;

  private OnnxModel model(String family) throws IOException {
    Path own = Files.createDirectories(folder.resolve(family));
    return OnnxModel.load(ReferenceModel.unpack(family, "vanilla-1.onnx", own));
  }

  private Optional<Boolean> probe(String family) throws IOException {
    OnnxModel model = model(family);
    return CausalProbe.seesLaterTokens(
        model, ReferenceModel.madeUp(model, 2, 2, 8).batches().next(), ReferenceModel.CPU);
  }

  @Test
  void aDecoderDoesNotSeeLaterTokensAndAnEncoderDoes() throws IOException {
    assertThat(probe("opt")).contains(false);
    assertThat(probe("bert")).contains(true);
  }

  @Test
  void aModelWithoutTokensIsNotJudged() throws IOException {
    assertThat(probe("vit")).isEmpty();
    assertThat(probe("stanhop")).isEmpty();
  }

  @Test
  void anEncoderWithoutLabelsIsComparedByAgreementUnlessAsked() throws IOException {
    OnnxModel encoder = model("bert");
    Path ids = ReferenceModel.unpack("opt", "heldout.npz", folder);
    DataRequest request = new DataRequest(Optional.of(ids), Optional.empty(), 4, 2, 32, 0);
    assertThat(new Samples(request).open(encoder).task()).isEqualTo(Task.AGREEMENT);
    assertThat(new Samples(request).open(model("opt")).task()).isEqualTo(Task.CAUSAL_LM);
    assertThat(new Samples(request.as(Task.CAUSAL_LM)).open(encoder).task())
        .isEqualTo(Task.CAUSAL_LM);
  }
}
