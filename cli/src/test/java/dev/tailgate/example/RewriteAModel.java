package dev.tailgate.example;

import dev.tailgate.onnx.method.Method;
import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.run.rewrite.RewriteOutcome;
import dev.tailgate.run.rewrite.RewriteRequest;
import dev.tailgate.run.rewrite.RewriteRun;
import java.nio.file.Path;

/** Gives every attention of MODEL Softmax1 and writes OUT. */
public final class RewriteAModel {
  private RewriteAModel() {}

  public static void main(String[] args) {
    MethodSpec softmax1 = MethodSpec.of(Method.OUTEFFHOP);
    RewriteOutcome outcome =
        RewriteRun.run(RewriteRequest.of(Path.of(args[0]), Path.of(args[1]), softmax1));
    System.out.println(outcome.result().rewritten() + " attentions rewritten");
  }
}
