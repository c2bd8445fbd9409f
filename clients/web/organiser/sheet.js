// SPDX-License-Identifier: EUPL-1.2
// Tables as spreadsheets save them: read whatever their separator and encoding, and written as the service takes them.

// A workbook as it is (a ZIP file, or the older format), which is no table of text.
export const isWorkbook = (bytes) => ["PK\x03\x04", "\xd0\xcf\x11\xe0"].includes(String.fromCharCode(...new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength))));

// UTF-8, else what spreadsheets on Windows write.
export function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

// The one of ; , and tab that stands most often in the first line, outside quotes.
function separatorOf(text) {
  const line = text.slice(0, text.search(/[\r\n]|$/)).replace(/"[^"]*"/g, "");
  return [";", ",", "\t"].map((c) => [line.split(c).length, c]).sort((a, b) => b[0] - a[0])[0][1];
}

// [{line, cells}], line from 1: where it begins in the file. Empty lines are left out.
export function read(text) {
  const separator = separatorOf(text), rows = [];
  let line = 1, row = { line, cells: [] }, cell = "", quoted = false;
  const end = () => {
    row.cells.push(cell.trim());
    cell = "";
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\n") line++;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') (cell += '"'), i++;
      else quoted = false;
    } else if (c === '"' && !cell) quoted = true;
    else if (c === separator) end();
    else if (c === "\n") end(), rows.push(row), (row = { line, cells: [] });
    else if (c !== "\r") cell += c;
  }
  end();
  return [...rows, row].filter(({ cells }) => cells.some(Boolean));
}

// One row a line, so that the number of a line is that of its row.
const quote = (cell) => (/[";\r\n]/.test(cell) ? `"${cell.replace(/\s*[\r\n]+\s*/g, " ").replace(/"/g, '""')}"` : cell);
export const write = (rows) => rows.map((cells) => `${cells.map(quote).join(";")}\r\n`).join("");
