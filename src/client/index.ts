export type { ErrorCode, ErrorDetails } from '../errors.ts';
export {
  type Client,
  type ClientOptions,
  type Credential,
  createClient,
  type RequestOptions,
} from './client.ts';
export type { Document, DocumentOptions, TypedDocument } from './documents.ts';
export { type FailureCode, GatewayFailure, type ResponseError } from './failure.ts';
export type { Clock } from './pace.ts';
export {
  createShopperSession,
  type ShopperCredentials,
  type ShopperSession,
  type ShopperSessionOptions,
  type ShopperToken,
} from './shopper-session.ts';
export type { PartialResponse, Quota, UpstreamReport } from './transport.ts';
export type { WriteErrorCode, WriteOutcome } from './writes.ts';
