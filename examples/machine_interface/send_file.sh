#!/bin/sh
# Send a file to Shouwang and keep its signed receipt:
#   sh send_file.sh SERVER MACHINE KEY.pem FILE FEED ROWS PERSON [DELIVERY TO CORRECT]
# IDEMPOTENCY_KEY may be set, to send the same thing again without doing it twice.
set -eu
server=$1 machine=$2 key=$3 file=$4 feed=$5 rows=$6 person=$7 corrects=${8:-}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key_id=$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | sha256sum | cut -c 1-16)
hash=$(sha256sum "$file" | cut -c 1-64)
nonce=$(openssl rand -hex 16)
now=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)

# 1. What is said about the file, and the signature under exactly this text.
printf '{"machine": "%s", "key_id": "%s", "feed": "%s", "rows": %s, "sha256": "%s", "file_name": "%s", "sent_by": "%s", "time": "%s", "nonce": "%s"%s}' \
    "$machine" "$key_id" "$feed" "$rows" "$hash" "$(basename "$file")" "$person" "$now" "$nonce" \
    "${corrects:+, \"corrects\": $corrects}" >"$work/manifest.json"
openssl pkeyutl -sign -rawin -inkey "$key" -in "$work/manifest.json" -out "$work/manifest.sig"

# 2. The file is the body; the manifest and its signature are two headers.
status=$(curl --silent --show-error --request POST --upload-file "$file" \
    --header "Content-Type: application/octet-stream" \
    --header "Shouwang-Manifest: $(base64 <"$work/manifest.json" | tr -d '\n')" \
    --header "Shouwang-Signature: $(base64 <"$work/manifest.sig" | tr -d '\n')" \
    --header "Idempotency-Key: ${IDEMPOTENCY_KEY:-$nonce}" \
    --output "$work/answer.json" --write-out '%{http_code}' "$server/api/v1/deliveries")
if [ "$status" != 202 ]; then
    cat "$work/answer.json" >&2
    exit 1
fi

# 3. The receipt is verified with the server's public key (keep a copy of it: then this works offline).
curl --silent --show-error --fail "$server/api/v1/keys" >"$work/keys.json"
"$python" - "$work" <<'PYTHON'
import base64, json, pathlib, sys
work = pathlib.Path(sys.argv[1])
answer, keys = (json.loads((work / name).read_text("utf-8")) for name in ("answer.json", "keys.json"))
(work / "receipt.txt").write_text(answer["receipt"], "utf-8")
(work / "receipt.sig").write_bytes(base64.b64decode(answer["signature"]))
(work / "server.pem").write_text(next(one["pem"] for one in keys["keys"] if one["key_id"] == answer["key_id"]))
print("delivery", answer["delivery"])
PYTHON
openssl pkeyutl -verify -rawin -pubin -inkey "$work/server.pem" -in "$work/receipt.txt" -sigfile "$work/receipt.sig"
cp "$work/answer.json" receipt.json
