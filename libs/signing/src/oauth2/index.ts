export { oauth2, type OAuth2Options } from './oauth2.ts';
export { TokenCache } from './token-cache.ts';
export { TokenError } from '../errors.ts';
