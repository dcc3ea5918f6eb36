import { type Detail, type Finding, many, type Report } from '../report/index.ts';
import type { Place } from '../spec/place.ts';
import { hits, type Impact } from './impact.ts';

/** How to find the place of a finding. */
export type Locate = (impact: Impact) => Place;

/** What `impact` says to people and to programs. What breaks nobody is counted only. */
export function impactReport(
  impacts: readonly Impact[],
  locate: Locate,
): { readonly report: Report; readonly failed: boolean } {
  const reported = impacts.filter(({ serious }) => serious);
  const hit = reported.filter(hits);
  const consumers = [...new Set(hit.flatMap(consumersOf))].sort();
  const missed = reported.length - hit.length;
  const harmless = impacts.length - reported.length;
  const verdict =
    consumers.length === 0
      ? 'no consumer is hit'
      : `${many(consumers.length, 'consumer')} hit: ${consumers.join(', ')}`;
  return {
    failed: hit.length > 0,
    report: {
      title: 'contract-gate impact',
      summary:
        impacts.length === 0
          ? 'nothing changed: no consumer is hit'
          : `${verdict} (${hit.length} breaking for somebody, ${missed} breaking for nobody here, ${harmless} harmless)`,
      findings: reported.map((impact) => shown(impact, locate)),
      data: { impacts: reported.map(forMachines), consumers },
    },
  };
}

/** Packages by their code, and consumers by the name in their pacts. */
function consumersOf({ pacts, code }: Impact): string[] {
  return [...new Set([...code.keys(), ...pacts.map(({ pact }) => pact.consumer)])].sort();
}

function shown(impact: Impact, locate: Locate): Finding {
  const { finding } = impact;
  const consumers = consumersOf(impact);
  return {
    id: `${finding.direction}/${finding.kind}`,
    severity: hits(impact) ? 'error' : 'info',
    message: `${finding.where}: ${finding.message}; ${consumers.length === 0 ? 'no consumer is hit' : `hits ${consumers.join(', ')}`}`,
    place: locate(impact),
    details: [
      ...codeDetails(impact),
      ...pactDetails(impact),
      ...witnessDetails(impact),
      { label: 'finding', text: finding.id },
    ],
  };
}

function codeDetails({ code }: Impact): Detail[] {
  return [...code].map(([name, places]) => ({
    label: `used in ${name}`,
    text: places.map(({ file, line }) => `${file}:${line}`).join('\n'),
  }));
}

const listed = 5;

function pactDetails({ pacts }: Impact): Detail[] {
  const byConsumer = Map.groupBy(pacts, ({ pact }) => pact.consumer);
  return [...byConsumer].map(([consumer, uses]) => {
    const lines = uses.slice(0, listed).map(({ pact, interaction }) => {
      const { file, line } = pact.locate(interaction.pointer);
      return `${interaction.description} (${file}:${line})`;
    });
    return {
      label: `in the pact of ${consumer}`,
      text: [
        ...lines,
        ...(uses.length > listed ? [`and ${uses.length - listed} more interactions`] : []),
      ].join('\n'),
    };
  });
}

function witnessDetails({ finding: { witness } }: Impact): Detail[] {
  return witness === undefined
    ? []
    : [
        {
          label: `valid under the ${witness.validUnder}, not under the ${witness.invalidUnder}`,
          text: JSON.stringify(witness.value),
        },
      ];
}

function forMachines({ finding, pacts, code }: Impact): unknown {
  return {
    finding,
    code: Object.fromEntries(code),
    interactions: pacts.map(({ pact, interaction }) => ({
      consumer: pact.consumer,
      description: interaction.description,
      place: pact.locate(interaction.pointer),
    })),
  };
}
