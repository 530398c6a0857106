/**
 * Builds dist/: dist/worker (one module and the engine's .wasm beside it) and dist/ui (the page as static assets: a small
 * entry; the engine's script, its .wasm and what is loaded behind the first verdict under names that change with their content).
 */

import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const from = (...parts) => path.join(here, ...parts);

const COMMON = { absWorkingDir: here, bundle: true, format: 'esm', target: 'es2022', charset: 'utf8', logLevel: 'warning' };

async function buildWorker() {
  await build({
    ...COMMON,
    entryPoints: [from('src/index.ts')],
    outdir: from('dist/worker'),
    conditions: ['workerd', 'worker'],
    assetNames: '[name]',
    loader: { '.wasm': 'copy' },
  });
}

async function buildPage() {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: [from('ui/page.js'), from('ui/style.css')],
    outdir: from('dist/ui'),
    conditions: ['browser'],
    splitting: true,
    minify: true,
    metafile: true,
    publicPath: '/',
    chunkNames: 'assets/[name]-[hash]',
    assetNames: 'assets/[name]-[hash]',
    loader: { '.wasm': 'file' },
    plugins: [wasmByUrl],
  });
  await Promise.all(['_headers', 'icon.svg', 'first.js'].map((name) => cp(from('ui', name), from('dist/ui', name))));
  const html = await readFile(from('ui/index.html'), 'utf8');
  await writeFile(from('dist/ui/index.html'), html.replace('</head>', `${preloads(metafile)}</head>`));
}

/**
 * The page's entry does not wait for the engine, but the network should not wait for the entry. What is loaded behind the
 * first verdict is not preloaded.
 */
function preloads({ outputs }) {
  const first = new Set();
  const walk = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path: next, kind } of outputs[name]?.imports ?? []) if (kind === 'import-statement' || kind === 'file-loader') walk(next);
  };
  walk('dist/ui/page.js');
  const engine = Object.keys(outputs).find((name) => outputs[name].entryPoint?.endsWith('js/checker.js'));
  if (engine === undefined) throw new Error('the engine is no chunk of its own');
  walk(engine);
  return [...first]
    .map((name) => path.relative('dist/ui', name))
    .filter((name) => name.startsWith('assets/'))
    .map((name) =>
      name.endsWith('.wasm')
        ? `<link rel="preload" as="fetch" type="application/wasm" crossorigin href="/${name}">\n`
        : `<link rel="modulepreload" href="/${name}">\n`,
    )
    .join('');
}

/** `new URL('….wasm', import.meta.url)` is how a browser finds the engine; esbuild leaves it alone, so it is told. */
const wasmByUrl = {
  name: 'wasm-by-url',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const imports = [];
      const contents = source.replace(/new URL\(\s*(['"])([^'"]+\.wasm)\1,\s*import\.meta\.url\s*\)/g, (_, _quote, name) => {
        const variable = `wasmUrl${imports.length}`;
        imports.push(`import ${variable} from ${JSON.stringify(name.startsWith('.') ? name : `./${name}`)};\n`);
        return `new URL(${variable}, import.meta.url)`;
      });
      return { contents: imports.join('') + contents, loader: 'js', resolveDir: path.dirname(file) };
    });
  },
};

await rm(from('dist'), { recursive: true, force: true });
await Promise.all([buildWorker(), buildPage()]);
