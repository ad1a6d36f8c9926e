// Bundles app and write, each a sheet and a script, into static/dist/ and records what they were made of,
// so that a test can tell when somebody forgot to build. `--watch` rebuilds while you work.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const sha = (data) => createHash("sha256").update(data).digest("hex");

const options = {
  absWorkingDir: root,
  entryPoints: [
    { in: "css/app.css", out: "app" },
    { in: "css/write.css", out: "write" },
    { in: "js/app.js", out: "app" },
    { in: "js/write.js", out: "write" },
  ],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox128", "safari17.5"],
  legalComments: "none",
  charset: "utf8",
  outdir: "dist",
  logLevel: "warning",
};

/** Every source of a bundle, sorted, so that the recorded hash does not depend on the machine. */
function sources(directory, ending, skip = []) {
  return readdirSync(join(root, directory), { recursive: true })
    .map((name) => join(directory, name).replaceAll("\\", "/"))
    .filter((name) => name.endsWith(ending) && !skip.some((part) => name.startsWith(part)))
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();
}

function record() {
  const bundles = {
    "app.css": sources("css", ".css"),
    "write.css": sources("css", ".css"),
    "app.js": sources("js", ".js", ["js/tests/"]),
    "write.js": sources("js", ".js", ["js/tests/"]),
  };
  const build = {};
  for (const [name, files] of Object.entries(bundles)) {
    const digest = createHash("sha256");
    for (const file of files) digest.update(`${file}\0`).update(readFileSync(join(root, file)));
    const bytes = readFileSync(join(root, "dist", name));
    build[name] = { sources: digest.digest("hex"), sha256: sha(bytes) };
    const size = (bytes.length / 1024).toFixed(1);
    const packed = (gzipSync(bytes, { level: 9 }).length / 1024).toFixed(1);
    console.log(`${relative(process.cwd(), join(root, "dist", name))}  ${size} KB, ${packed} KB compressed`);
  }
  writeFileSync(join(root, "dist", "BUILD.json"), `${JSON.stringify(build, null, 2)}\n`);
}

if (process.argv.includes("--watch")) {
  const plugin = {
    name: "record",
    setup: (build) => build.onEnd((result) => result.errors.length || record()),
  };
  const context = await esbuild.context({ ...options, plugins: [plugin] });
  await context.watch();
} else {
  rmSync(join(root, "dist"), { recursive: true, force: true });
  await esbuild.build(options);
  record();
}
