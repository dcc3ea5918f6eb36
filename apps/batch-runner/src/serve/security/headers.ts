import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** A year, as is asked for by most checks. Not for other hosts of the domain: they are not ours. */
const HSTS = 'max-age=31536000';

/**
 * The headers of every answer. Scripts, styles and fonts are files of the console's own; nothing is inline,
 * nothing comes from elsewhere, nothing may put the console into a frame. What the API answers is kept
 * nowhere.
 */
export function securityHeaders({ isTls }: { readonly isTls: boolean }): MiddlewareHandler {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
      // No text becomes markup or a script, whatever a library does with it.
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["'none'"],
    },
    strictTransportSecurity: isTls ? HSTS : false,
    crossOriginEmbedderPolicy: 'require-corp',
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    xFrameOptions: 'DENY',
    xContentTypeOptions: 'nosniff',
    referrerPolicy: 'no-referrer',
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [], usb: [] },
    xDownloadOptions: false,
    xXssProtection: false,
    originAgentCluster: '?1',
  });
  return async (context, next) => {
    await headers(context, next);
    if (context.req.path.startsWith('/api/')) context.header('Cache-Control', 'no-store');
  };
}
