/** What enrolling a batch needs, however it is done. */
export interface Job {
  readonly baseUrl: string;
  readonly srcClientId: string;
  readonly serviceId: string;
  readonly consumerKey: string;
  /** PEM. */
  readonly signingKey: string;
  /** Path of the provider's certificate, PEM. */
  readonly certificate: string;
  readonly externalBatchId: string;
}
