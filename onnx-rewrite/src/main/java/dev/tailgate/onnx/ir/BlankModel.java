package dev.tailgate.onnx.ir;

import dev.tailgate.onnx.proto.GraphProto;
import dev.tailgate.onnx.proto.ModelProto;
import dev.tailgate.onnx.proto.OperatorSetIdProto;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A model without nodes, in the oldest file format that has what its operator sets ask for. */
final class BlankModel {
  /** The oldest format in which an initialiser need not be an input too. */
  private static final long INITIALIZERS_APART = 4;

  /** The oldest format with model-local functions. */
  static final long FUNCTIONS = 8;

  private BlankModel() {}

  /** {@code opsets} are versions by domain, {@code ""} that of the standard operators. */
  static OnnxModel of(Map<String, Long> opsets) {
    long opset = opsets.getOrDefault("", 0L);
    if (opset < 1 || opset > ModelReader.NEWEST_OPSET) {
      throw ModelException.doing("starting a model")
          .expected("opset 1 to " + ModelReader.NEWEST_OPSET)
          .found("opset " + opset)
          .fix("Choose a version of the standard operators.");
    }
    ModelProto.Builder shell =
        ModelProto.newBuilder().setIrVersion(irVersion(opset)).setProducerName("tailgate");
    opsets.forEach(
        (domain, version) ->
            shell.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    GraphProto graph = GraphProto.newBuilder().setName("graph").build();
    return new OnnxModel(shell.build(), new OnnxGraph(graph, List.of(), null), Optional.empty());
  }

  /** The file format that was released with an operator set (ONNX, {@code Versioning.md}). */
  private static long irVersion(long opset) {
    if (opset <= 9) {
      return INITIALIZERS_APART;
    }
    return switch ((int) opset) {
      case 10 -> 5;
      case 11 -> 6;
      case 12, 13, 14 -> 7;
      case 15, 16, 17, 18 -> 8;
      case 19, 20 -> 9;
      case 21, 22 -> 10;
      case 23 -> 11;
      case 24 -> 12;
      case 25, 26 -> 13;
      default -> 14;
    };
  }
}
