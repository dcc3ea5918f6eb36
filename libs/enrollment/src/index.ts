export * from './batcher.ts';
export * from './changes.ts';
export {
  consumerDifference,
  consumerTexts,
  fieldGroups,
  digestTexts,
  mailbox,
  measured,
  type FieldGroup,
} from './fields.ts';
export * from './limits.ts';
export * from './programme.ts';
export * from './provider.ts';
export * from './raw-record.ts';
export * from './record.ts';
export * from './refusals.ts';
export * from './rejection.ts';
export * from './single-operations.ts';
export * from './states.ts';
export * from './validation/iso-codes.ts';
export * from './validation/messages.ts';
export { expiryFormatOf, type ExpiryFormat } from './validation/expiry-format.ts';
export type { MobileForm } from './validation/mobile.ts';
