// Bundles the client with @microsoft/signalr into one file for a script tag, and puts the style sheet beside it.
//   node build.mjs [--outfile dist/djust-presence.js]
import { dirname, extname, join, basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: { outfile: { type: "string", default: join(here, "dist", "djust-presence.js") } },
});

const shared = { minify: true, target: "es2022", legalComments: "none", logLevel: "warning" };
const styles = join(dirname(values.outfile), `${basename(values.outfile, extname(values.outfile))}.css`);

await build({
  ...shared,
  entryPoints: [join(here, "src", "index.ts")],
  outfile: values.outfile,
  bundle: true,
  format: "esm",
  platform: "browser",
  sourcemap: "linked",
});
await build({ ...shared, entryPoints: [join(here, "src", "style.css")], outfile: styles });
