/** Instantiates a compiled module, with functions that do nothing for all that it imports. */

export function importsOf(module) {
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === 'function') (imports[from] ??= {})[name] = () => {};
  }
  return imports;
}

export function instances(module, imports, count) {
  for (let made = 0; made < count; made += 1) new WebAssembly.Instance(module, imports);
}
