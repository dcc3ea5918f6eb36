import { type Keywords, nextId, type SchemaNode } from './node.ts';

/** OpenAPI 3.0's `nullable`: null as well, whatever else the schema says. */
export function admitNull(keywords: Keywords, like: Pick<SchemaNode, 'side' | 'pointer' | 'text'>): void {
  const composed = (['allOf', 'anyOf', 'oneOf', 'not', 'if'] as const).some(
    (key) => keywords[key] !== undefined,
  );
  if (!composed && keywords.types !== undefined) {
    if (!keywords.types.includes('null')) keywords.types = [...keywords.types, 'null'];
    if (keywords.enum !== undefined && !keywords.enum.includes(null))
      keywords.enum = [...keywords.enum, null];
    return;
  }
  if (!composed && keywords.enum === undefined) return;
  const rest = { ...keywords };
  for (const key of Object.keys(keywords) as (keyof Keywords)[]) delete keywords[key];
  const node = (parts: Keywords): SchemaNode => ({ id: nextId(), keywords: parts, raw: {}, ...like });
  keywords.anyOf = [node(rest), node({ types: ['null'] })];
}
