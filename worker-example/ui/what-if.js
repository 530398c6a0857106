import { element } from './element.js';
/** @param {import('mxseal').Verdict} verdict @param {import('mxseal').Options} options @param {typeof import('mxseal')} engine */
export function whatIfEditor(verdict, options, engine) { void verdict; void options; void engine; return element('div'); }
