"use strict";
// Shows the segments of the page's JSON, some at a time. Texts only ever become text nodes.
(() => {
  const AT_ONCE = 40;
  const NOTES = {
    missing_term: "missing term", kept_term: "term", missing_number: "missing number", missing_name: "missing name",
    forbidden: "forbidden", false_positive: "not in the source", arabic: "Arabic left", repetition: "repetition",
  };
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("data").textContent);
  const table = byId("table");
  const headings = [...table.querySelectorAll("th[data-sort]")];
  data.segments.forEach((segment, number) => { segment.number = number; });
  const state = { sort: "number", descending: false, found: [], shown: 0 };

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function pieces(list) {
    return list.map((piece) => {
      if (typeof piece === "string") return document.createTextNode(piece);
      const [text, kinds, message] = piece;
      const names = kinds.split(" ");
      const difference = names.find((name) => name === "ins" || name === "del");
      const marks = names.filter((name) => name && name !== difference);
      let node = document.createTextNode(text);
      if (difference) node = element(difference, {}, node);
      if (marks.length) node = element("mark", { class: marks.join(" "), title: message || "" }, node);
      return node;
    });
  }

  const plain = (list) => list.filter((piece) => typeof piece === "string" || !piece[1].startsWith("del"))
    .map((piece) => (typeof piece === "string" ? piece : piece[0])).join("");

  function searchable(segment) {
    segment.search ??= [plain(segment.source), ...segment.references, segment.document, segment.domain,
      ...segment.systems.map((system) => plain(system.text))].join("\n").toLowerCase();
    return segment.search;
  }

  const chosenSystem = () => Number(byId("system").value);
  const systemsOf = (segment) => (chosenSystem() < 0 ? segment.systems : [segment.systems[chosenSystem()]]);

  function isBehind(segment, system) {
    const [before, score] = [segment.systems[data.baseline].scores[0], system.scores[0]];
    return before !== null && score !== null && score < before;
  }

  function matcher() {
    const words = byId("search").value.trim().toLowerCase();
    const only = byId("only").value;
    const part = byId("part") ? Number(byId("part").value) : -1;
    const members = part < 0 ? null : new Set(data.parts[part]);
    return (segment) => {
      if (members && !members.has(segment.number)) return false;
      if (/^#\d+$/.test(words) ? Number(words.slice(1)) !== segment.number + 1
        : words && !searchable(segment).includes(words)) return false;
      if (!only) return true;
      return systemsOf(segment).some((system) => (only === "behind" ? isBehind(segment, system)
        : system.notes.some(([kind]) => kind === only)));
    };
  }

  function sortValue(segment) {
    if (state.sort === "number") return segment.number;
    if (state.sort === "length") return (plain(segment.source) || segment.references[0]).length;
    const metric = Number(state.sort);
    const known = systemsOf(segment).map((system) => system.scores[metric]).filter((score) => score !== null);
    if (!known.length) return null;
    const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
    if (!byId("relative")?.checked) return mean;
    const before = segment.systems[data.baseline].scores[metric];
    return before === null ? null : mean - before;
  }

  function scoreCell(score, metric) {
    const text = score === null ? "–" : score.toFixed(metric.digits);
    return element("td", { class: "number", "data-label": metric.name }, text);
  }

  function row(heading, text, attributes, scores = []) {
    const made = element("tr", {}, element("th", { scope: "row" }, heading), element("td", { class: "text", ...attributes }, ...text));
    if (scores.length) made.append(...scores.map((score, number) => scoreCell(score, data.metrics[number])));
    else made.lastChild.setAttribute("colspan", String(1 + data.metrics.length));
    return made;
  }

  function notes(system) {
    if (!system.notes.length) return [];
    const items = system.notes.map(([kind, text]) =>
      element("li", { class: kind }, `${NOTES[kind]}: `, element("bdi", {}, text)));
    return [element("ul", { class: "found" }, ...items)];
  }

  function group(segment) {
    const body = element("tbody", { id: `segment-${segment.number + 1}` });
    const about = [`Segment ${segment.number + 1}`];
    if (data.has_documents) about.push(`document ${segment.document}`);
    if (segment.domain) about.push(segment.domain);
    body.append(element("tr", {}, element("th", { scope: "rowgroup", class: "about", colspan: String(2 + data.metrics.length) },
      element("bdi", {}, about.join(" · ")))));
    if (segment.source.length) body.append(row("source", pieces(segment.source), { lang: "ar", dir: "rtl" }));
    segment.references.forEach((text) => body.append(row("reference", [text], { lang: "en", dir: "ltr" })));
    segment.systems.forEach((system, number) => {
      if (chosenSystem() >= 0 && chosenSystem() !== number && data.baseline !== number) return;
      body.append(row(element("bdi", {}, data.systems[number]), [...pieces(system.text), ...notes(system)],
        { lang: "en", dir: "ltr" }, system.scores));
    });
    return body;
  }

  function showMore() {
    const next = state.found.slice(state.shown, state.shown + AT_ONCE);
    table.append(...next.map(group));
    state.shown += next.length;
    byId("more").hidden = state.shown >= state.found.length;
    byId("status").textContent = `${state.found.length} of ${data.segments.length} segments found, ${state.shown} shown.`;
  }

  function update() {
    const values = new Map(data.segments.map((segment) => [segment, sortValue(segment)]));
    const direction = state.descending ? -1 : 1;
    state.found = data.segments.filter(matcher()).sort((one, other) => {
      const [first, second] = [values.get(one), values.get(other)];
      if (first === null || second === null) return (first === null) - (second === null) || one.number - other.number;
      return direction * (first - second) || one.number - other.number;
    });
    state.shown = 0;
    table.querySelectorAll("tbody").forEach((body) => body.remove());
    for (const heading of headings) {
      if (heading.dataset.sort === state.sort) heading.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    }
    showMore();
  }

  function goToHash() {
    const found = /^#segment-(\d+)$/.exec(location.hash);
    if (!found) return;
    byId("search").value = `#${found[1]}`;
    byId("only").value = "";
    byId("system").value = "-1";
    if (byId("part")) byId("part").value = "-1";
    update();
    byId("segments").scrollIntoView();
  }

  headings.forEach((heading) => heading.querySelector("button").addEventListener("click", () => {
    state.descending = heading.dataset.sort === state.sort && !state.descending;
    state.sort = heading.dataset.sort;
    update();
  }));
  let waiting = 0;
  byId("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 150); });
  for (const id of ["system", "only", "part", "relative"]) byId(id)?.addEventListener("change", update);
  byId("differences").addEventListener("change", (event) => table.classList.toggle("differences", event.target.checked));
  document.querySelector("form.controls").addEventListener("submit", (event) => event.preventDefault());
  byId("more").addEventListener("click", showMore);
  new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting)) showMore(); }, { rootMargin: "600px" })
    .observe(byId("more"));
  window.addEventListener("hashchange", goToHash);
  update();
  goToHash();
})();
