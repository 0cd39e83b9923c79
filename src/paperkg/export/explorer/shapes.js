// Colours by theme and outlines by kind: for the drawing, the legend and saved pictures alike.

let colours = {};

/** Reads the theme's colours off the style sheet. */
function readColours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  colours = { ink: read("ink"), ground: read("ground") };
  for (const [kind, name] of STYLES) colours[kind] = read(name);
}

/** Outlines by style, on a circle of radius 1; colour is never the only sign. */
const OUTLINES = {
  paper: [[-0.8, -1], [0.8, -1], [0.8, 1], [-0.8, 1]],
  dataset: regular(4, Math.PI / 4, 1.12),
  benchmark: regular(4, 0, 1.2),
  organization: regular(5, -Math.PI / 2, 1.12),
  metric: regular(3, -Math.PI / 2, 1.22),
  method: regular(6, 0, 1.06),
  "own-1": star(5, -Math.PI / 2, 0.56),
  "own-2": regular(3, Math.PI / 2, 1.22),
  "own-3": star(4, 0, 0.5),
  "own-4": [[-1.2, -0.6], [1.2, -0.6], [1.2, 0.6], [-1.2, 0.6]],
  "own-5": [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
  "own-6": star(6, 0, 0.6),
};
const outlineOf = (kind) => OUTLINES[styleOf(kind)];

/** A star: its points on a circle, and between them corners so far inside. */
function star(points, turn, inside) {
  return regular(2 * points, turn, 1.25).map(([x, y], i) => (i % 2 ? [x * inside, y * inside] : [x, y]));
}

function regular(corners, turn, radius) {
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/** Draws the outline of a kind into a canvas path. */
function trace(ctx, kind, x, y, radius) {
  ctx.beginPath();
  const corners = outlineOf(kind);
  if (!corners) return ctx.arc(x, y, radius, 0, 2 * Math.PI);
  corners.forEach(([cx, cy], i) => ctx[i ? "lineTo" : "moveTo"](x + cx * radius, y + cy * radius));
  return ctx.closePath();
}

/** Fills the outline of a kind, its corners a little rounded. */
function fillShape(ctx, kind, x, y, radius, colour, rounded = true) {
  trace(ctx, kind, x, y, radius * (rounded ? 0.9 : 1));
  ctx.lineJoin = "round";
  ctx.fillStyle = ctx.strokeStyle = colour;
  ctx.lineWidth = radius * 0.3;
  if (rounded) ctx.stroke();
  ctx.fill();
}

/** A band around a node that is open or under the pointer; `pixel` is one of the screen's. */
function ring(ctx, kind, x, y, radius, pixel) {
  trace(ctx, kind, x, y, radius);
  ctx.lineJoin = "round";
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = radius * 0.3 + 8 * pixel;
  ctx.stroke();
  ctx.strokeStyle = colours.ground;
  ctx.lineWidth = radius * 0.3 + 4.5 * pixel;
  ctx.stroke();
}

/** A hexadecimal colour with an opacity. */
const mix = (hex, opacity) => hex + Math.round(opacity * 255).toString(16).padStart(2, "0");

const ALPHA = { introduces: 0.95, uses: 0.6, mentions: 0.55 };
const PALER = { introduces: 1, uses: 0.65, mentions: 0.3 }; // in a drawing without dashes, and in its legend
const FAINT = 0.18;

/** How opaque a node is now: faint where something else is open. */
const nodeOpacity = (n) => (focus && !focus.has(n) && n !== state.hovered ? FAINT : 1);

/** Whether a link belongs to what is open. */
const isNear = (link) => focus !== null && nearLink(link);

/** How opaque a link is now. */
function linkOpacity(link) {
  if (isNear(link)) return DASHED ? 0.95 : PALER[link.role];
  return (DASHED ? ALPHA : PALER)[link.role] * (focus ? 0.22 : 1);
}
