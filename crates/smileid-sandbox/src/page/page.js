// The sandbox's page: shows what the admin API tells and asks it to act. Text is set as text everywhere, never as HTML.
"use strict";

const api = "/sandbox/";
const MOVES = ["pending", "provisional", "approved", "rejected"];
const EVERY_MS = 1000;
const KEPT = 200;

const byId = (id) => document.getElementById(id);
const say = (text, bad = false) => {
  byId("said").textContent = text;
  byId("said").className = bad ? "bad" : "";
};

/** Asks the admin API; what it refuses is an Error with its own words. */
async function ask(method, path, body) {
  const request = { method };
  if (method === "POST" || method === "PUT") {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(body ?? {});
  }
  const response = await fetch(api + path, request);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const node = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};

const pathOf = (job) => `jobs/${encodeURIComponent(job.user_id)}/${encodeURIComponent(job.job_id)}`;

/** A button that acts, says what came of it and shows the new state. */
function button(text, label, act) {
  const made = node("button", text);
  made.type = "button";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => attempt(act));
  return made;
}

async function attempt(act) {
  try {
    say(await act());
  } catch (error) {
    say(error.message, true);
  }
  await refresh();
}

/** Puts rows into a table, leaving those alone that did not change, so that the focus stays where it is. */
function fill(table, items, keyOf, rowOf, none) {
  const body = table.tBodies[0];
  const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
  const rows = items.map((item) => {
    const key = keyOf(item);
    const shown = JSON.stringify(item);
    const known = old.get(key);
    if (known && known.dataset.shown === shown) return known;
    const row = rowOf(item, known);
    row.dataset.key = key;
    row.dataset.shown = shown;
    return row;
  });
  if (rows.length === 0) {
    const row = node("tr");
    const cell = node("td", none, "none");
    cell.colSpan = table.tHead.rows[0].cells.length;
    row.append(cell);
    rows.push(row);
  }
  const same = rows.length === body.rows.length && rows.every((row, at) => row === body.rows[at]);
  if (same) return;
  const focused = document.activeElement?.closest?.("tr")?.dataset.key;
  const label = document.activeElement?.getAttribute?.("aria-label");
  body.replaceChildren(...rows);
  if (focused !== undefined && label) {
    rows.find((row) => row.dataset.key === focused)?.querySelector(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  }
}

function jobRow(job) {
  const row = node("tr");
  row.append(node("td", job.user_id, "id"), node("td", job.job_id, "id"), node("td", job.product));
  row.append(node("td", job.final ? `${job.stage} (final)` : job.stage), node("td", job.polls));
  const moves = node("td", undefined, "buttons");
  for (const stage of MOVES) {
    const move = button(stage, `Move job ${job.job_id} of user ${job.user_id} to ${stage}`, async () => {
      await ask("PUT", `${pathOf(job)}/stage`, { stage });
      return `Job ${job.job_id} is ${stage}.`;
    });
    move.disabled = job.stage === stage;
    moves.append(move);
  }
  const calls = node("td", undefined, "buttons");
  calls.append(
    button("Send again", `Send the callback of job ${job.job_id} of user ${job.user_id} again`, async () => {
      const { number } = await ask("POST", `${pathOf(job)}/callback`);
      return `Callback ${number} is on its way.`;
    }),
  );
  row.append(moves, calls);
  return row;
}

function requestRow(exchange) {
  const row = node("tr");
  const time = new Date(exchange.at_unix_ms).toISOString().slice(11, 23);
  row.append(node("td", exchange.number), node("td", time), node("td", `${exchange.method} ${exchange.path}`));
  row.append(node("td", exchange.request?.job_id ?? "", "id"));
  row.append(node("td", exchange.status === 0 ? "none" : exchange.status));
  const code = exchange.code ? ` (${exchange.code})` : "";
  const fault = exchange.fault ? `: ${exchange.fault}` : "";
  row.append(node("td", exchange.judgement + code + fault, exchange.judgement), node("td", exchange.reason ?? ""));
  const bodies = node("td");
  const details = node("details");
  details.append(node("summary", "show"));
  const text = (value) => JSON.stringify(value, null, 1);
  details.append(node("pre", `request ${text(exchange.request)}\n\nanswer ${text(exchange.answer)}`));
  bodies.append(details);
  row.append(bodies);
  return row;
}

function callbackRow(callback) {
  const row = node("tr");
  row.append(node("td", callback.number), node("td", callback.job_id, "id"), node("td", callback.stage));
  row.append(node("td", callback.url, "id"));
  const attempts = callback.attempts.map((attempt) => attempt.problem ?? attempt.status).join(", ");
  const state = callback.delivered ? "delivered" : callback.done ? "given up" : "on its way";
  row.append(node("td", attempts), node("td", state, state.replace(" ", "-")));
  return row;
}

let faults = [];

function showFaults() {
  const select = byId("new-fault").elements.name;
  if (select.options.length === 0) {
    select.append(...faults.map(({ name }) => new Option(name, name)));
    describe();
  }
  const on = faults.filter((fault) => fault.probability > 0);
  const shown = JSON.stringify(on);
  const list = byId("faults");
  if (list.dataset.shown === shown) return;
  list.dataset.shown = shown;
  list.replaceChildren(
    ...on.map((fault) => {
      const times = fault.times === null ? "" : `, ${fault.times} more times`;
      const item = node("li", `${fault.name}, probability ${fault.probability}${times} `);
      item.append(
        button("Turn off", `Turn off the fault ${fault.name}`, async () => {
          await ask("DELETE", `faults/${encodeURIComponent(fault.name)}`);
          return `The fault ${fault.name} is off.`;
        }),
      );
      return item;
    }),
  );
  if (on.length === 0) list.append(node("li", "No faults are on.", "none"));
}

function describe() {
  const name = byId("new-fault").elements.name.value;
  byId("fault-says").textContent = faults.find((fault) => fault.name === name)?.description ?? "";
}

function showState(state) {
  const shown = [
    ["Base URL", state.base_url],
    ["Partner", state.partner_id],
    ["Scheme", state.scheme],
    ["Clock", state.clock],
    ["Seed", state.seed],
  ];
  byId("state").replaceChildren(
    ...shown.map(([name, value]) => {
      const pair = node("div");
      pair.append(node("dt", name), node("dd", value));
      return pair;
    }),
  );
  const select = byId("new-job").elements.product;
  if (select.options.length === 0) {
    select.append(...state.products.map((product) => new Option(product, product)));
    select.value = "smart_selfie_registration";
  }
}

let exchanges = [];
let after = 0;
let busy = false;

async function refresh() {
  if (busy) return;
  busy = true;
  try {
    const state = await ask("GET", "state");
    const from = Math.max(after, state.requests - KEPT);
    const [jobs, journal, calls, all] = await Promise.all([
      ask("GET", "jobs?limit=200"),
      ask("GET", `journal?after=${from}&limit=${KEPT}`),
      ask("GET", "callbacks"),
      ask("GET", "faults"),
    ]);
    faults = all.faults;
    if (journal.exchanges.length > 0) after = journal.exchanges.at(-1).number;
    exchanges = [...journal.exchanges.reverse(), ...exchanges].slice(0, KEPT);
    showState(state);
    showFaults();
    byId("jobs-count").textContent = `(${jobs.total})`;
    byId("requests-count").textContent = `(${journal.requests})`;
    fill(byId("jobs"), jobs.jobs, (job) => JSON.stringify([job.user_id, job.job_id]), jobRow, "No jobs yet.");
    fill(byId("requests"), exchanges, (exchange) => String(exchange.number), requestRow, "No requests yet.");
    const latest = calls.callbacks.slice(-50).reverse();
    fill(byId("callbacks"), latest, (callback) => String(callback.number), callbackRow, "No callbacks yet.");
    document.body.dataset.ready = "yes";
  } catch (error) {
    say(`The sandbox does not answer: ${error.message}`, true);
  } finally {
    busy = false;
  }
}

byId("new-job").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const given = Object.fromEntries(new FormData(form));
  const job = { ...given, stages: given.stages.split(",").map((stage) => stage.trim()) };
  if (!given.callback_url) delete job.callback_url;
  attempt(async () => {
    const made = await ask("POST", "jobs", job);
    return `Job ${made.job_id} is ${made.stage}.`;
  });
});

byId("new-fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, probability, times } = Object.fromEntries(new FormData(event.target));
  const odds = { probability: Number(probability) };
  if (times) odds.times = Number(times);
  attempt(async () => {
    await ask("PUT", `faults/${encodeURIComponent(name)}`, odds);
    return odds.probability > 0 ? `The fault ${name} is on.` : `The fault ${name} is off.`;
  });
});

byId("new-fault").elements.name.addEventListener("change", describe);

byId("clear").addEventListener("click", () =>
  attempt(async () => {
    await ask("DELETE", "journal");
    exchanges = [];
    return "The requests are cleared.";
  }),
);

refresh();
setInterval(refresh, EVERY_MS);
