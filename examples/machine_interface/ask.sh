#!/bin/sh
# Ask Shouwang for something, signed (RFC 9421):
#   sh ask.sh SERVER KEY.pem PATH [QUERY]
set -eu
server=$1 key=$2 path=$3 query=${4:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key_id=$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | sha256sum | cut -c 1-16)
authority=${server#*://}
digest="sha-256=:$(printf '' | openssl dgst -sha256 -binary | base64):"
input="(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");created=$(date +%s);keyid=\"$key_id\""
input="$input;nonce=\"$(openssl rand -hex 16)\";alg=\"ed25519\""

printf '"@method": GET\n"@authority": %s\n"@path": %s\n"@query": ?%s\n"content-digest": %s\n"@signature-params": %s' \
    "$authority" "$path" "$query" "$digest" "$input" >"$work/base"
openssl pkeyutl -sign -rawin -inkey "$key" -in "$work/base" -out "$work/sig"
curl --silent --show-error --fail-with-body \
    --header "Content-Digest: $digest" \
    --header "Signature-Input: sig1=$input" \
    --header "Signature: sig1=:$(base64 <"$work/sig" | tr -d '\n'):" \
    "$server$path${query:+?$query}"
