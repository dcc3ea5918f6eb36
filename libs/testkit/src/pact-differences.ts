/** What the verifier of pacts found, as it throws it. */
interface Verdict {
  readonly errors: readonly {
    readonly interaction: string;
    readonly mismatch: { readonly mismatches?: readonly { readonly mismatch: string }[] };
  }[];
}

/**
 * What a server does otherwise than a pact says, one line each, of what the verifier threw: all it found, as
 * one JSON text. Never gives nothing: it did throw.
 */
export function pactDifferences(error: unknown): readonly string[] {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{')) return [text];
  const { errors } = JSON.parse(text) as Verdict;
  const lines = errors.map(
    ({ interaction, mismatch }) =>
      `${interaction}: ${(mismatch.mismatches ?? []).map((one) => one.mismatch).join('; ')}`,
  );
  return lines.length > 0 ? lines : [text];
}
