#!/usr/bin/env bash
# Runs the same inspections, audits, rewrites, quantizations and healings with two builds and says where
# their results differ, times apart. For changes of structure that must leave results as they are.
#
#     testdata/recipes/same_results.sh OLD/tailgate.jar NEW/tailgate.jar FOLDER
set -euo pipefail
recipes=$(cd "$(dirname "$0")" && pwd)
families=$recipes/../src/main/resources/dev/tailgate/testdata
exports=$recipes/../exports
old=$(readlink -f "$1")
new=$(readlink -f "$2")
mkdir -p "$3"
out=$(readlink -f "$3")
export ORT_DISABLE_TELEMETRY=1

each() { # JAR SIDE NAME MODEL DATA
  # Both sides work in a folder of the same name, which results repeat.
  work=$out/now/$3
  mkdir -p "$work" && cd "$work"
  run="java -XX:+UseSerialGC -jar $1"
  common="--data $5 --threads 1 --samples 16 --quiet --format json"
  $run inspect "$4" --format json >inspect.json || true
  $run audit "$4" $common --out a >audit.json || true
  $run rewrite "$4" $common --method outeffhop -o rewritten.onnx --verify >rewrite.json || true
  $run quantize "$4" $common -o quantized.onnx \
    --range-estimator minmax,percentile,mse,entropy >quantize.json || true
  $run heal "$4" $common -o healed.onnx --auto --no-sensitivity --out h >heal.json || true
  sha256sum ./*.onnx >models.sha256
  rm -rf ./*.onnx a h
  mkdir -p "$out/$2" && rm -rf "$out/$2/$3" && mv "$work" "$out/$2/$3"
}

for side in old new; do
  jar=${!side}
  each "$jar" $side reference "$families/reference/vanilla.onnx" "$families/reference/heldout.npz"
  each "$jar" $side bert "$families/bert/vanilla-1.onnx" "$families/bert/heldout.npz"
  each "$jar" $side opt "$families/opt/gated_attention-1.onnx" "$families/opt/heldout.npz"
  each "$jar" $side vit "$families/vit/clipped_softmax-1.onnx" "$families/vit/heldout.npz"
  each "$jar" $side stanhop "$families/stanhop/vanilla-1.onnx" "$families/stanhop/heldout.npz"
  each "$jar" $side llama "$exports/llama-dynamo-sdpa-opset23.onnx" "$exports/llama-dynamo-sdpa-opset23.npz"
  each "$jar" $side t5 "$exports/t5-script-eager.onnx" "$exports/t5-script-eager.npz"
done

# What a clock says is no result.
for file in "$out"/old/*/*.json "$out"/new/*/*.json; do
  sed -i -E '/"(started_at|[a-z_]*seconds|run_time_ratio|time_ratio)"/d' "$file"
done
diff -r "$out/old" "$out/new" && echo "the same"
