// The official JavaScript client smile-identity-core 3.2.1, unmodified, over TLS, against the sandbox at SMILEID_BASE_URL.
// NODE_EXTRA_CA_CERTS names the sandbox's authority; `ci/interop.sh` sets all of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";

const require = createRequire(import.meta.url);
const { Signature, Utilities, WebApi } = require("smile-identity-core");
const axios = require("axios");

const baseUrl = process.env.SMILEID_BASE_URL;
const key = readFileSync(process.env.SMILEID_API_KEY_FILE, "utf8");
const user = "peer-js";
const client = new Utilities("023", key, baseUrl);

const told = ({ job_complete, code }) => ({ job_complete, code });
const final = { job_complete: true, code: "2302" };
const get = async (job, options, of = client) => told(await of.get_job_status(user, job, options));
const refused = (code) => (error) => error.response?.data?.code === code;

test("a final job, without options and with none set", async () => {
  assert.deepEqual(await get("approved-1"), final);
  assert.deepEqual(await get("approved-1", {}), final);
});

test("history and images", async () => {
  const body = await client.get_job_status(user, "approved-1", { return_history: true, return_images: true });
  const picture = await axios.get(body.image_links.selfie_image, { responseType: "arraybuffer" });
  assert.deepEqual([body.history.length, picture.status, picture.headers["content-type"]], [1, 200, "image/png"]);
});

test("a pending job and a rejected one", async () => {
  assert.deepEqual(await get("pending-1"), { job_complete: false, code: "2302" });
  assert.deepEqual(await get("rejected-1"), final);
});

test("an id of any letters", async () => assert.deepEqual(await get('approved-é "\\ 7'), final));

test("a signature over a number signs the same moment in words", async () => {
  const signed = new Signature("023", key).generate_signature(Date.now());
  const body = { ...signed, partner_id: "023", user_id: user, job_id: "approved-1" };
  assert.equal(typeof body.timestamp, "number");
  assert.deepEqual(told((await axios.post(`${baseUrl}/job_status`, body)).data), final);
});

test("WebApi", async () => {
  const api = new WebApi("023", "https://example.invalid/callback", key, baseUrl);
  const job = { user_id: user, job_id: "approved-1", job_type: 4 };
  assert.deepEqual(told(await api.get_job_status(job, { return_history: false, return_images: false })), final);
});

test("refusals", async () => {
  await assert.rejects(get("approved-1", {}, new Utilities("023", "another", baseUrl)), refused("2405"));
  await assert.rejects(get("approved-1", {}, new Utilities("23", key, baseUrl)), refused("2405")); // the zero is dropped
  await assert.rejects(get("unknown"), refused("2304"));
});
