#!/usr/bin/env bash
# Four Python libraries, each with its defaults, judge the times in one JWT in four ways. Two refuse a fresh token if the clock of the machine that
# made it is ahead by a moment; one goes on accepting a token for a minute after its end.
#
# `iat` says when a token was made, and RFC 7519 attaches no rule to it. PyJWT and joserfc refuse a token whose `iat` is in the future, with no
# leeway: an issuer whose clock is a second ahead gives tokens that fail at once and work a second later. python-jose and jwcrypto accept one
# that was made an hour from now. jwcrypto has a leeway of 60 s for `exp` and `nbf`, the others have none.
#
# Why a good engineer would not guess it: all four check the same signature over the same three claims, and the differences show only between
# machines whose clocks differ, so that tests on one machine pass with each. A change of library, or one service written with each, turns a clock that
# is a second off into sporadic 401s just after each refresh of a token.
#
# Seen with pyjwt 2.15.1, joserfc 1.8.0, python-jose 3.5.0 and jwcrypto 1.6.1:
#
#   made now, ends in 15 minutes: pyjwt accepts, joserfc accepts, python-jose accepts, jwcrypto accepts
#   made in 30 s (iat): pyjwt refuses, joserfc refuses, python-jose accepts, jwcrypto accepts
#   made in an hour (iat): pyjwt refuses, joserfc refuses, python-jose accepts, jwcrypto accepts
#   valid in 30 s (nbf): pyjwt refuses, joserfc refuses, python-jose refuses, jwcrypto accepts
#   ended 30 s ago (exp): pyjwt refuses, joserfc refuses, python-jose refuses, jwcrypto accepts
#   ended an hour ago (exp): pyjwt refuses, joserfc refuses, python-jose refuses, jwcrypto refuses
source "$(dirname "$0")/lib/common.sh"
python_packages pyjwt==2.15.1 joserfc==1.8.0 python-jose==3.5.0 jwcrypto==1.6.1
cat >"$work/read.py" <<'EOF'
import base64
import time

import jwt
from joserfc import jwk as joserfc_jwk
from joserfc import jwt as joserfc_jwt
from jose import jwt as jose_jwt
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jwt as jwcrypto_jwt

KEY = b"a key of thirty-two bytes, or so"
NAME = base64.urlsafe_b64encode(KEY).rstrip(b"=").decode()


def joserfc(token):
    claims = joserfc_jwt.decode(token, joserfc_jwk.OctKey.import_key(KEY)).claims
    joserfc_jwt.JWTClaimsRegistry().validate(claims)


LIBRARIES = {
    "pyjwt": lambda token: jwt.decode(token, KEY, algorithms=["HS256"]),
    "joserfc": joserfc,
    "python-jose": lambda token: jose_jwt.decode(token, KEY, algorithms=["HS256"]),
    "jwcrypto": lambda token: jwcrypto_jwt.JWT(jwt=token, key=jwcrypto_jwk.JWK(kty="oct", k=NAME)),
}
now = int(time.time())
usual = {"iat": now, "nbf": now, "exp": now + 900}
for what, claims in {
    "made now, ends in 15 minutes": {},
    "made in 30 s (iat)": {"iat": now + 30},
    "made in an hour (iat)": {"iat": now + 3600, "exp": now + 4500},
    "valid in 30 s (nbf)": {"nbf": now + 30},
    "ended 30 s ago (exp)": {"iat": now - 930, "nbf": now - 930, "exp": now - 30},
    "ended an hour ago (exp)": {"iat": now - 4500, "nbf": now - 4500, "exp": now - 3600},
}.items():
    token = jwt.encode(usual | claims, KEY, algorithm="HS256")
    answers = []
    for name, read in LIBRARIES.items():
        try:
            read(token)
            answers.append(f"{name} accepts")
        except Exception:
            answers.append(f"{name} refuses")
    print(f"{what}: {', '.join(answers)}")
EOF
"$python" "$work/read.py" 2>/dev/null | expect
