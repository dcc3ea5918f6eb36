/** What is expected of a house's document. */
interface Case {
  /** What breaks in its next version, in the order of the report. */
  readonly breaks: readonly string[];
  /** Code that uses what is generated from the document, and its lines that are hit. */
  readonly consumer: string;
  readonly lines: readonly number[];
}

const schemas =
  "import type { components } from '../out/base/index.ts';\ntype Schemas = components['schemas'];\n";

/** By house; line 3 of each consumer uses what changed, line 4 what did not. */
export const cases: Readonly<Record<string, Case>> = {
  payments: {
    breaks: ['response 200 body /link_0/currency: enum gained "nok"'],
    consumer: `${schemas}export const currency = (one: Schemas['resource_3']) => one.currency;
export const other = (one: Schemas['resource_2']) => one.currency;
`,
    lines: [3],
  },
  'code-hosting': {
    breaks: [
      'query since: the query parameter since was removed',
      'body /head: maxLength 20 was set',
      'response 201 body /state: enum gained "merged"',
    ],
    consumer: `${schemas}export const state = (part: Schemas['repo-part-3']) => part.state;
export const reason = (part: Schemas['repo-part-3']) => part.reason;
`,
    lines: [3],
  },
  cluster: {
    breaks: ['body /spec/runtimeClassName: runtimeClassName is required now'],
    consumer: `${schemas}export const spec: Schemas['io.cluster.api.core.v1.Kind2Spec'] = { containers: [] };
export const other: Schemas['io.cluster.api.core.v1.Kind1Spec'] = { containers: [] };
`,
    lines: [3],
  },
  acquirer: {
    breaks: [
      'header X-Region: the required header parameter X-Region was added',
      'body /reference: maxLength was 80, is 40',
      'response 200 body /resultCode: enum gained "PartiallyAuthorised"',
      'body /paymentMethod/billingAddress: billingAddress is required now',
    ],
    consumer: `${schemas}export const result = ({ resultCode }: Schemas['PaymentResponse']) => resultCode;
export const action = ({ action }: Schemas['PaymentResponse']) => action;
`,
    lines: [3],
  },
  messaging: {
    breaks: [
      'response 201 body /status: enum gained "scheduled"',
      'body application/x-www-form-urlencoded /Body: maxLength 1600 was set',
    ],
    consumer: `${schemas}export const status = (one: Schemas['api.v2010.account.message1']) => one.status;
export const other = (one: Schemas['api.v2010.account.message2']) => one.status;
`,
    lines: [3],
  },
  health: {
    breaks: [
      'query date /*: maxLength 30 was set',
      'response 201 body application/fhir+json /gender: enum gained "none"',
    ],
    consumer: `${schemas}export const gender = (one: Schemas['Resource1']) => one.gender;
export const other = (one: Schemas['Resource2']) => one.gender;
`,
    lines: [3],
  },
  dotnet: {
    breaks: [
      'query api-version: enum "1.0" was set',
      'body /status: enum 0, 1, 2 was set',
      'body /status: type "integer" was set',
      'body text/plain /status: format "int32" was set',
    ],
    consumer: `${schemas}export const order = (one: Schemas['Order1Dto']): Schemas['Order1Dto'] => ({ ...one, status: null });
export const other = (one: Schemas['Order2Dto']): Schemas['Order2Dto'] => ({ ...one, status: null });
`,
    lines: [3],
  },
  smithy: {
    breaks: [
      'query MaxItems: maximum was 10000, is 50',
      'response 200 body /Key: Key is no longer always there',
      'response 200 body /Mode: enum gained "new"',
    ],
    consumer: `${schemas}export const mode = (one: Schemas['Action3Output']) => one.Mode;
export const other = (one: Schemas['Action2Output']) => one.Mode;
`,
    lines: [3],
  },
  directory: {
    breaks: [
      'query $top: the query parameter $top was removed',
      'response 2XX body /value/*/state: enum gained "frozen"',
    ],
    consumer: `${schemas}export const state = (one: Schemas['house.graph.kind3']) => one.state;
export const other = (one: Schemas['house.graph.kind4']) => one.state;
`,
    lines: [3],
  },
  assistant: {
    breaks: [
      'body /model: model is required now',
      'body /tools/*/max_results: maximum was 50, is 20',
      'response 200 body /status: enum gained "queued"',
    ],
    consumer: `${schemas}export const status = (one: Schemas['Response3']) => one.status;
export const other = (one: Schemas['Response2']) => one.status;
`,
    lines: [3],
  },
  bank: {
    breaks: [
      'body application/xml: the media type application/xml was removed',
      'body /creditorName: maxLength was 70, is 35',
      'response 201 body /transactionStatus: enum gained "PATC"',
    ],
    consumer: `${schemas}export const name = (one: Schemas['PaymentInitiation']) => one.creditorName;
export const date = (one: Schemas['PaymentInitiation']) => one.requestedExecutionDate;
`,
    lines: [3],
  },
};
