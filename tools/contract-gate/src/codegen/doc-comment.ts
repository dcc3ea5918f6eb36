import { asArray, asString, isObject, type Json, type JsonObject } from '../spec/json.ts';

/**
 * What a schema, an operation or a parameter says about itself, as a comment above its declaration; `''` for
 * nothing.
 */
export function docComment(source: JsonObject | undefined, indent: string): string {
  if (source === undefined) return '';
  const lines = [
    ...textLines(source.title),
    ...textLines(source.summary),
    ...textLines(source.description),
    ...tag('format', source.format),
    ...tag('default', source.default),
    ...tag('example', source.example ?? asArray(source.examples)[0]),
    ...(source.deprecated === true ? ['@deprecated'] : []),
  ].map((line) => line.replaceAll('*/', String.raw`*\/`));
  const [only] = lines;
  if (only === undefined) return '';
  if (lines.length === 1) return `${indent}/** ${only} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}\n`).join('')}${indent} */\n`;
}

function textLines(value: Json | undefined): string[] {
  const text = asString(value)?.trim();
  return text === undefined || text === '' ? [] : text.split(/\r?\n/).map((line) => line.trimEnd());
}

/** Values of several lines would need a fence, and say little: they are left out. */
function tag(name: string, value: Json | undefined): string[] {
  if (value === undefined) return [];
  const text = isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value);
  return text.length > 100 || /[\r\n]/.test(text) ? [] : [`@${name} ${text}`];
}
