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

/** The tasks of a paper or an entity, by name. */
const tasksOf = (n) => (isPaper(n) ? tasksOfPaper(n).map(({ task }) => task) : things[n].tasks ?? []).map((task) => DATA.tasks[task]);

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
