/** The Worker's own description held against what it answers: status, media type, and JSON by ajv. */

import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/**
 * Asks as `ask` does, and holds every answer against the description. What the description does not have is left alone.
 * @param {(path: string, init?: Record<string, any>) => Promise<Response>} ask
 */
export function described(ask) {
  let description;
  return async (path, init = {}) => {
    const response = await ask(path, init);
    description ??= describe(await (await ask('/api/openapi.json')).json());
    await (await description)(init.method ?? 'GET', new URL(path, 'http://127.0.0.1'), init.body, response.clone());
    return response;
  };
}

/** @param {any} document */
export async function describe(document) {
  const ajv = new Ajv2020({ strict: true, allErrors: true, validateFormats: true });
  addFormats(ajv);
  ajv.addVocabulary(['openapi', 'info', 'paths', 'components']);
  ajv.addFormat('binary', true);
  ajv.addKeyword('discriminator');
  ajv.addSchema({ $id: 'http://openapi.test/', components: document.components });
  const operations = Object.entries(document.paths).map(([template, methods]) => ({ pattern: new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`), methods }));
  const valid = (schema, value, what) => {
    const validate = ajv.compile(absolute(schema));
    assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}`);
  };

  return async (method, { pathname }, sent, response) => {
    const operation = operations.find(({ pattern }) => pattern.test(pathname))?.methods[method === 'HEAD' ? 'get' : method.toLowerCase()];
    if (operation === undefined || (pathname === '/.well-known/mta-sts.txt' && response.status === 405)) return;
    const what = `${method} ${pathname} ${response.status}`;
    const answer = operation.responses[response.status];
    // A policy host has no other address, and any other host has no policy.
    if (response.status === 404 && (await response.clone().json()).code === 'ERR_NOT_FOUND') return;
    assert.ok(answer, `${what} is described`);
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? null;
    if (answer.content === undefined) return assert.equal(mediaType, null, what);
    if (method === 'HEAD') return;
    const content = answer.content[mediaType];
    assert.ok(content, `${what}: ${mediaType} is described`);
    if (/json$/.test(mediaType)) {
      const body = await response.json();
      valid(content.schema, body, what);
      if (mediaType === 'application/problem+json') {
        assert.ok(answer.description.split(', ').includes(body.code), `${what}: ${body.code} is described`);
        assert.equal(body.status, response.status);
      }
    }
    const [type] = Object.keys(operation.requestBody?.content ?? {}).filter((type) => type === 'application/json');
    if (type !== undefined && response.status < 300 && typeof sent === 'string' && sent.startsWith('{')) {
      valid(operation.requestBody.content[type].schema, JSON.parse(sent), `body of ${what}`);
    }
  };
}

/** References of the document as references to it. */
function absolute(schema) {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"http://openapi.test/#/'));
}
