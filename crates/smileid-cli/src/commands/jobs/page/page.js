// The page of a run: reads /status.json every second and draws it. Text is set as text everywhere, never as HTML.
"use strict";

const EVERY_MS = 1000;
const [WIDTH, HEIGHT] = [600, 120];
const byId = (id) => document.getElementById(id);

/** `45 s`, `12 min`, `3 h 05 min`. */
function span(seconds) {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}

function list(id, pairs) {
  const rows = pairs.map(([word, count]) => {
    const [row, term, value] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    term.textContent = word;
    value.textContent = count;
    row.append(term, value);
    return row;
  });
  byId(id).replaceChildren(...rows);
}

/** Draws lines over time: each is a class and the column of a point that it shows. */
function draw(id, points, lines) {
  const [start, end] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const most = Math.max(1e-9, ...points.flatMap((point) => lines.map(([, column]) => point[column])));
  const x = (time) => ((time - start) / Math.max(1e-9, end - start)) * WIDTH;
  const drawn = lines.map(([name, column]) => {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("class", name);
    const y = (value) => HEIGHT - (value / most) * (HEIGHT - 4);
    line.setAttribute("points", points.map((point) => `${x(point[0]).toFixed(1)},${y(point[column]).toFixed(1)}`).join(" "));
    return line;
  });
  byId(id).replaceChildren(...drawn);
}

function show({ counts, polls, failed, throttled, in_flight, rate, history }) {
  if (!counts) return "Counting the jobs.";
  list("counts", [
    ["waiting", counts.waiting], ["due", counts.due], ["provisional", counts.provisional], ["settled", counts.settled],
    ["in flight", in_flight], ["polls", polls], ["failed", failed], ["throttled", throttled],
  ]);
  const needs = Object.entries(counts.needs_you).map(([kind, jobs]) => [`needs you: ${kind}`, jobs]);
  list("kinds", [...Object.entries(counts.verdicts), ...needs]);
  byId("rate").textContent = `${rate.toFixed(1)}/s of ${counts.allowed}/s`;
  byId("eta").textContent = span(counts.eta_s);
  byId("oldest").textContent = counts.oldest_due_s === null ? "nothing is due" : span(counts.oldest_due_s);
  draw("rate-chart", history, [["allowed", 2], ["now", 1]]);
  draw("eta-chart", history, [["now", 3]]);
  draw("oldest-chart", history, [["now", 4]]);
  if (counts.paused === "asked") return "Paused: smileid jobs resume goes on.";
  return counts.paused ? `Paused by ${counts.paused}: fix the cause, then smileid jobs resume.` : "Running.";
}

async function refresh() {
  let [words, bad] = ["", false];
  try {
    words = show(await (await fetch("/status.json")).json());
    document.body.dataset.ready = "yes";
  } catch {
    [words, bad] = ["The run has ended, or cannot be reached.", true];
  }
  // Said once: a screen reader repeats whatever is set.
  if (byId("said").textContent !== words) byId("said").textContent = words;
  byId("said").className = bad ? "bad" : "";
  setTimeout(refresh, EVERY_MS);
}

refresh();
