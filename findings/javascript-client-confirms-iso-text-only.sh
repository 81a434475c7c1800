#!/usr/bin/env bash
# npm smile-identity-core 3.2.1: `confirm_signature` raises `RangeError: Invalid time value` for a valid signature over epoch
# milliseconds as text, and returns false for a valid signature over the same milliseconds as a number.
#
# The signed message is the timestamp's characters, the partner id and `sid_request`. Version 3 first passes the timestamp through
# `new Date(…).toISOString()`. Text of digits is no date for `Date`, so a range error leaves a function whose answer is yes or no.
# A number is a date, so the client signs the ISO text of that instant and not the digits that were sent. Version 1.3.0 hashes
# the characters and confirms the text.
#
# Why a good engineer would not guess it: a function that confirms a MAC has no reason to read the message. The error names the time
# and not the form, so it looks like a clock problem, and it was introduced by the version that checks more.
#
# Seen with smile-identity-core 3.2.1 and 1.3.0:
#
#   1.3.0 2026-10-04T12:00:00.434Z: true
#   1.3.0 "1791115200434": true
#   3.2.1 2026-10-04T12:00:00.434Z: true
#   3.2.1 "1791115200434": RangeError: Invalid time value
#   3.2.1 1791115200434: false
#   3.2.1 1791115200434, signed as its ISO text: true
source "$(dirname "$0")/lib/common.sh"
node_packages current@npm:smile-identity-core@3.2.1 before@npm:smile-identity-core@1.3.0

cat >"$work/run.js" <<'EOF'
const { createHmac } = require("crypto");
const sign = (timestamp) => createHmac("sha256", "invented key").update(`${timestamp}001sid_request`).digest("base64");
const versions = { "1.3.0": require("before").Signature, "3.2.1": require("current").Signature };

function confirm(version, timestamp, signature = sign(timestamp)) {
  try {
    return new versions[version]("001", "invented key").confirm_signature(timestamp, signature);
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
}

const iso = "2026-10-04T12:00:00.434Z";
const millis = Date.parse(iso);
for (const version of Object.keys(versions)) {
  console.log(`${version} ${iso}:`, confirm(version, iso));
  console.log(`${version} "${millis}":`, confirm(version, String(millis)));
}
console.log(`3.2.1 ${millis}:`, confirm("3.2.1", millis));
console.log(`3.2.1 ${millis}, signed as its ISO text:`, confirm("3.2.1", millis, sign(iso)));
EOF
node "$work/run.js" | expect
