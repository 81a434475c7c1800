// smileid-core as WebAssembly, with `fetch` for its HTTP stack. It carries messages and tells the time; every decision is core's: what is
// signed, whether a reply is proven, when to ask again, when to stop. For servers alone: an API key has no business in a browser.

// What Node calls a certificate that it does not trust, or a handshake that fails.
const FAILED_TLS = /CERT|^ERR_(TLS|SSL)_|^EPROTO$|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/;
const FAILED_TO_CONNECT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** An error of core's: `kind` is its word for programs, `message` for people; neither holds an id or anything out of a reply. */
export class SmileIdError extends Error {
  constructor({ kind, message }) {
    super(message);
    this.name = "SmileIdError";
    this.kind = kind;
  }
}

export class SmileId {
  #wasm;
  #client;

  /** From the bytes of the module, as `readFile` or `fetch` gives them. */
  static async load(bytes, { partnerId, apiKey, baseUrl }) {
    const { instance } = await WebAssembly.instantiate(bytes, {});
    const made = new SmileId();
    made.#wasm = instance.exports;
    made.#write({ partner_id: partnerId, api_key: apiKey, base_url: baseUrl });
    made.#client = made.#wasm.smileid_client() || made.#refused();
    return made;
  }

  /** Asks once, with core's retries: `{state, proof}` and, of a final answer, `{verdict, reason}`. */
  jobStatus(userId, jobId, options) {
    return this.#ask(0, userId, jobId, options);
  }

  /** Asks until the answer is final. */
  wait(userId, jobId, options) {
    return this.#ask(1, userId, jobId, options);
  }

  async #ask(wait, userId, jobId, { signal } = {}) {
    this.#write({ user_id: userId, job_id: jobId });
    const session = this.#wasm.smileid_session(this.#client, wait) || this.#refused();
    try {
      for (;;) {
        this.#wasm.smileid_step(session, ...now());
        const { send, wait_ms, done, error } = this.#told();
        if (error) throw new SmileIdError(error);
        if (done) return done;
        if (send) {
          const { status, input } = await exchange(send, signal);
          this.#write(input);
          this.#wasm.smileid_receive(session, ...now(), status);
        } else {
          await sleep(wait_ms, signal);
        }
      }
    } finally {
      this.#wasm.smileid_end(session);
    }
  }

  #refused() {
    throw new SmileIdError(this.#told().error);
  }

  // Views are made anew each time: memory that has grown is another buffer.
  #write(input) {
    const bytes = input instanceof Uint8Array ? input : new TextEncoder().encode(JSON.stringify(input));
    const at = this.#wasm.smileid_room(bytes.length) >>> 0;
    new Uint8Array(this.#wasm.memory.buffer, at, bytes.length).set(bytes);
  }

  #told() {
    const at = this.#wasm.smileid_output() >>> 0;
    const bytes = new Uint8Array(this.#wasm.memory.buffer, at, this.#wasm.smileid_output_length());
    return JSON.parse(new TextDecoder().decode(bytes));
  }
}

// One exchange within its time and its size, whatever its status; redirects are not followed.
async function exchange({ url, method, headers, body, timeout_ms, max_bytes }, cancelled) {
  const limits = [AbortSignal.timeout(Math.ceil(timeout_ms))];
  if (cancelled) limits.push(cancelled);
  try {
    const reply = await fetch(url, { method, headers, body, redirect: "manual", signal: AbortSignal.any(limits) });
    const head = [...reply.headers].map(([name, value]) => `${name}:${value}\n`).join("") + "\n";
    const pieces = [new TextEncoder().encode(head)];
    let length = 0;
    for await (const piece of reply.body ?? []) {
      length += piece.length;
      // Leaving the loop closes the connection.
      if (length > max_bytes) return failed("too_large");
      pieces.push(piece);
    }
    return { status: reply.status, input: joined(pieces) };
  } catch (error) {
    // The error's text may hold the URL: its word is all that is taken.
    if (cancelled?.aborted) return failed("cancelled");
    if (error.name === "TimeoutError") return failed("timeout");
    const code = String(error.cause?.code);
    if (FAILED_TLS.test(code)) return failed("tls");
    return failed(FAILED_TO_CONNECT.has(code) ? "connect" : "closed");
  }
}

function failed(word) {
  return { status: 0, input: new TextEncoder().encode(word) };
}

function joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function now() {
  return [BigInt(Date.now()), BigInt(Math.round(performance.now() * 1000))];
}

function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new SmileIdError({ kind: "cancelled", message: "the wait was cancelled" }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.ceil(ms));
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
