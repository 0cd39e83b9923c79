// What papers report and say: results, statements about two entities, tasks.

const RESULTS = DATA.results.map(([paper, start, end, kind, system, benchmark, metric, from, to]) =>
  ({ paper, start, end, kind, system, benchmark, metric, from, to }));
const STATEMENTS = DATA.statements.map(([paper, start, end, relation, subject, target, benchmark, from, to]) =>
  ({ paper, start, end, relation, subject, target, benchmark, from, to }));
const RELATIONS = {
  basedOn: { subject: "Based on", target: "Basis of", between: "is based on" },
  outperforms: { subject: "Outperforms", target: "Outperformed by", between: "outperforms" },
  developedBy: { subject: "Made by, as papers say", target: "Made, as papers say", between: "is made by" },
};

/** Rows by each thing that some fields name; a variant's count for its release too. */
function indexBy(rows, fields) {
  const index = new Map();
  for (const row of rows) {
    const named = fields.map((field) => row[field]).filter((n) => n >= 0);
    for (const n of new Set(named.flatMap((one) => [one, mainOf(one)]))) {
      if (!index.has(n)) index.set(n, []);
      index.get(n).push(row);
    }
  }
  return (n) => index.get(n) ?? [];
}
const resultsOf = indexBy(RESULTS, ["paper", "system", "benchmark", "metric"]);
const statementsOf = indexBy(STATEMENTS, ["paper", "subject", "target"]);
const tasksOfPaper = indexBy(DATA.taskLinks.map(([paper, task]) => ({ paper, task })), ["paper"]);

const TASK = "#task=";
const taskHash = (task) => TASK + encodeURIComponent(DATA.tasks[task]);
const papersOn = DATA.tasks.map(() => []);
for (const [paper, task] of DATA.taskLinks) papersOn[task].push(paper);
const entitiesFor = DATA.tasks.map(() => []);
entities.forEach(({ tasks = [] }, i) => tasks.forEach((task) => entitiesFor[task].push(papers.length + i)));

/** The number of the task that an address names, or null. */
function taskAt(hash) {
  const task = hash.startsWith(TASK) ? DATA.tasks.indexOf(decodeSafely(hash.slice(TASK.length))) : -1;
  return task < 0 ? null : task;
}

/** What the drawing holds of a task: its papers, and the entities for it. */
const nodesOfTask = (task) => [...papersOn[task], ...entitiesFor[task]].filter((n) => nodeOf.has(n));

/** The tasks of a paper or an entity, each a link to its papers. */
function taskLinks(n) {
  const tasks = isPaper(n) ? tasksOfPaper(n).map(({ task }) => task) : things[n].tasks ?? [];
  return tasks.length ? tasks.flatMap((task, i) => [i ? " · " : "", h("a", { href: taskHash(task) }, DATA.tasks[task])]) : null;
}

/** The tasks that most papers work on, of those that at least two do. */
function commonTasks() {
  const common = DATA.tasks.map((_, task) => task).filter((task) => papersOn[task].length > 1);
  common.sort((a, b) => papersOn[b].length - papersOn[a].length || collator.compare(DATA.tasks[a], DATA.tasks[b]));
  const chipOf = (task) => h("a", { class: "chip task", href: taskHash(task) }, h("span", {}, DATA.tasks[task]), h("b", {}, String(papersOn[task].length)));
  return common.length ? section("Tasks they work on", h("ul", { class: "chips" }, common.slice(0, 6).map((task) => h("li", {}, chipOf(task))))) : null;
}

/** A task: the papers that work on it, and the benchmarks and datasets for it. */
function taskDetails(task) {
  const found = papersOn[task];
  const byDate = [...found].sort((a, b) => collator.compare(papers[b].date ?? "", papers[a].date ?? "") || a - b);
  const draw = (n) => h("li", {}, paperLink(n));
  return [
    backLink(),
    h("p", { class: "kicker" }, "Task"),
    h("h2", { class: "clamp" }, DATA.tasks[task]),
    h("p", { class: "lead" }, found.length ? `${plural(found.length, "paper")} here ${found.length === 1 ? "works" : "work"} on it.` : "No paper here says that it works on it."),
    related("Benchmarks and datasets for it", entitiesFor[task].filter(degreeOf)),
    found.length ? section("Papers", ...longList(byDate, draw, "papers")) : null,
  ];
}

const word = (n) => inner(n, "word", nameOf(n));

/** The sentence of a row, with the words that say it marked. */
function proof({ paper, start, end, from, to }, style = "") {
  const sentence = sentenceAround(paper, { start, end, from, to });
  const draw = (_, text) => h("mark", { class: style }, text);
  return h("blockquote", {}, marked(paper, sentence.start, sentence.end, [{ start, end }], draw));
}

/** Results in two sections: scores, and then gains and speed-ups, which compare with nothing else. */
function resultSections(n) {
  const rows = resultsOf(n);
  const scores = rows.filter(({ kind }) => kind === "score");
  const others = rows.filter(({ kind }) => kind !== "score");
  return [resultSection("Results", scores, n), resultSection("Gains and speed-ups", others, n)];
}

/** Results by board, the longest board first; within one they come best first from the data. */
function resultSection(title, rows, of) {
  if (!rows.length) return null;
  const boards = new Map();
  for (const row of rows) {
    const board = `${row.kind} ${row.benchmark} ${row.metric}`;
    if (!boards.has(board)) boards.set(board, []);
    boards.get(board).push(row);
  }
  const longest = [...boards.values()].sort((a, b) => b.length - a.length);
  const items = longest.flatMap((board) => board.map((row, i) => ({ row, head: i === 0 })));
  return section(title, ...longList(items, (item) => drawResult(item, of), "results"));
}

/** A result: its board where that begins, number, system, paper and sentence. */
function drawResult({ row, head }, of) {
  const other = (n) => n >= 0 && n !== of && mainOf(n) !== of;
  const board = [
    row.kind === "score" ? null : `${row.kind} `,
    other(row.metric) ? ["by ", word(row.metric), " "] : null,
    other(row.benchmark) ? ["on ", word(row.benchmark)] : null,
  ].flat().filter(Boolean);
  return h(
    "li", {},
    head && board.length ? h("p", { class: "board" }, board) : null,
    h("p", { class: "result" }, h("b", {}, slice(row.paper, row.start, row.end)), other(row.system) ? word(row.system) : null),
    isPaper(of) ? null : paperLink(row.paper),
    proof(row),
  );
}

/** What papers say of an entity and others, by relation and direction. */
function statementSections(n) {
  const rows = statementsOf(n);
  if (isPaper(n)) return rows.length ? [section("Says", ...longList(rows, saidInPaper, "papers"))] : [];
  return Object.entries(RELATIONS).flatMap(([relation, said]) =>
    ["subject", "target"].map((side) => {
      const found = rows.filter((row) => row.relation === relation && mainOf(row[side]) === n);
      const other = side === "subject" ? "target" : "subject";
      return found.length ? section(said[side], ...longList(found, (row) => drawStatement(row, other), "papers")) : null;
    }),
  );
}

const where = ({ benchmark }) => (benchmark >= 0 ? [" on ", word(benchmark)] : []);

const drawStatement = (row, other) =>
  h("li", {}, h("p", { class: "result" }, chip(row[other]), h("span", {}, where(row))), paperLink(row.paper), proof(row, styleOf(kindOf(row[other]))));

const saidInPaper = (row) =>
  h("li", {}, h("p", {}, word(row.subject), ` ${RELATIONS[row.relation]?.between ?? row.relation} `, word(row.target), where(row)), proof(row));
