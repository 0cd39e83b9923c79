// What is shown, as files: the view as PNG or SVG, and the links in it as CSV.

const LINE = { introduces: 2.6, uses: 1.6, mentions: 1.5 };

/** Draws the view with a pen: `line`, `shape`, `ring` and `text`; both formats show the same. */
function drawPicture(pen, ctx) {
  const at = onScreen();
  const scale = renderer.scale();
  const seen = (a, b) =>
    Math.max(a.x, b.x) > 0 && Math.max(a.y, b.y) > 0 && Math.min(a.x, b.x) < graph.clientWidth && Math.min(a.y, b.y) < graph.clientHeight;
  for (const link of [...current.links].sort((a, b) => isNear(a) - isNear(b))) {
    const [a, b] = [at(link.paper), at(link.entity)];
    const width = Math.max(LINE[link.role] * scale, isNear(link) ? 1.4 : 0.5);
    if (seen(a, b)) pen.line(a, b, colours[kindOf(link.entity)], linkOpacity(link), width, DASHED && link.role === "mentions");
  }
  for (const n of [...current.nodes].sort((a, b) => nodeOpacity(a) - nodeOpacity(b))) {
    const place = at(n);
    const radius = radiusOf(n, scale) * scale;
    if (!seen({ x: place.x - radius, y: place.y - radius }, { x: place.x + radius, y: place.y + radius })) continue;
    if (n === state.open) pen.ring(kindOf(n), place, radius);
    pen.shape(kindOf(n), place, radius, nodeOpacity(n));
  }
  for (const caption of placedCaptions(ctx, [])) pen.text(caption);
}

/** A pen for a canvas. */
const canvasPen = (ctx) => ({
  line: (a, b, colour, opacity, width, dashed) => {
    ctx.beginPath();
    ctx.setLineDash(dashed ? [4, 4] : []);
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    ctx.strokeStyle = mix(colour, opacity);
    ctx.lineWidth = width;
    ctx.stroke();
    ctx.setLineDash([]);
  },
  ring: (kind, { x, y }, radius) => ring(ctx, kind, x, y, radius, 1),
  shape: (kind, { x, y }, radius, opacity) => fillShape(ctx, kind, x, y, radius, mix(colours[kind], opacity), opacity === 1),
  text: (caption) => write(ctx, caption),
});

const round = (value) => Math.round(value * 10) / 10;

/** Text as XML may hold it. */
const asXml = (text) =>
  Array.from(text)
    .filter((one) => /[\t\n\r\u0020-\ud7ff\ue000-\ufffd]/.test(one) || one.length > 1)
    .join("")
    .replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one]);

/** A pen that writes elements of an SVG into a list. */
function svgPen(parts) {
  const outline = (kind, { x, y }, radius, rest) => {
    const corners = outlineOf(kind);
    if (!corners) return parts.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" ${rest}/>`);
    const points = corners.map(([cx, cy]) => `${round(x + cx * radius)},${round(y + cy * radius)}`).join(" ");
    return parts.push(`<polygon points="${points}" ${rest}/>`);
  };
  const band = (colour, width) => `fill="none" stroke="${colour}" stroke-width="${round(width)}" stroke-linejoin="round"`;
  return {
    line: (a, b, colour, opacity, width, dashed) =>
      parts.push(`<path d="M${round(a.x)} ${round(a.y)}L${round(b.x)} ${round(b.y)}" stroke="${colour}" stroke-opacity="${opacity}" stroke-width="${round(width)}"${dashed ? ' stroke-dasharray="4 4"' : ""}/>`),
    ring: (kind, place, radius) => {
      outline(kind, place, radius, band(colours.ink, radius * 0.3 + 8));
      outline(kind, place, radius, band(colours.ground, radius * 0.3 + 4.5));
    },
    shape: (kind, place, radius, opacity) => outline(kind, place, radius, `fill="${colours[kind]}" fill-opacity="${opacity}"`),
    text: ({ text, x, y, size, strong, quiet }) =>
      parts.push(`<text x="${round(x)}" y="${round(y + size * 0.35)}" font-size="${size}" font-weight="${strong ? 650 : 500}" fill="${colours.ink}" fill-opacity="${quiet ? 0.78 : 1}" stroke="${colours.ground}" stroke-opacity="0.86" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${asXml(text)}</text>`),
  };
}

function svgOfView() {
  const [width, height] = [graph.clientWidth, graph.clientHeight];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${asXml(FONT)}">`,
    `<title>${asXml(document.title)}</title>`,
    `<rect width="${width}" height="${height}" fill="${colours.ground}"/>`,
  ];
  drawPicture(svgPen(parts), document.createElement("canvas").getContext("2d"));
  return [...parts, "</svg>"].join("\n");
}

/** The view on a canvas, twice as fine as it is shown. */
function canvasOfView() {
  const canvas = h("canvas", { width: graph.clientWidth * 2, height: graph.clientHeight * 2 });
  const ctx = canvas.getContext("2d");
  ctx.scale(2, 2);
  ctx.fillStyle = colours.ground;
  ctx.fillRect(0, 0, graph.clientWidth, graph.clientHeight);
  drawPicture(canvasPen(ctx), ctx);
  return canvas;
}

/** A cell that no spreadsheet runs as a formula. */
function cell(text = "") {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const COLUMNS = ["paper", "title", "date", "role", "entity", "name", "type"];

/** A row for each link that is shown, and for each paper that is shown without one. */
function csvOfView() {
  const paperCells = (n) => [things[n].key, things[n].title, things[n].date];
  const rows = [...current.links]
    .sort((a, b) => a.paper - b.paper || a.entity - b.entity)
    .map(({ paper, role, entity }) => [...paperCells(paper), role, things[entity].id, nameOf(entity), kindOf(entity)]);
  const joined = new Set([...current.links].map(({ paper }) => paper));
  const alone = [...current.nodes].filter((n) => isPaper(n) && !joined.has(n)).sort((a, b) => a - b);
  const all = [COLUMNS, ...rows, ...alone.map((n) => [...paperCells(n), "", "", "", ""])];
  return all.map((row) => `${row.map((text) => cell(text)).join(",")}\n`).join("");
}

/** Hands a file to the reader; nothing leaves the page. */
function hand(name, blob) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const SAVED = {
  png: () => canvasOfView().toBlob((blob) => hand("graph.png", blob), "image/png"),
  svg: () => hand("graph.svg", new Blob([svgOfView()], { type: "image/svg+xml" })),
  csv: () => hand("graph.csv", new Blob([csvOfView()], { type: "text/csv" })),
};

/** The menu of formats; pictures need something that draws. */
function startSaving() {
  const menu = byId("save");
  for (const [format, save] of Object.entries(SAVED)) {
    const button = byId(`save-${format}`);
    button.disabled = !renderer && format !== "csv";
    button.addEventListener("click", () => {
      menu.open = false;
      save();
    });
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  addEventListener("pointerdown", ({ target }) => menu.contains(target) || (menu.open = false));
}
