/**
 * EBCDIC code pages of IBM, as the Latin-1 characters of the bytes 0 to 255. Bytes 15 (NL) and 25 (LF) both
 * end a line and are line feeds here.
 */
const CONTROLS = [
  '\0\x01\x02\x03\x9c\t\x86\x7f\x97\x8d\x8e\x0b\x0c\r\x0e\x0f\x10\x11\x12\x13\x9d\n\b\x87\x18\x19\x92\x8f\x1c\x1d\x1e\x1f',
  '\x80\x81\x82\x83\x84\n\x17\x1b\x88\x89\x8a\x8b\x8c\x05\x06\x07\x90\x91\x16\x93\x94\x95\x96\x04\x98\x99\x9a\x9b\x14\x15\x9e\x1a',
].join('');

const SECOND = '°jklmnopqrªºæ¸Æ¤µ~stuvwxyz¡¿Ð';

const LAST = '{ABCDEFGHI\xadôöòóõ}JKLMNOPQR¹ûüùúÿ\\÷STUVWXYZ²ÔÖÒÓÕ0123456789³ÛÜÙÚ\x9f';

/** By name, the character of each byte. */
export const codePages: Readonly<Record<string, string>> = {
  IBM037: `${CONTROLS} \xa0âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);¬-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ\`:#@'="Øabcdefghi«»ðýþ±${SECOND}ÝÞ®^£¥·©§¶¼½¾[]¯¨´×${LAST}`,
  IBM500: `${CONTROLS} \xa0âäàáãåçñ[.<(+!&éêëèíîïìß]$*);^-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ\`:#@'="Øabcdefghi«»ðýþ±${SECOND}ÝÞ®¢£¥·©§¶¼½¾¬|¯¨´×${LAST}`,
  IBM1047: `${CONTROLS} \xa0âäàáãåçñ¢.<(+|&éêëèíîïìß!$*);^-/ÂÄÀÁÃÅÇÑ¦,%_>?øÉÊËÈÍÎÏÌ\`:#@'="Øabcdefghi«»ðýþ±${SECOND}[Þ®¬£¥·©§¶¼½¾Ý¨¯]´×${LAST}`,
};

const aliases: Readonly<Record<string, string>> = {
  cp037: 'IBM037',
  'ebcdic-cp-us': 'IBM037',
  'ibm-037': 'IBM037',
  cp500: 'IBM500',
  'ibm-500': 'IBM500',
  cp1047: 'IBM1047',
  'ibm-1047': 'IBM1047',
};

/** The code page of a name in any spelling; undefined for one that is no EBCDIC. */
export function codePageOf(name: string): string | undefined {
  const known = Object.hasOwn(codePages, name.toUpperCase())
    ? name.toUpperCase()
    : aliases[name.toLowerCase()];
  return known === undefined ? undefined : codePages[known];
}
