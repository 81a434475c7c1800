// Waits for a job's final answer: `node ask.mjs WASM USER_ID JOB_ID`, with SMILEID_PARTNER_ID, SMILEID_API_KEY_FILE and
// SMILEID_BASE_URL in the environment. The exit is 0 for "approved", 3 for another verdict, 1 for an error, 130 for Ctrl-C.

import { readFile } from "node:fs/promises";
import process from "node:process";

import { SmileId, SmileIdError } from "./smileid.mjs";

const { SMILEID_PARTNER_ID: partnerId, SMILEID_API_KEY_FILE: keyFile, SMILEID_BASE_URL: baseUrl } = process.env;
const [wasm, userId, jobId] = process.argv.slice(2);
if (!jobId || !partnerId || !keyFile || !baseUrl) {
  console.error("usage: node ask.mjs WASM USER_ID JOB_ID, with SMILEID_PARTNER_ID, SMILEID_API_KEY_FILE and SMILEID_BASE_URL");
  process.exit(2);
}

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

try {
  const apiKey = (await readFile(keyFile, "utf8")).replace(/\r?\n$/, "");
  const client = await SmileId.load(await readFile(wasm), { partnerId, apiKey, baseUrl });
  const { state, verdict } = await client.wait(userId, jobId, { signal: interrupted.signal });
  console.log(`${state}: ${verdict}`);
  process.exitCode = verdict === "approved" ? 0 : 3;
} catch (error) {
  if (!(error instanceof SmileIdError)) throw error;
  console.error(`${error.kind}: ${error.message}`);
  process.exitCode = error.kind === "cancelled" ? 130 : 1;
}
