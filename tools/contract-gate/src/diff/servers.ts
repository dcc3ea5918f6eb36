import { asArray, asObject, asString, isObject, type Json } from '../spec/json.ts';
import type { Operation } from './contract.ts';

/** Addresses an operation can be called at. */

/**
 * The addresses that are said for an operation; none when nothing is said. Variables with listed values are
 * written out.
 */
export function addressesOf({ object, item, document }: Operation): string[] {
  const lists = [object.servers, item.object.servers, document.servers];
  const servers = asArray(lists.find((list) => asArray(list).length > 0)).filter(isObject);
  return servers.flatMap((server) => writtenOut(asString(server.url) ?? '', asObject(server.variables)));
}

/** The path part of the first address: `/v1` of `https://example.com/v1/`. */
export function prefixOf(operation: Operation): string {
  const [address = ''] = addressesOf(operation);
  return trimmed(address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, ''));
}

/**
 * Addresses of the base that the revision has no more, paths included, so that a version may move from one to
 * the other.
 */
export function lostAddresses(base: Operation, revision: Operation): string[] {
  const [before, after] = [addressesOf(base), addressesOf(revision)];
  if (before.length === 0 || after.length === 0) return [];
  const full = (address: string, { shape }: Operation): string => trimmed(address) + shape;
  const now = after.map((address) => full(address, revision));
  return before.filter((address) => {
    const own = full(address, base);
    return !now.some(
      (other) => other === own || (isRelative(own) !== isRelative(other) && pathOf(own) === pathOf(other)),
    );
  });
}

function isRelative(address: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(address);
}

function pathOf(address: string): string {
  return address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
}

function trimmed(address: string): string {
  return address.replace(/\/+$/, '');
}

const valuesLimit = 20;

function writtenOut(url: string, variables: Readonly<Record<string, Json>>): string[] {
  return Object.entries(variables)
    .reduce<string[]>(
      (urls, [name, value]) => {
        const listed = asArray(asObject(value).enum).filter((item) => typeof item === 'string');
        return listed.length === 0
          ? urls
          : urls.flatMap((one) =>
              listed.slice(0, valuesLimit).map((item) => one.replaceAll(`{${name}}`, item)),
            );
      },
      [url],
    )
    .slice(0, valuesLimit)
    .map((one) => one.replaceAll(/\{[^}]*\}/g, '{}'));
}
