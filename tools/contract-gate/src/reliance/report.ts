import { type Finding, many, type Report } from '../report/index.ts';
import type { Reliance } from './reliance.ts';

const questions: Readonly<Record<Reliance['provenance'], string>> = {
  assumed: 'Nothing says so: is it so?',
  sibling: 'Another API of the provider has it so: is it so here?',
};

/** The list of questions to the provider, what is assumed first. */
export function relianceReport(reliances: readonly Reliance[]): Report {
  const assumed = reliances.filter(({ provenance }) => provenance === 'assumed').length;
  return {
    title: 'contract-gate reliance',
    summary:
      reliances.length === 0
        ? 'nobody leans on anything that is not documented'
        : `${many(reliances.length, 'question')} to the provider: ${assumed} assumed, ${reliances.length - assumed} from a sibling`,
    findings: reliances.map(question),
    data: {
      reliances: reliances.map(({ element, provenance, place, pacts, code }) => ({
        kind: element.kind,
        name: element.name,
        pointer: element.pointer,
        provenance,
        place,
        code,
        interactions: [...new Set(pacts.map(({ interaction }) => interaction.description))],
      })),
    },
  };
}

function question({ element, provenance, place, pacts, code }: Reliance): Finding {
  const interactions = [
    ...new Set(pacts.map(({ pact, interaction }) => `${pact.consumer}: ${interaction.description}`)),
  ];
  return {
    id: `reliance/${provenance}`,
    severity: provenance === 'assumed' ? 'warning' : 'info',
    message: `the ${element.kind} ${element.name}. ${questions[provenance]}`,
    place,
    details: [
      ...(code.length === 0
        ? []
        : [{ label: 'used in', text: code.map(({ file, line }) => `${file}:${line}`).join('\n') }]),
      ...(interactions.length === 0
        ? []
        : [
            {
              label: many(interactions.length, 'interaction'),
              text:
                interactions.slice(0, 3).join('\n') +
                (interactions.length > 3 ? `\nand ${interactions.length - 3} more` : ''),
            },
          ]),
    ],
  };
}
