import { decryptionKey, type OpenOptions } from '../src/index.ts';
import { pair } from './crafting.ts';

export const own = decryptionKey(pair.privateKey);
export const tolerant: OpenOptions = { tolerate: 'mastercard-libraries' };
export const b64 = (text: string) => Buffer.from(text).toString('base64url');
