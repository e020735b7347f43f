#!/bin/sh
# Audits every model below a folder and prints a Markdown table: sites, taps, seconds, peak memory, or
# the error. Needs GNU time.
#
#   audit_all.sh FOLDER [audit options...]
set -u
here=$(cd "$(dirname "$0")/../.." && pwd -P)
folder=$1
shift
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
echo "| model | sites | taps | seconds | peak MB | result |"
echo "|---|---:|---:|---:|---:|---|"
find "$folder" -type f \( -name '*.onnx' -o -name '*.onnx.gz' -o -path '*/odd/*.pb' \) | LC_ALL=C sort |
  while read -r model; do
    rm -rf "$out/run"
    /usr/bin/time -o "$out/time" -f '%e %M' timeout 300 "$here/tailgate" audit "$model" \
      --quiet --format json --out "$out/run" "$@" >"$out/json" 2>"$out/err" </dev/null
    code=$?
    read -r seconds kilobytes <<END
$(tail -n 1 "$out/time")
END
    name=${model#"$folder"/}
    if [ $code -eq 0 ]; then
      numbers=$(sed -n '/"headline"/,/}/p' "$out/run/result.json" | tr -d ' ,\n')
      sites=$(printf '%s' "$numbers" | sed 's/.*"sites":\([0-9]*\).*/\1/')
      taps=$(printf '%s' "$numbers" | sed 's/.*"taps":\([0-9]*\).*/\1/')
      preset=$(sed -n 's/.*"tap_preset" *: *"\([a-z]*\)".*/\1/p' "$out/run/result.json" | head -n 1)
      result="preset $preset"
    else
      sites=- taps=-
      result="exit $code: $(head -n 1 "$out/err" | sed "s#$folder/##g; s/|/\\\\|/g" | cut -c1-220)"
    fi
    echo "| $name | $sites | $taps | $seconds | $((kilobytes / 1024)) | $result |"
  done
