/** Media types: which are alike, and how their values travel. */

/** A media type without what does not change its content. */
export function normalized(media: string): string {
  const [essence = '', ...parameters] = media.split(';').map((part) => part.trim().toLowerCase());
  const kept = parameters.filter((parameter) => parameter !== '' && !parameter.startsWith('charset='));
  return [essence, ...kept.sort()].join(';');
}

/** True when numbers and truth values are written as text: forms, XML, plain text. */
export function travelsAsText(media: string): boolean {
  const essence = essenceOf(media);
  return !/^application\/(.*\+)?json$/.test(essence) && !/json|yaml|\*|cbor|msgpack/.test(essence);
}

/** True for media whose content no schema describes: images, archives, streams of bytes. */
export function isBinary(media: string): boolean {
  return /^(image|audio|video|font)\/|^application\/(octet-stream|pdf|zip|gzip)$/.test(essenceOf(media));
}

/** The media type among `candidates` that stands for `media`: the same, or a range around it. */
export function coveredBy(media: string, candidates: readonly string[]): string | undefined {
  const own = normalized(media);
  const essence = essenceOf(media);
  return (
    candidates.find((other) => normalized(other) === own) ??
    candidates.find(
      (other) => essenceOf(other) === essence && (own === essence || normalized(other) === essenceOf(other)),
    ) ??
    candidates.find((other) => isRangeAround(essenceOf(other), essence))
  );
}

/** True when `special` is a kind of `general`: `application/problem+json` of `application/json`. */
export function isKindOf(special: string, general: string): boolean {
  const suffix = /^application\/.*\+([a-z]+)$/.exec(essenceOf(special))?.[1];
  return suffix !== undefined && essenceOf(general) === `application/${suffix}`;
}

function isRangeAround(range: string, essence: string): boolean {
  return range === '*/*' || (range.endsWith('/*') && essence.startsWith(range.slice(0, -1)));
}

function essenceOf(media: string): string {
  return normalized(media).split(';')[0] ?? '';
}
