package dev.tailgate.run.rewrite;

import dev.tailgate.onnx.method.MethodSpec;
import dev.tailgate.onnx.method.RewriteResult;
import dev.tailgate.quant.site.CalibratedSinks;
import java.util.Optional;

/**
 * What a rewrite gave.
 *
 * @param spec the method with all that came from files and data
 * @param result the rewritten model and its sites
 * @param bytes size of the written file
 * @param sinks fitted sinks, where they were asked for
 * @param verification what running both models showed, where that was asked for
 * @param fusions what the runtime fuses less often now, likewise
 */
public record RewriteOutcome(
    MethodSpec spec,
    RewriteResult result,
    long bytes,
    Optional<CalibratedSinks> sinks,
    Optional<VerificationResult> verification,
    Optional<FusionReport> fusions) {}
