/**
 * `js/types.d.ts` held to the types of Rust, by the samples that `tests/types.rs` writes: the compiler tells a member
 * too many, too few or renamed; and what the types declare occurs in a sample: every member, every string of a union,
 * `null` and something else wherever both are declared.
 */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import ts from 'typescript';
import { load, root } from './project.js';

const TYPES = `${root}js/types.d.ts`;
const SAMPLES = `${root}target/types-rust.checked.ts`;
/** Declared, and made by no sample of Rust. */
const ELSEWHERE = new Map([
  ['timeoutMs', 'what a caller of a host adds to its target'],
]);

const lines = load('target/types-rust.ts').split('\n');
writeFileSync(SAMPLES, [head(lines), ...lines].join('\n'));
const program = ts.createProgram([SAMPLES], {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
});
const checker = program.getTypeChecker();
const constants = (program.getSourceFile(SAMPLES)?.statements ?? [])
  .filter(ts.isVariableStatement)
  .flatMap(({ declarationList }) => [...declarationList.declarations]);

test('what Rust writes is of its declared type', (t) => {
  t.diagnostic(`${constants.length} samples`);
  assert.ok(constants.length > 0);
  const problems = ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  assert.deepEqual(problems, []);
});

test('what is declared occurs', (t) => {
  const declared = new Set();
  const occurs = new Set();
  for (const { type, initializer } of constants) {
    assert.ok(type && initializer);
    const whole = checker.getTypeFromTypeNode(type);
    declare(whole, declared, new Set());
    occur(whole, initializer, occurs);
  }
  t.diagnostic(`${declared.size} members, strings and nulls`);
  assert.ok(declared.size > 100);
  assert.deepEqual([...declared].filter((one) => !occurs.has(one)).sort(), []);
});

/** The import that the samples need. @param {string[]} constants */
function head(constants) {
  const types = constants.map((line) => /^export const v\d+: (.+?) = /.exec(line)?.[1] ?? '');
  const names = new Set(types.flatMap((type) => type.replace(/'.*?'/g, '').match(/\b[A-Z]\w+/g) ?? []));
  for (const mine of ['Returned', 'NonNullable']) names.delete(mine);
  return `import type * as types from '../js/types.d.ts'; import type { ${[...names].join(', ')} } from '../js/types.d.ts';
type Returned<F extends 'parseStsRecord' | 'parseTlsRptRecord'> = ReturnType<(typeof types)[F]>;`;
}

/**
 * Notes all that a type declares.
 * @param {ts.Type} type
 * @param {Set<string>} declared
 * @param {Set<ts.Type>} seen
 */
function declare(type, declared, seen) {
  if (seen.has(type)) return;
  seen.add(type);
  const strings = stringsOf(type);
  for (const value of strings) declared.add(`${strings} ${value}`);
  for (const part of parts(type)) {
    const element = elementOf(part);
    if (element) declare(element, declared, seen);
    else if (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) declareMembers(part, declared, seen);
  }
}

/**
 * @param {ts.Type} type
 * @param {Set<string>} declared
 * @param {Set<ts.Type>} seen
 */
function declareMembers(type, declared, seen) {
  for (const member of type.getProperties()) {
    const place = placeOf(member);
    const own = checker.getTypeOfSymbol(member);
    if (!place || ELSEWHERE.has(member.name)) continue;
    declared.add(place);
    if (parts(own).some((part) => part.flags & ts.TypeFlags.Null)) declared.add(`${place} null`);
    declare(own, declared, seen);
  }
}

/**
 * Notes what a value has of it.
 * @param {ts.Type} type
 * @param {ts.Expression} value
 * @param {Set<string>} occurs
 */
function occur(type, value, occurs) {
  if (ts.isStringLiteral(value)) occurs.add(`${stringsOf(type)} ${value.text}`);
  if (ts.isArrayLiteralExpression(value)) {
    const element = parts(type).map(elementOf).find(Boolean);
    if (element) value.elements.forEach((one) => occur(element, one, occurs));
  }
  if (!ts.isObjectLiteralExpression(value)) return;
  const members = value.properties.filter(ts.isPropertyAssignment);
  for (const part of variants(type, members)) {
    for (const { name, initializer } of members) {
      const member = part.getProperty(/** @type {ts.StringLiteral} */ (name).text);
      const place = member && placeOf(member);
      if (!member || !place) continue;
      const absent = initializer.kind === ts.SyntaxKind.NullKeyword;
      occurs.add(absent ? `${place} null` : place);
      if (!absent) occur(checker.getTypeOfSymbol(member), initializer, occurs);
    }
  }
}

/**
 * The parts of a union that the value can be of: those with its `kind`.
 * @param {ts.Type} type
 * @param {ts.PropertyAssignment[]} members
 */
function variants(type, members) {
  const kind = members.find(({ name }) => ts.isStringLiteral(name) && name.text === 'kind')?.initializer;
  return parts(type).filter((part) => {
    const own = part.getProperty('kind');
    return !own || !kind || !ts.isStringLiteral(kind) || stringsOf(checker.getTypeOfSymbol(own)).includes(kind.text);
  });
}

/** Where a member stands in the types; nowhere for one of a mapped type or of the language. @param {ts.Symbol} member */
function placeOf(member) {
  const node = member.declarations?.find((one) => ts.isPropertySignature(one) && one.getSourceFile().fileName === TYPES);
  if (!node) return undefined;
  const { line, character } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
  return `js/types.d.ts:${line + 1}:${character + 1} ${member.name}`;
}

/** @param {ts.Type} type */
function elementOf(type) {
  return checker.isArrayLikeType(type) ? type.getNumberIndexType() : undefined;
}

/** @param {ts.Type} type */
function stringsOf(type) {
  return parts(type).flatMap((part) => (part.isStringLiteral() ? part.value : [])).sort();
}

/** @param {ts.Type} type @returns {ts.Type[]} */
function parts(type) {
  return type.isUnion() ? type.types : [type];
}
