/** An algorithm we know by name and do not run, or do not know at all. */
export class UnsupportedAlgorithm extends Error {
  override readonly name = 'UnsupportedAlgorithm';
}
