// Copies the pinned packages' files into static/vendor/ and writes their checksums: `npm run vendor`.
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const files = { "htmx.min.js": "htmx.org/dist/htmx.min.js" };

const lines = Object.entries(files).map(([name, source]) => {
  copyFileSync(join(root, "node_modules", source), join(here, name));
  return `${createHash("sha256")
    .update(readFileSync(join(here, name)))
    .digest("hex")}  ${name}\n`;
});
writeFileSync(join(here, "CHECKSUMS"), lines.join(""));
