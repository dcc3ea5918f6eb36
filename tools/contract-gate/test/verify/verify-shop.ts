import { gate, workspace } from '../workspace.ts';
import { goodPact, type ShopPact, verified } from './pacts.ts';

/** An interaction of the shop's pact, to be changed. */
export type Interaction = ShopPact['interactions'][number];

/** The shop, with a union in its order. */
export const withPay = verified.replace(
  '        note: {',
  `        pay:
          x-provenance: documented
          oneOf:
            - { type: object, required: [kind, last4], properties: { kind: { type: string, enum: [card] }, last4: { type: string } } }
            - { type: object, required: [kind], properties: { kind: { type: string, enum: [cash] } } }
        note: {`,
);

/** Verifies the good pact, changed, against a contract. */
export async function verifyShop(
  change: (interaction: Interaction) => void = () => undefined,
  spec = verified,
) {
  const pact = goodPact();
  for (const interaction of pact.interactions) change(interaction);
  const cwd = workspace({
    'specs/shop/openapi.yaml': spec,
    'libs/till/pacts/till-shop.json': JSON.stringify(pact, null, 2),
  });
  const { code, out } = await gate(cwd, 'verify', '--format', 'json');
  return {
    code,
    findings: (
      JSON.parse(out) as {
        findings: { id: string; severity: string; place?: { file: string; line: number } }[];
      }
    ).findings,
  };
}
