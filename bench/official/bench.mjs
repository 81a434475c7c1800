// Processor time per call of the official JavaScript client, unmodified, over TLS: base URL, key file, calls and calls in flight are
// the arguments. It runs in the folder the client is installed in; NODE_EXTRA_CA_CERTS names the server's authority.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Utilities } = createRequire(`${process.cwd()}/`)("smile-identity-core");
const [baseUrl, keyFile, calls, inFlight] = process.argv.slice(2);
const client = new Utilities("023", readFileSync(keyFile, "utf8"), baseUrl);

async function ask() {
  const reply = await client.get_job_status("user-7", "approved-1", { return_history: false, return_images: false });
  if (reply.job_complete !== true || reply.code !== "2302") throw new Error("the reply is not final");
}

async function many(count) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, worker));
}

await many(2 * Number(inFlight));
const before = process.cpuUsage();
await many(Number(calls));
const { user, system } = process.cpuUsage(before);
console.log((user + system) / Number(calls));
