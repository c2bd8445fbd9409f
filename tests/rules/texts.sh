#!/usr/bin/env bash
# SPDX-License-Identifier: EUPL-1.2
# The web client's texts: the same keys in French and English, each in one area only, every key that the code names, no key that nothing names.
cd "$(dirname "$0")/../../clients/web" && node --input-type=module - <<'JS'
import { readFileSync, readdirSync } from "node:fs";
const faults = [], where = {};
const areas = readdirSync(".", { withFileTypes: true }).filter((d) => d.isDirectory() && d.name !== "node_modules").map((d) => d.name);
const code = areas.flatMap((a) => readdirSync(a).filter((f) => f.endsWith(".js")).map((f) => readFileSync(`${a}/${f}`, "utf8"))).join("\n");
for (const area of areas) {
  const keys = {};
  for (const lang of ["fr", "en"]) {
    let text;
    try { text = JSON.parse(readFileSync(`${area}/${lang}.json`, "utf8")); } catch (e) { if (e.code === "ENOENT") continue; throw new Error(`${area}/${lang}.json: ${e.message}`); }
    keys[lang] = Object.keys(text);
    for (const [key, value] of Object.entries(text))
      if (!(typeof value === "string" ? value : value.one && value.other)) faults.push(`${area}/${lang}.json: ${key} is empty`);
  }
  for (const key of keys.fr ?? []) {
    if (!keys.en?.includes(key)) faults.push(`${area}/en.json lacks ${key}`);
    if (where[key]) faults.push(`${key} stands in ${where[key]} and ${area}`);
    where[key] = area;
    const literal = code.includes(`"${key}"`), parts = key.split(".");
    const composed = parts.some((_, i) => i && (code.includes("`" + parts.slice(0, i).join(".") + ".${") || code.includes('}.' + parts.slice(i).join(".") + "`")));
    const local = code.includes(`\`${key}\``);
    if (!literal && !composed && !local) faults.push(`${area}: nothing says ${key}`);
  }
  for (const key of keys.en ?? []) if (!keys.fr?.includes(key)) faults.push(`${area}/fr.json lacks ${key}`);
}
for (const [, key] of code.matchAll(/\bt\("([^"]+)"/g)) if (!where[key]) faults.push(`no text for ${key}`);
if (faults.length) { console.log(faults.join("\n")); process.exit(1); }
console.log(`# ${Object.keys(where).length} texts in two languages`);
JS
