package dev.tailgate.lab;

import dev.tailgate.model.Init;
import dev.tailgate.model.Layers;
import dev.tailgate.model.Net;
import dev.tailgate.model.hopfield.OutEffHop;
import dev.tailgate.model.hopfield.OutEffHopPooling;
import dev.tailgate.model.hopfield.Retrieval;
import dev.tailgate.model.hopfield.Separation;
import dev.tailgate.onnx.build.Value;
import dev.tailgate.onnx.ir.Dim;
import dev.tailgate.onnx.ir.ElementType;
import dev.tailgate.onnx.ir.OnnxModel;
import java.util.Optional;

/**
 * A classifier of sets or sequences of vectors {@code x [B, room, width]}:
 *
 * <pre>
 *   h = relu(norm(x W + b))                        of sequences norm(x W + b + position)
 *   h = h + OutEffHop(h, h)                        of sequences
 *   z = OutEffHopPooling(h)                        or mean(h Wk Wv)
 *   logits = z U + c                               [B, classes]
 * </pre>
 *
 * <p>with Softmax1 or another separation in its place. The mean has the maps of the pooling, so
 * that it is smaller by the query alone.
 *
 * @param pooling what pools; empty takes the mean
 * @param ordered whether the vectors are a sequence, which is associated with itself before that
 * @param room the vectors of the largest set
 * @param width channels of a vector
 * @param hidden channels of the hidden layer, a multiple of {@code heads}
 */
record Classifier(
    Optional<Separation> pooling,
    boolean ordered,
    int room,
    int width,
    int hidden,
    int heads,
    int classes) {
  /** The output. */
  static final String LOGITS = "logits";

  private static final Init POSITION = new Init.Normal(0.2);

  /** The name in tables. */
  String label() {
    return pooling.map(Separation::label).orElse("mean");
  }

  /** The model with fresh weights. */
  OnnxModel build(long seed) {
    Net net = Net.of(seed);
    Dim batch = Dim.of("batch");
    Value x =
        net.graph().input(Examples.SET, ElementType.FLOAT, batch, Dim.of(room), Dim.of(width));
    Value closed = net.graph().input(Examples.CLOSED, ElementType.FLOAT, batch, Dim.of(room));
    Value mask = closed.unsqueeze(1, 2);
    Value inner = Layers.torchLinear(net.at("hidden"), x, width, hidden);
    if (ordered) {
      inner = inner.plus(net.weight("position", POSITION, 1, room, hidden));
    }
    Value h = Layers.layerNorm(net.at("norm"), inner, hidden).relu();
    Retrieval retrieval = Retrieval.attention(pooling.orElse(Separation.SOFTMAX), hidden, heads);
    if (ordered) {
      h =
          h.plus(
              new OutEffHop(hidden, hidden, retrieval, true)
                  .of(net.at("association"), h, h, Optional.of(mask)));
    }
    Net pool = net.at("pooling");
    Value pooled =
        pooling.isPresent()
            ? new OutEffHopPooling(1, hidden, retrieval, true)
                .of(pool, h, Optional.of(mask))
                .reshape(0, hidden)
            : mean(mapped(pool, h), closed);
    Value logits = Layers.torchLinear(net.at("head"), pooled, hidden, classes);
    return net.output(LOGITS, logits, batch, Dim.of(classes));
  }

  private Value mapped(Net pool, Value h) {
    Value keys = Layers.product(pool.at("key"), h, hidden, hidden, Init.fanIn(hidden));
    return Layers.product(pool.at("value"), keys, hidden, hidden, Init.fanIn(hidden));
  }

  /** Over the vectors that are there: their {@code closed} is 0, that of others -1e9. */
  private static Value mean(Value h, Value closed) {
    Value open = closed.exp().unsqueeze(2);
    return h.times(open).sum(1).over(open.sum(1)).squeeze(1);
  }
}
