/** What a request asks of the age of its answers. */
export interface Freshness {
  /** Maximum age in milliseconds. Only a lower one than that of the configuration has an effect. @default that one */
  readonly maxAgeMs?: number | undefined;
  /** How much older an answer may be if the store is down, in milliseconds, at most 1 hour. @default that of the configuration */
  readonly ifErrorMs?: number | undefined;
}
