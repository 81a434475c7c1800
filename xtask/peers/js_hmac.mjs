// Drives the official JavaScript client smile-identity-core 3.2.1, unmodified, over TLS: base URL and key file are the arguments.
// It runs in the folder the client is installed in; NODE_EXTRA_CA_CERTS names the sandbox's authority.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { Signature, Utilities, WebApi } = require("smile-identity-core");
const axios = require("axios");

const [baseUrl, keyFile] = process.argv.slice(2);
const key = readFileSync(keyFile, "utf8");
const user = "peer-js";
let failed = false;

async function check(call, work, expected) {
  let outcome;
  try {
    outcome = await work();
  } catch (error) {
    const code = error.response?.data?.code;
    outcome = code ? `refused with ${code}` : `${error.name}: ${error.message}`;
  }
  const ok = outcome === expected;
  failed ||= !ok;
  console.log(JSON.stringify({ call, ok, outcome: String(outcome).slice(0, 120) }));
}

const client = new Utilities("023", key, baseUrl);
const told = (body) => `job_complete ${body.job_complete}, code ${body.code}`;
const final = "job_complete true, code 2302";

async function shape() {
  const body = await client.get_job_status(user, "approved-1", { return_history: true, return_images: true });
  const picture = await axios.get(body.image_links.selfie_image, { responseType: "arraybuffer" });
  return `${body.history.length} in the history, picture ${picture.status} ${picture.headers["content-type"]}`;
}

async function numbered() {
  const body = { ...new Signature("023", key).generate_signature(Date.now()), partner_id: "023", user_id: user, job_id: "approved-1" };
  const { data } = await axios.post(`${baseUrl}/job_status`, body);
  return `${typeof body.timestamp}, ${told(data)}`;
}

const get = async (job, options, of = client) => told(await of.get_job_status(user, job, options));

await check("get_job_status, no options", () => get("approved-1"), final);
await check("get_job_status, flags undefined", () => get("approved-1", {}), final);
await check("get_job_status, history and images", shape, "1 in the history, picture 200 image/png");
await check("get_job_status, pending", () => get("pending-1"), "job_complete false, code 2302");
await check("get_job_status, rejected", () => get("rejected-1"), final);
await check("get_job_status, an id of any letters", () => get('approved-é "\\ 7'), final);
await check("Signature over a number (it signs the same moment in words)", numbered, `number, ${final}`);
await check("WebApi.get_job_status", async () => {
  const api = new WebApi("023", "https://example.invalid/callback", key, baseUrl);
  return told(await api.get_job_status({ user_id: user, job_id: "approved-1", job_type: 4 }, { return_history: false, return_images: false }));
}, final);
await check("get_job_status, another key", () => get("approved-1", {}, new Utilities("023", "another", baseUrl)), "refused with 2405");
await check("get_job_status, zeros dropped", () => get("approved-1", {}, new Utilities("23", key, baseUrl)), "refused with 2405");
await check("get_job_status, no such job", () => get("unknown"), "refused with 2304");
process.exit(failed ? 1 : 0);
